package suite

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/sweep"
	"github.com/bobby-math/tessera/workload"
)

var skyServe = &Suite{
	Name:  "skyserve",
	Short: "Three replicas on spot for a day, 4 sets of zones (Mao et al., EuroSys 2025)",
	Long: `Re-runs the simulation of Mao et al., SkyServe (EuroSys 2025), as its artifact has it:
three replicas wanted over a day in ticks of 30 s, on four sets of zones with real spot
capacity, under each policy. Without further flags it runs the published windows and
settings, 255 runs; --windows runs random windows instead. DIR holds the data;
docs/skyserve.md says where to get it.`,
	Example: `  tessera suite skyserve --data DIR
  tessera suite skyserve --data DIR --windows 100 --extra 1 --cold-ticks 4
  tessera suite skyserve --data DIR --trace AWS1 --policies SpotHedge --offset 1234 --format csv`,
	Settings: []Setting{
		{"trace", "sets of zones to run, as 4-node or AWS1", "all"},
		{"extra", "spot replicas beyond the target", "the published ones"},
		{"cold-ticks", "ticks from a launch until a replica is ready", "the published ones"},
		{"offset", "first `ticks` of the windows; past the end of the data it begins anew", "the published ones"},
		{"windows", "run as many random windows of each set of zones instead", "none"},
		{"seed", "seed of windows", "1"},
	},
	Columns: slices.Concat(axes("trace"), []Column{
		{"policy", func(r row) string { policy, _ := publishedService(r.Policy); return policy }},
		{"fallback", func(r row) string { _, fallback := publishedService(r.Policy); return fallback }},
	}, axes("n_extra", "cold_ticks", "offset_ticks"), []Column{
		{"ticks", func(row) string { return strconv.Itoa(skyServeTicks) }},
		{"n_tar", func(row) string { return strconv.Itoa(skyServeTarget) }},
		{"k", func(row) string { return strconv.Itoa(skyServeRatio) }},
		inTicks("spot_launched_ticks", func(s *metrics.Summary) *float64 { return s.SpotTime }),
		inTicks("od_launched_ticks", func(s *metrics.Summary) *float64 { return s.OnDemandTime }),
		number("cost", serviceCost),
		inTicks("avail_ticks", func(s *metrics.Summary) *float64 { return s.Available }),
		number("spot_decreases", func(s *metrics.Summary) *int { return &s.TotalPreemptions }),
	}),
	open: openSkyServe,
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

// ticksOf returns how many whole ticks a number of seconds is.
func ticksOf(seconds *float64) *int {
	if seconds == nil {
		return nil
	}
	ticks := int(math.Round(*seconds) / skyServeTick.Seconds())
	return &ticks
}

func inTicks(name string, seconds func(*metrics.Summary) *float64) Column {
	return number(name, func(s *metrics.Summary) *int { return ticksOf(seconds(s)) })
}

// serviceCost is in ticks of a spot replica, counted from the end of the first cold start on.
func serviceCost(s *metrics.Summary) *int {
	spot, onDemand := ticksOf(s.SpotTime), ticksOf(s.OnDemandTime)
	if spot == nil || onDemand == nil {
		return nil
	}
	cost := *spot + skyServeRatio**onDemand
	return &cost
}

// zoneSet is the spot capacity of a set of zones.
type zoneSet struct {
	name, folder string          // the artifact's, as "4-node", and where the files are, as "AWS1"
	polarity     traces.Polarity // what the numbers of the files mean
	offsets      []int           // the first ticks of the windows to run
	zones        []tickZone
}

// tickZone is how many spot replicas a zone could hold in each tick of the artifact.
type tickZone struct {
	pool     cloud.Pool
	input    scenario.Input
	capacity []int32
}

// zoneSets are the sets of zones, with the artifact's offsets.
var zoneSets = []zoneSet{
	{"4-node", "AWS1", traces.Available, []int{0, 2880, 5760, 14400, 23040}, nil},
	{"16-node", "AWS2", traces.Available, []int{0, 2880, 8640, 20160}, nil},
	{"2-month", "AWS3", traces.AvailableAny, []int{0, 2880, 28800, 100800, 172800}, nil},
	{"a100", "GCP1", traces.Available, []int{0, 400, 900}, nil},
}

// skyServeAxes are the parameters of a case; window numbers the windows of a set of zones, of
// which random ones may be the same.
var skyServeAxes = []string{"trace", "n_extra", "cold_ticks", "offset_ticks", "window"}

func openSkyServe(c *choice) (*sweep.Cases, error) {
	settings := c.serviceSettings()
	windows := c.count("windows", 0, 0, 1_000_000)
	offsets := c.counts("offset", 0, math.MaxInt)
	if windows > 0 && offsets != nil {
		c.wrong("offset and windows: use one of them")
	}
	if windows == 0 && c.has("seed") {
		c.wrong("seed: needs windows; nothing else is drawn")
	}
	seed, err := strconv.ParseUint(c.text("seed", strconv.Itoa(scenario.DefaultSeed)), 10, 64)
	if err != nil {
		c.wrong("seed: %q must be a whole number in [0, 2^64)", c.text("seed", ""))
	}
	if c.errs != nil {
		return nil, nil
	}
	sets, inputs, err := readZoneSets(c.text("data", ""))
	if err != nil {
		return nil, err
	}
	which := "published windows"
	sets = among(c, "trace", sets, func(s *zoneSet) []string { return []string{s.name, s.folder} })
	switch {
	case c.has("cases"):
		which = "the cases of " + c.text("cases", "")
	case windows > 0:
		which = fmt.Sprintf("%d random windows each, seed %d", windows, seed)
		for _, s := range sets {
			s.randomWindows(windows, seed)
		}
	case offsets != nil:
		which = "windows at ticks " + strings.Trim(fmt.Sprint(offsets), "[]")
		for _, s := range sets {
			s.offsets = offsets
			c.sameWindows(s)
		}
	}
	into := &sweep.Cases{Axes: skyServeAxes, Replicates: skyServeAxes[3:], Inputs: inputs}
	if c.has("cases") {
		serviceCases(c, into, sets)
	} else {
		for _, s := range sets {
			for n, offset := range s.offsets {
				s.add(into, n, offset, settings)
			}
		}
	}
	into.Print = func(w io.Writer, runs []*results.Run) error { return printServices(w, which, sets, runs) }
	return into, nil
}

func serviceCases(c *choice, into *sweep.Cases, sets []*zoneSet) {
	readCases(c, into, []string{"trace", "policy", "n_extra", "cold_ticks", "offset_ticks"}, func(r *choice) {
		trace := r.text("trace", "")
		n := slices.IndexFunc(sets, func(s *zoneSet) bool { return s.name == trace || s.folder == trace })
		if n < 0 {
			r.wrong("trace: there is no %q in the data", trace)
		}
		name := r.text("policy", "")
		if fallback := r.text("fallback", ""); fallback != "" {
			name += ":" + fallback
		}
		spec, err := serviceSpec(name)
		r.add("policy", err)
		s := serviceSetting{spec, r.count("n_extra", 0, 0, workload.MaxReplicas), r.count("cold_ticks", 0, 0, skyServeTicks-1)}
		if offset := r.count("offset_ticks", 0, 0, math.MaxInt); r.errs == nil {
			sets[n].add(into, len(into.Cases), offset, []serviceSetting{s})
		}
	})
}

func (s *zoneSet) add(into *sweep.Cases, window, offset int, settings []serviceSetting) {
	pools := sync.OnceValue(func() (pools []market.Pool) {
		for _, z := range s.zones {
			pools = append(pools, s.pool(z, offset))
		}
		return pools
	})
	for _, setting := range settings {
		into.Cases = append(into.Cases, sweep.Case{
			Values:   []string{s.name, strconv.Itoa(setting.extra), strconv.Itoa(setting.cold), strconv.Itoa(offset), strconv.Itoa(window)},
			Policies: []scheduler.Spec{setting.spec},
			Make: func() *scenario.Scenario {
				service := workload.DefaultService()
				service.Replicas = skyServeTarget
				service.Load = rng.Duration{Shape: rng.Constant, Mean: time.Duration(setting.cold) * skyServeTick}
				rules := scheduler.ServiceRules{Every: skyServeTick, Extra: setting.extra}
				return scenario.OfService(fmt.Sprintf("skyserve %s, offset %d", s.name, offset), service, rules, pools(), skyServeTicks*skyServeTick)
			},
		})
	}
}

// pool returns a zone as a pool where a spot instance costs 1 a tick.
func (s *zoneSet) pool(z tickZone, offset int) market.Pool {
	pool := market.NewPool(z.pool, skyServeRatio*skyServePrice, skyServePrice)
	pool.Price.Model, pool.Preemption.Model = "constant", "none"
	pool.Provisioning = rng.Duration{Shape: rng.Constant}
	pool.Notice = market.Notice{}
	pool.Billing = market.Billing{Granularity: 1, Since: market.SinceLaunch, Basis: market.MovingPrice}
	for tick, count := range s.window(z, offset) {
		if last := len(pool.Capacity) - 1; last < 0 || pool.Capacity[last].Count != count {
			pool.Capacity = append(pool.Capacity, market.CapacityChange{At: clock.At(time.Duration(tick) * skyServeTick), Count: count})
		}
	}
	return pool
}

// length is the number of ticks after which the artifact begins anew: those of the shortest zone.
func (s *zoneSet) length() int {
	shortest := math.MaxInt
	for _, z := range s.zones {
		shortest = min(shortest, len(z.capacity))
	}
	return shortest
}

// window returns what a zone could hold in each tick from an offset on.
func (s *zoneSet) window(z tickZone, offset int) []int32 {
	window, length := make([]int32, skyServeTicks), s.length()
	for tick := range window {
		window[tick] = z.capacity[(tick+offset%length)%length]
	}
	return window
}

// randomWindows chooses n random windows instead of the published ones, in order: each
// begins at any tick with equal chance so that it ends within the data. A set of zones has
// draws of its own, so leaving one out changes no other. The windows overlap where there are
// more of them than the data has days.
func (s *zoneSet) randomWindows(n int, seed uint64) {
	draws := rng.Stream(seed, "skyserve/"+s.name)
	s.offsets = make([]int, n)
	for w := range s.offsets {
		s.offsets[w] = draws.IntN(max(s.length()-skyServeTicks, 0) + 1)
	}
	slices.Sort(s.offsets)
}

// readZoneSets reads the data below a folder. Every set of zones that is there is used; one
// at least must be.
func readZoneSets(dir string) (sets []*zoneSet, inputs []scenario.Input, err error) {
	data := os.DirFS(dir)
	for _, set := range zoneSets {
		folder, err := firstThere(data, "folder", []string{"skyserve/" + set.folder, set.folder})
		if err != nil {
			continue
		}
		if err := set.read(data, folder); err != nil {
			return nil, nil, err
		}
		for _, z := range set.zones {
			z.input.Path = path.Join(dir, z.input.Path)
			inputs = append(inputs, z.input)
		}
		sets = append(sets, &set)
	}
	if len(sets) == 0 {
		return nil, nil, errors.New("no folder AWS1, AWS2, AWS3 or GCP1, nor skyserve with one of them")
	}
	return sets, inputs, nil
}

// read reads the zones of a folder in the order of their file names. Each value of a file
// holds for its declared gap, which is whole ticks.
func (s *zoneSet) read(data fs.FS, folder string) error {
	below, err := fs.Sub(data, folder)
	if err != nil {
		return err
	}
	histories, err := traces.ReadCapacityFS(folder, below, traces.CapacityOptions{Polarity: s.polarity})
	if err != nil {
		return err
	}
	for _, h := range histories {
		series := h.Series[0]
		if series.Gap == 0 || series.Gap%skyServeTick != 0 {
			return fmt.Errorf("%s: gap: %v must be a multiple of %v", h.Name, series.Gap, skyServeTick)
		}
		info, err := fs.Stat(data, h.Name)
		if err != nil {
			return err
		}
		zone := tickZone{
			pool:  cloud.Pool{Region: series.Region, Zone: series.Zone, InstanceType: series.InstanceType},
			input: scenario.Input{Path: h.Name, SHA256: h.SHA256, Bytes: int(info.Size())},
		}
		for _, p := range series.Points {
			for range series.Gap / skyServeTick {
				zone.capacity = append(zone.capacity, int32(min(p.Available, math.MaxInt32)))
			}
		}
		s.zones = append(s.zones, zone)
	}
	return nil
}

// sameWindows keeps an error for every offset that gives a window again.
func (c *choice) sameWindows(s *zoneSet) {
	first := map[int]int{}
	for _, offset := range s.offsets {
		tick := offset % s.length()
		if other, seen := first[tick]; seen {
			c.wrong("offset: %d and %d are one window of %s, whose data begins anew after %d ticks", other, offset, s.folder, s.length())
		} else {
			first[tick] = offset
		}
	}
}
