package suite

import (
	"bytes"
	"cmp"
	"encoding/json"
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

	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/sweep"
)

var cantBeLate = &Suite{
	Name:  "cant-be-late",
	Short: "One job with a deadline, 8 environments, 30 windows each (Wu et al., NSDI 2024)",
	Long: `Re-runs the single-region evaluation of Wu et al., Can't Be Late (NSDI 2024): a job of
48 hours in every window of every environment, with every deadline and overhead, under
every policy. DIR holds the data; docs/cant-be-late.md says where to get it.`,
	Example: `  tessera suite cant-be-late --data DIR
  tessera suite cant-be-late --data DIR --policies uniform-progress,greedy,optimal --format csv`,
	Settings: slices.Concat(jobSettings("52,70"), []Setting{
		{"env", "environments to run", "all"},
		{"window", "`ids` of the windows to run", "all"},
	}),
	Columns: slices.Concat(axes("trace_env", "trace_id", "window_start_tick"), []Column{
		{"policy", func(r row) string { return r.Policy }},
	}, axes("task_h", "deadline_h"), []Column{
		overheadColumn, costColumn,
		number("finish_tick", func(s *metrics.Summary) *int { return s.FinishTick }),
		number("finish_h", func(s *metrics.Summary) *float64 { return cmp.Or(s.Finish, new(float64)) }),
		metColumn,
		number("spot_ticks", spotTicks), number("ondemand_ticks", onDemandTicks), number("idle_ticks", idleTicks),
		number("preemptions", func(s *metrics.Summary) *int { return &s.TotalPreemptions }),
		number("spot_launches", func(s *metrics.Summary) *int { return &s.SpotLaunched }),
		number("ondemand_launches", func(s *metrics.Summary) *int { return &s.OnDemandLaunched }),
	}, axes("guarantee"), []Column{clairvoyantColumn}),
	open: openCantBeLate,
}

// windowAxes are the parameters of a case.
var windowAxes = []string{"trace_env", "trace_id", "window_start_tick", "task_h", "deadline_h", "overhead_h", "guarantee"}

// environment is the availability of spot in one pool.
type environment struct {
	name, sha256 string
	series       traces.CapacitySeries
}

// window is a slice of every environment; start is its first tick.
type window struct{ id, start int }

// place is where a job runs.
type place struct {
	*environment
	window
}

const (
	windowTicks   = 554
	windowsOfEach = 30
)

// The places of the data below a folder: as the repositories of skypilot-org/spot-traces and
// of the window starts lie side by side, or in the root of the former.
var (
	environmentFolders = []string{"spot-traces/availability/1-node/aws-10-26-2022", "availability/1-node/aws-10-26-2022"}
	windowFiles        = []string{"cant-be-late/window_starts_300.json", "window_starts_300.json"}
)

// environments are those of the evaluation.
var environments = []string{
	"us-west-2a_k80_1", "us-west-2a_k80_8", "us-west-2a_v100_1", "us-west-2a_v100_8",
	"us-west-2b_k80_1", "us-west-2b_k80_8", "us-west-2b_v100_1", "us-west-2b_v100_8",
}

// windowData is what the evaluation is run on: every environment that is there, one at least,
// and all windows there are.
type windowData struct {
	environments []*environment
	starts       []int // by id
	inputs       []scenario.Input
}

func openCantBeLate(c *choice) (*sweep.Cases, error) {
	grid := c.jobGrid(48*time.Hour, []time.Duration{52 * time.Hour, 70 * time.Hour}, scenario.DefaultJobPolicies(1), func(policy string) string { return policy })
	if c.errs != nil {
		return nil, c.err()
	}
	data, err := readWindowData(c.text("data", ""))
	if err != nil {
		return nil, fmt.Errorf("data %s: %w", c.text("data", ""), err)
	}
	grid.job.Tick = data.environments[0].series.Gap
	into := &sweep.Cases{Axes: windowAxes, Replicates: windowAxes[:6], Inputs: data.inputs}
	what := "the cases of " + c.text("cases", "")
	if c.has("cases") {
		readCases(c, into, []string{"trace_env", "window_start_tick", "deadline_h", "restart_overhead_h", "policy"}, func(r *choice) {
			if of, p := grid.ofRow(r), data.placeOf(r); r.errs == nil {
				of.addWindows(into, []place{p})
			}
		})
	} else {
		windows := data.choose(c)
		what = fmt.Sprintf("%d environments x %d windows x %d deadlines x %d overheads", len(data.environments), len(windows), len(grid.deadlines), len(grid.overheads))
		grid.addWindows(into, data.places(windows))
	}
	title := fmt.Sprintf("Can't Be Late: %s, guarantee %s, billed whole ticks, means with 95 %% intervals\n%s", what, c.text("guarantee", "strict"), data.read())
	into.Print = func(w io.Writer, runs []*results.Run) error { return grid.print(w, title, runs) }
	return into, nil
}

// choose keeps the environments that are chosen, and returns the windows.
func (d *windowData) choose(c *choice) []window {
	var names, ids []string
	for _, env := range d.environments {
		names = append(names, env.name)
	}
	windows := chooseWindows(d.starts)
	for _, w := range windows {
		ids = append(ids, strconv.Itoa(w.id))
	}
	names, ids = c.among("env", names), c.among("window", ids)
	d.environments = slices.DeleteFunc(d.environments, func(env *environment) bool { return !slices.Contains(names, env.name) })
	return slices.DeleteFunc(windows, func(w window) bool { return !slices.Contains(ids, strconv.Itoa(w.id)) })
}

