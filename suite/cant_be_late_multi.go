package suite

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/sweep"
)

var cantBeLateMulti = &Suite{
	Name:  "cant-be-late-multi",
	Short: "One job with a deadline in several regions, 10 scenarios (FrontierCS)",
	Long: `Re-runs the evaluation of Can't Be Late over several regions, as FrontierCS published it:
a job of 24 hours that can run in any of some zones, with real availability and prices.
DIR holds the data; docs/cant-be-late.md says where to get it.`,
	Example: `  tessera suite cant-be-late-multi --data DIR
  tessera suite cant-be-late-multi --data DIR --billing peer --guarantee peer --format csv`,
	Settings: slices.Concat(jobSettings("36,48"), []Setting{
		{"scenario", "scenarios to run", "all"},
		{"billing", "bill each tick where it ran (own), or all as published, at the first price where the job ends (peer)", "own"},
		{"transfer", "time that a move to another region adds to the restart overhead, in hours", "0"},
		{"egress", "a CSV `file` of what a GB costs from one region to another (from_region, to_region, price_usd_per_gb)", "none"},
		{"checkpoint-gb", "what a move takes along, in GB; needed with egress", "none"},
	}),
	Columns: slices.Concat(axes("scenario", "regions", "trace_idx"), []Column{
		{"policy", func(r row) string { return publishedMulti(r.Policy) }},
	}, axes("task_h", "deadline_h"), []Column{overheadColumn}, axes("billing"), []Column{
		costColumn,
		{"final_region", func(r row) string {
			if r.Summary.FinalRegion == nil {
				return ""
			}
			return strings.Split(r.axis("regions"), "|")[*r.Summary.FinalRegion]
		}},
		number("spot_ticks", spotTicks), number("ondemand_ticks", onDemandTicks), number("idle_ticks", idleTicks),
		number("finish_tick", func(s *metrics.Summary) *int { return s.FinishTick }),
		metColumn,
		number("region_switches", func(s *metrics.Summary) *int { return s.Switches }),
	}, axes("guarantee"), []Column{
		clairvoyantColumn,
		number("egress_usd", func(s *metrics.Summary) *float64 { return s.Egress }),
	}),
	open: openCantBeLateMulti,
}

// regionAxes are the parameters of a case.
var regionAxes = []string{"scenario", "regions", "trace_idx", "task_h", "deadline_h", "overhead_h", "billing", "guarantee"}

// publishedMulti is the name by which the published form knows a policy.
func publishedMulti(policy string) string {
	if policy == "greedy" || policy == "uniform-progress" {
		return policy + "-multi"
	}
	return policy
}

// regionSet is a choice of regions, which are capacity pools here, in the order in which
// policies try them. It is run on the windows 0 to windows-1.
type regionSet struct {
	name    string
	regions []string
	windows int
}

// regionSets are those of the evaluation, in its order: of high availability, then of low.
// The order of the regions is part of it, for the first is the home.
var regionSets = []regionSet{
	{"2_zones_same_region", v100("us-east-1a", "us-east-1c"), 8},
	{"2_regions_east_west", v100("us-east-2a", "us-west-2a"), 8},
	{"3_regions_diverse", v100("us-east-1a", "us-east-2b", "us-west-2c"), 6},
	{"3_zones_same_region", v100("us-east-1a", "us-east-1c", "us-east-1d"), 6},
	{"5_regions_high_diversity", v100("us-east-1a", "us-east-1f", "us-west-2a", "us-west-2b", "us-east-2b"), 4},
	{"all_9_regions", v100("us-east-2a", "us-west-2c", "us-east-1d", "us-east-2b", "us-west-2a", "us-east-1f", "us-east-1a", "us-west-2b", "us-east-1c"), 2},
	{"2_zones_west", v100("us-west-2a", "us-west-2b"), 8},
	{"3_zones_west", v100("us-west-2a", "us-west-2b", "us-west-2c"), 6},
	{"2_regions_west_east2", v100("us-west-2a", "us-east-2a"), 8},
	{"5_regions_mixed", v100("us-west-2a", "us-west-2b", "us-west-2c", "us-east-2a", "us-east-2b"), 4},
}

// v100 names the capacity pools of the traces in these zones.
func v100(zones ...string) (pools []string) {
	for _, z := range zones {
		pools = append(pools, z+"_v100_1")
	}
	return pools
}

// region is a window of a region, as a pool that is known for a time in ticks of a length.
type region struct {
	pool        market.Pool
	tick, known time.Duration
}

// regionData is what the evaluation is run on.
type regionData struct {
	regions map[string]region // by region/window
	digests []string
	input   scenario.Input
}

// multiFiles are the places of the data below a folder.
var multiFiles = []string{"cant-be-late/multi_real_traces.tar.gz", "multi_real_traces.tar.gz"}

