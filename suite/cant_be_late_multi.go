package suite

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
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
	"github.com/bobby-math/tessera/results"
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
	switch policy {
	case "greedy", "uniform-progress":
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

// regionWindow is a window of a region.
type regionWindow struct {
	region string
	window int
}

// region is a window of a region, as a pool that is known for a time in ticks of a length.
type region struct {
	pool        market.Pool
	tick, known time.Duration
}

// regionData is what the evaluation is run on.
type regionData struct {
	regions map[regionWindow]region
	digests []string
	input   scenario.Input
}

// multiFiles are the places of the data below a folder.
var multiFiles = []string{"cant-be-late/multi_real_traces.tar.gz", "multi_real_traces.tar.gz"}

func openCantBeLateMulti(c *choice) (*sweep.Cases, error) {
	grid := c.jobGrid(24*time.Hour, []time.Duration{36 * time.Hour, 48 * time.Hour}, scenario.DefaultJobPolicies(2), publishedMulti)
	billing := c.oneOf("billing", string(scenario.OwnBilling), string(scenario.PeerBilling))
	grid.job.Billing = scenario.JobBilling(billing)
	into := &sweep.Cases{Axes: regionAxes, Replicates: regionAxes[:6]}
	moves, sets := c.moves(into), c.sets()
	if c.errs != nil {
		return nil, c.err()
	}
	data, err := readRegionData(c.text("data", ""), sets)
	if err != nil {
		return nil, fmt.Errorf("data %s: %w", c.text("data", ""), err)
	}
	into.Inputs = append(into.Inputs, data.input)
	what := "the cases of " + c.text("cases", "")
	if c.has("cases") {
		readCases(c, into, []string{"regions", "trace_idx", "deadline_h", "restart_overhead_h", "policy"}, func(r *choice) {
			of := grid.ofRow(r)
			if r.has("billing") {
				of.job.Billing = scenario.JobBilling(r.oneOf("billing", string(scenario.OwnBilling), string(scenario.PeerBilling)))
			}
			p := regionPlace{regionSet{name: r.text("scenario", ""), regions: strings.Split(r.text("regions", ""), "|")}, r.count("trace_idx", 0, 0, math.MaxInt)}
			if r.errs == nil {
				of.addRegions(r, into, data, []regionPlace{p}, moves)
			}
		})
	} else {
		what = fmt.Sprintf("%d scenarios x %d deadlines x %d overheads", len(sets), len(grid.deadlines), len(grid.overheads))
		grid.addRegions(c, into, data, places(sets), moves)
	}
	title := fmt.Sprintf("Can't Be Late in several regions: %s, guarantee %s, billing %s, means with 95 %% intervals\n", what, c.text("guarantee", "strict"), billing)
	if !moves.None() {
		title += moves.String() + "\n"
	}
	title += readAs(traces.Unavailable, data.digests)
	into.Print = func(w io.Writer, runs []*results.Run) error { return grid.print(w, title, runs) }
	return into, nil
}

// sets returns the choices of regions that are chosen.
func (c *choice) sets() []regionSet {
	var names []string
	for _, s := range regionSets {
		names = append(names, s.name)
	}
	chosen := c.among("scenario", names)
	return slices.DeleteFunc(slices.Clone(regionSets), func(s regionSet) bool { return !slices.Contains(chosen, s.name) })
}

// moves reads what it takes to move.
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

// regionPlace is where a job runs: a window of some regions.
type regionPlace struct {
	regionSet
	window int
}

func places(sets []regionSet) (all []regionPlace) {
	for _, s := range sets {
		for window := range s.windows {
			all = append(all, regionPlace{s, window})
		}
	}
	return all
}

// addRegions adds a case for every job of the grid in every place.
func (g *jobGrid) addRegions(c *choice, into *sweep.Cases, d *regionData, places []regionPlace, moves scenario.Moves) {
	g.each(len(places), func(n int, job scenario.Job) {
		p := places[n]
		pools, first := d.pools(c, p)
		job.Tick, g.job.Tick = first.tick, first.tick
		made := scenario.OfJob(fmt.Sprintf("%s/%d", p.name, p.window), job, pools, first.known)
		c.add("egress", made.UseMoves(moves))
		into.Cases = append(into.Cases, sweep.Case{
			Values:   slices.Concat([]string{p.name, strings.Join(p.regions, "|"), strconv.Itoa(p.window)}, jobValues(&job), []string{string(job.Billing), string(job.Guarantee)}),
			Policies: g.policies,
			Make:     func() *scenario.Scenario { again := *made; return &again },
		})
	})
}

// pools returns the regions of a place, and the first of them, with which the others agree.
func (d *regionData) pools(c *choice, p regionPlace) (pools []market.Pool, first region) {
	first = d.regions[regionWindow{p.regions[0], p.window}]
	for _, name := range p.regions {
		switch r, there := d.regions[regionWindow{name, p.window}]; {
		case !there:
			c.wrong("regions: there is no window %d of %s in the data", p.window, name)
		case r.tick != first.tick || r.known != first.known:
			c.wrong("regions: window %d of %s has %v in ticks of %v, but %s %v of %v", p.window, name, r.known, r.tick, p.regions[0], first.known, first.tick)
		default:
			pools = append(pools, r.pool)
		}
	}
	return pools, first
}

// readRegionData reads the data of the evaluation below a folder. The error names every
// window of the sets that is not there.
func readRegionData(dir string, sets []regionSet) (*regionData, error) {
	data := os.DirFS(dir)
	file, err := firstThere(data, "file", multiFiles)
	if err != nil {
		return nil, err
	}
	text, err := fs.ReadFile(data, file)
	if err != nil {
		return nil, err
	}
	histories, err := traces.ReadCapacity(file, bytes.NewReader(text), traces.CapacityOptions{Polarity: traces.Unavailable})
	if err != nil {
		return nil, err
	}
	d := &regionData{regions: map[regionWindow]region{}, input: inputOf(path.Join(dir, file), text)}
	for _, h := range histories {
		d.digests = append(d.digests, h.SHA256)
		if key, ok := regionWindowOf(h.Name); ok {
			s := h.Series[0]
			d.regions[key] = region{jobPool(key.region, s, 0, s.End), s.Gap, time.Duration(len(s.Points)) * s.Gap}
		}
	}
	var missing []string
	for _, p := range places(sets) {
		for _, name := range p.regions {
			if _, ok := d.regions[regionWindow{name, p.window}]; !ok {
				missing = append(missing, fmt.Sprintf("%s/%d", name, p.window))
			}
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("%s: windows are missing: %s", file, strings.Join(missing, ", "))
	}
	return d, nil
}

// regionWindowOf reads a window off the name of its file, FOLDER/REGION/ID.json.
func regionWindowOf(name string) (w regionWindow, ok bool) {
	id, err := strconv.Atoi(strings.TrimSuffix(path.Base(name), ".json"))
	return regionWindow{path.Base(path.Dir(name)), id}, err == nil
}