// read says what was read.
func (d *windowData) read() string {
	var digests []string
	for _, e := range d.environments {
		digests = append(digests, e.sha256)
	}
	return readAs(traces.Available, digests)
}

func (d *windowData) places(windows []window) (all []place) {
	for _, env := range d.environments {
		for _, w := range windows {
			all = append(all, place{env, w})
		}
	}
	return all
}

// placeOf reads the place of a row of a file of cases.
func (d *windowData) placeOf(r *choice) (p place) {
	name := r.text("trace_env", "")
	n := slices.IndexFunc(d.environments, func(env *environment) bool { return env.name == name })
	if n < 0 {
		r.wrong("trace_env: there is no %q in the data", name)
		return p
	}
	p.environment = d.environments[n]
	p.start = r.count("window_start_tick", 0, 0, len(p.series.Points)-windowTicks)
	id := p.start
	if known := slices.Index(d.starts, p.start); known >= 0 {
		id = known
	}
	p.id = r.count("trace_id", id, 0, math.MaxInt)
	return p
}

// addWindows adds a case for every job of the grid in every place.
func (g *jobGrid) addWindows(into *sweep.Cases, places []place) {
	pools := make([]func() []market.Pool, len(places))
	for i, p := range places {
		pools[i] = sync.OnceValue(func() []market.Pool {
			return []market.Pool{jobPool(p.name, p.series, time.Duration(p.start)*p.series.Gap, windowTicks*p.series.Gap)}
		})
	}
	g.each(len(places), func(n int, job scenario.Job) {
		p := places[n]
		job.Tick = p.series.Gap
		into.Cases = append(into.Cases, sweep.Case{
			Values:   append(append([]string{p.name, strconv.Itoa(p.id), strconv.Itoa(p.start)}, jobValues(&job)...), string(job.Guarantee)),
			Policies: g.policies,
			Make: func() *scenario.Scenario {
				return scenario.OfJob(fmt.Sprintf("%s/%d", p.name, p.id), job, pools[n](), windowTicks*job.Tick)
			},
		})
	})
}

// readWindowData reads the data of the evaluation below a folder.
func readWindowData(dir string) (*windowData, error) {
	data := os.DirFS(dir)
	folder, err := firstThere(data, "folder", environmentFolders)
	if err != nil {
		return nil, err
	}
	d := &windowData{}
	for _, name := range environments {
		file := path.Join(folder, name+".json")
		text, err := fs.ReadFile(data, file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		e, err := readEnvironment(file, name, text)
		if err != nil {
			return nil, err
		}
		d.environments, d.inputs = append(d.environments, e), append(d.inputs, inputOf(path.Join(dir, file), text))
	}
	if len(d.environments) == 0 {
		return nil, fmt.Errorf("%s: none of the environments %v is there", folder, environments)
	}
	return d, d.readStarts(dir, data)
}

// firstThere returns the first of some names that is there.
func firstThere(data fs.FS, what string, names []string) (string, error) {
	for _, name := range names {
		if _, err := fs.Stat(data, name); err == nil {
			return name, nil
		}
	}
	return "", fmt.Errorf("no %s %s", what, strings.Join(names, ", nor "))
}

// readEnvironment reads a series of which the evaluation uses only whether there is spot.
func readEnvironment(file, name string, text []byte) (*environment, error) {
	histories, err := traces.ReadCapacity(file, bytes.NewReader(text), traces.CapacityOptions{Polarity: traces.Available})
	if err != nil {
		return nil, err
	}
	series := histories[0].Series[0]
	for i := range series.Points {
		if series.Points[i].Available > 0 {
			series.Points[i].Available = traces.Unlimited
		}
	}
	return &environment{name, histories[0].SHA256, series}, nil
}

// readStarts reads the first ticks of all windows there are, which must lie in all environments.
func (d *windowData) readStarts(dir string, data fs.FS) error {
	file, err := firstThere(data, "file", windowFiles)
	if err != nil {
		return err
	}
	text, err := fs.ReadFile(data, file)
	if err != nil {
		return err
	}
	d.inputs = append(d.inputs, inputOf(path.Join(dir, file), text))
	if err := json.Unmarshal(text, &d.starts); err != nil {
		return fmt.Errorf("%s: not a list of start ticks: %w", file, err)
	}
	if len(d.starts) == 0 {
		return fmt.Errorf("%s: no start ticks", file)
	}
	for _, e := range d.environments {
		for id, start := range d.starts {
			if ticks := len(e.series.Points); start < 0 || start > ticks-windowTicks {
				return fmt.Errorf("%s: window %d begins at tick %d, which must be in [0, %d]", e.name, id, start, ticks-windowTicks)
			}
		}
	}
	return nil
}

// chooseWindows returns the windows of the evaluation: of the names K.json of all starts,
// sorted as strings, those at the positions round(j (n-1)/29), ties to even.
func chooseWindows(starts []int) (chosen []window) {
	ids := make([]int, len(starts))
	for id := range ids {
		ids[id] = id
	}
	name := func(id int) string { return strconv.Itoa(id) + ".json" }
	slices.SortFunc(ids, func(a, b int) int { return strings.Compare(name(a), name(b)) })
	for j := range windowsOfEach {
		id := ids[int(math.RoundToEven(float64(j)*float64(len(ids)-1)/(windowsOfEach-1)))]
		chosen = append(chosen, window{id, starts[id]})
	}
	slices.SortFunc(chosen, func(a, b window) int { return a.id - b.id })
	return slices.Compact(chosen)
}
