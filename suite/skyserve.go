package suite

import (
	"fmt"
	"io/fs"
	"math"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// SkyServe is the simulation of Mao et al., SkyServe, EuroSys 2025 (figure 14), as its
// artifact has it: three replicas wanted over a day of ticks, on four sets of zones with
// real spot capacity, under each policy.
type SkyServe struct {
	Traces []SkyServeTrace
}

// SkyServeTrace is the spot capacity of a set of zones.
type SkyServeTrace struct {
	// Name is the artifact's, as "4-node"; Folder is where the files are, as "AWS1".
	Name, Folder string
	// Polarity is what the numbers of the files mean.
	Polarity traces.Polarity
	Zones    []SkyServeZone
	// Offsets are the first ticks of the windows to run.
	Offsets []int
}

// SkyServeZone is how many spot replicas a zone could hold in each tick of the artifact.
type SkyServeZone struct {
	Pool     cloud.Pool
	SHA256   string
	Capacity []int32
}

// What the artifact fixes.
const (
	skyServeTick   = 30 * time.Second
	skyServeTicks  = 2880 // of a window: a day
	skyServeTarget = 3
	skyServeRatio  = 3 // on-demand price over spot price
)

// skyServePrice makes a tick of a spot instance cost a dollar.
var skyServePrice = cloud.PerHour(float64(time.Hour / skyServeTick))

// skyServeTraces are the sets of zones, with the artifact's offsets.
var skyServeTraces = []struct {
	name, folder string
	polarity     traces.Polarity
	offsets      []int
}{
	{"4-node", "AWS1", traces.Available, []int{0, 2880, 5760, 14400, 23040}},
	{"16-node", "AWS2", traces.Available, []int{0, 2880, 8640, 20160}},
	{"2-month", "AWS3", traces.AvailableAny, []int{0, 2880, 28800, 100800, 172800}},
	{"a100", "GCP1", traces.Available, []int{0, 400, 900}},
}

// skyServeRoots are where the folders lie below a folder.
var skyServeRoots = []string{"skyserve", "."}

// OpenSkyServe reads the data of the evaluation below a folder. Every set of zones that is
// there is used; one at least must be.
func OpenSkyServe(data fs.FS) (*SkyServe, error) {
	s := &SkyServe{}
	for _, t := range skyServeTraces {
		for _, root := range skyServeRoots {
			folder := root + "/" + t.folder
			if root == "." {
				folder = t.folder
			}
			if _, err := fs.Stat(data, folder); err != nil {
				continue
			}
			zones, err := readSkyServeZones(data, folder, t.polarity)
			if err != nil {
				return nil, err
			}
			s.Traces = append(s.Traces, SkyServeTrace{t.name, t.folder, t.polarity, zones, t.offsets})
			break
		}
	}
	if len(s.Traces) == 0 {
		return nil, fmt.Errorf("no folder AWS1, AWS2, AWS3 or GCP1, nor skyserve with one of them")
	}
	return s, nil
}

// readSkyServeZones reads the zones of a folder in the order of their file names. Each
// value of a file holds for its declared gap, which is whole ticks.
func readSkyServeZones(data fs.FS, folder string, polarity traces.Polarity) ([]SkyServeZone, error) {
	below, err := fs.Sub(data, folder)
	if err != nil {
		return nil, err
	}
	histories, err := traces.ReadCapacityFS(folder, below, traces.CapacityOptions{Polarity: polarity})
	if err != nil {
		return nil, err
	}
	var zones []SkyServeZone
	for _, h := range histories {
		series := h.Series[0]
		if series.Gap == 0 || series.Gap%skyServeTick != 0 {
			return nil, fmt.Errorf("%s: gap: %v must be a multiple of %v", h.Name, series.Gap, skyServeTick)
		}
		zone := SkyServeZone{Pool: cloud.Pool{Region: series.Region, Zone: series.Zone, InstanceType: series.InstanceType}, SHA256: h.SHA256}
		for _, p := range series.Points {
			for range series.Gap / skyServeTick {
				zone.Capacity = append(zone.Capacity, int32(min(p.Available, math.MaxInt32)))
			}
		}
		zones = append(zones, zone)
	}
	return zones, nil
}

// Length is the number of ticks after which the artifact begins anew: those of the
// shortest zone.
func (t *SkyServeTrace) Length() int {
	shortest := math.MaxInt
	for _, z := range t.Zones {
		shortest = min(shortest, len(z.Capacity))
	}
	return shortest
}

// window returns what a zone could hold in each tick from an offset on.
func (t *SkyServeTrace) window(z SkyServeZone, offset int) []int32 {
	window, length := make([]int32, skyServeTicks), t.Length()
	for tick := range window {
		window[tick] = z.Capacity[(tick+offset%length)%length]
	}
	return window
}

// SkyServeSetting is a policy of the evaluation by the artifact's names, or another for
// services as users type it, with no Fallback.
type SkyServeSetting struct {
	Policy, Fallback string
	spec             string
	Extra, ColdTicks int
}

// SkyServeGrid are the published settings.
func SkyServeGrid() (grid []SkyServeSetting) {
	grid = []SkyServeSetting{
		{"OnDemand", "OnDemand", "ondemand", 0, 4},
		{"NaiveSpread", "StaticSpotProvision", "even-spread:sees=late", 0, 4},
		{"NaiveSpread", "StaticSpotProvision", "even-spread:sees=late", 1, 4},
		{"RoundRobin", "StaticSpotProvision", "round-robin:sees=late", 0, 4},
		{"RoundRobin", "StaticSpotProvision", "round-robin:sees=late", 1, 4},
		{"SpotHedge", "StaticSpotProvision", "spothedge:variant=artifact:fallback=none", 1, 4},
	}
	return append(grid, likeSpotHedge("SpotHedge", "SpotFailoverNoSafety", "spothedge:variant=artifact")...)
}

// likeSpotHedge are the settings in which SpotHedge is published, of any policy.
func likeSpotHedge(policy, fallback, spec string) (grid []SkyServeSetting) {
	for _, extra := range []int{0, 1, 2} {
		for _, cold := range []int{2, 4, 8} {
			grid = append(grid, SkyServeSetting{policy, fallback, spec, extra, cold})
		}
	}
	return grid
}

// scenario returns the window of a trace that begins at an offset as a service.
func (t *SkyServeTrace) scenario(offset int, s SkyServeSetting) *scenario.Service {
	service := workload.DefaultService()
	service.Replicas = skyServeTarget
	service.Load = rng.Duration{Shape: rng.Constant, Mean: time.Duration(s.ColdTicks) * skyServeTick}
	c := &scenario.Service{
		Name:    fmt.Sprintf("skyserve %s, offset %d", t.Name, offset),
		Window:  skyServeTicks * skyServeTick,
		Service: service,
		Rules:   scheduler.ServiceRules{Every: skyServeTick, Extra: s.Extra},
	}
	for _, z := range t.Zones {
		c.Pools = append(c.Pools, t.pool(z, offset))
	}
	return c
}

// pool returns a zone as a pool where a spot instance costs 1 a tick.
func (t *SkyServeTrace) pool(z SkyServeZone, offset int) market.Pool {
	pool := market.NewPool(z.Pool, skyServeRatio*skyServePrice, skyServePrice)
	pool.Price.Model = "constant"
	pool.Preemption.Model = "none"
	pool.Provisioning = rng.Duration{Shape: rng.Constant}
	pool.Notice = market.Notice{}
	pool.Billing = market.Billing{Granularity: 1, Since: market.SinceLaunch, Basis: market.MovingPrice}
	for tick, count := range t.window(z, offset) {
		if last := len(pool.Capacity) - 1; last < 0 || pool.Capacity[last].Count != count {
			pool.Capacity = append(pool.Capacity, market.CapacityChange{At: clock.At(time.Duration(tick) * skyServeTick), Count: count})
		}
	}
	return pool
}