func openCantBeLateMulti(c *choice) (*sweep.Cases, error) {
	grid := c.jobGrid(regionAxes, scenario.DefaultJobPolicies(2), publishedMulti, 24*time.Hour, 36*time.Hour, 48*time.Hour)
	grid.job.Billing = billing(c)
	grid.moves = c.moves(grid.Cases)
	sets := among(c, "scenario", regionSets, func(s regionSet) []string { return []string{s.name} })
	if c.errs != nil {
		return nil, nil
	}
	data, err := readRegionData(c.text("data", ""), sets)
	if err != nil {
		return nil, err
	}
	grid.Inputs = append(grid.Inputs, data.input)
	if c.has("cases") {
		grid.addRows(c, []string{"regions", "trace_idx"}, data.placeOf)
	} else {
		grid.what = fmt.Sprintf("%d scenarios x %d deadlines x %d overheads", len(sets), len(grid.deadlines), len(grid.overheads))
		var places []place
		for _, s := range sets {
			for window := range s.windows {
				places = append(places, data.place(c, s, window))
			}
		}
		grid.add(c, places...)
	}
	title := fmt.Sprintf("Can't Be Late in several regions: %s, guarantee %s, billing %s, means with 95 %% intervals\n", grid.what, c.text("guarantee", "strict"), grid.job.Billing)
	if !grid.moves.None() {
		title += grid.moves.String() + "\n"
	}
	return grid.printed(title + readAs(traces.Unavailable, data.digests)), nil
}

func (c *choice) moves(into *sweep.Cases) (m scenario.Moves) {
	m.Transfer = c.hours("transfer", 0)[0]
	if text := c.text("checkpoint-gb", ""); text != "" {
		var err error
		if m.CheckpointGB, err = strconv.ParseFloat(text, 64); err != nil {
			c.wrong("checkpoint-gb: %q must be a number of GB", text)
		}
	}
	if file := c.text("egress", ""); file != "" {
		text, err := os.ReadFile(file)
		if err == nil {
			m.Egress, err = traces.ReadEgress(file, bytes.NewReader(text))
		}
		c.add("egress", err)
		into.Inputs = append(into.Inputs, inputOf(file, text))
	}
	if c.errs == nil {
		c.add("moves", m.Check())
	}
	if !m.None() && c.text("billing", "") == string(scenario.PeerBilling) {
		c.wrong("transfer, egress: moves are free under billing peer, the published rule")
	}
	return m
}

// placeOf is the place of a row of a file of cases.
func (d *regionData) placeOf(r *choice) (none place) {
	set := regionSet{name: r.text("scenario", ""), regions: strings.Split(r.text("regions", ""), "|")}
	window := r.count("trace_idx", 0, 0, math.MaxInt)
	if r.errs != nil {
		return none
	}
	return d.place(r, set, window)
}

// place is a window of some regions, with the first of which the others must agree.
func (d *regionData) place(c *choice, s regionSet, window int) place {
	first, pools := d.regions[s.window(0, window)], []market.Pool(nil)
	for i, name := range s.regions {
		switch r, there := d.regions[s.window(i, window)]; {
		case !there:
			c.wrong("regions: there is no window %d of %s in the data", window, name)
		case r.tick != first.tick || r.known != first.known:
			c.wrong("regions: window %d of %s has %v in ticks of %v, but %s %v of %v", window, name, r.known, r.tick, s.regions[0], first.known, first.tick)
		default:
			pools = append(pools, r.pool)
		}
	}
	return place{
		name: fmt.Sprintf("%s/%d", s.name, window),
		axes: []string{s.name, strings.Join(s.regions, "|"), strconv.Itoa(window)},
		tick: first.tick, known: first.known,
		pools: func() []market.Pool { return pools },
	}
}

func (s regionSet) window(region, window int) string {
	return fmt.Sprintf("%s/%d", s.regions[region], window)
}

// readRegionData reads the data of the evaluation below a folder. The error names every
// window of the sets that is not there.
func readRegionData(dir string, sets []regionSet) (*regionData, error) {
	file, text, input, err := readFirst(dir, multiFiles)
	if err != nil {
		return nil, err
	}
	histories, err := traces.ReadCapacity(file, bytes.NewReader(text), traces.CapacityOptions{Polarity: traces.Unavailable})
	if err != nil {
		return nil, err
	}
	d := &regionData{regions: map[string]region{}, input: input}
	for _, h := range histories { // of FOLDER/REGION/WINDOW.json
		d.digests = append(d.digests, h.SHA256)
		name, s := path.Base(path.Dir(h.Name)), h.Series[0]
		d.regions[name+"/"+strings.TrimSuffix(path.Base(h.Name), ".json")] = region{jobPool(name, s, 0, s.End), s.Gap, time.Duration(len(s.Points)) * s.Gap}
	}
	var missing []string
	for _, s := range sets {
		for window := range s.windows {
			for i := range s.regions {
				at := s.window(i, window)
				if _, there := d.regions[at]; !there {
					missing = append(missing, at)
				}
			}
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("%s: windows are missing: %s", file, strings.Join(missing, ", "))
	}
	return d, nil
}
