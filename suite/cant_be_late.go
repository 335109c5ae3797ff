package suite

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
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
	grid := c.jobGrid(windowAxes, scenario.DefaultJobPolicies(1), func(policy string) string { return policy }, 48*time.Hour, 52*time.Hour, 70*time.Hour)
	if c.errs != nil {
		return nil, nil
	}
	data, err := readWindowData(c.text("data", ""))
	if err != nil {
		return nil, err
	}
	grid.Inputs = data.inputs
	if c.has("cases") {
		grid.addRows(c, []string{"trace_env", "window_start_tick"}, data.placeOf)
	} else {
		data.environments = among(c, "env", data.environments, func(e *environment) []string { return []string{e.name} })
		windows := among(c, "window", chooseWindows(data.starts), func(w window) []string { return []string{strconv.Itoa(w.id)} })
		grid.what = fmt.Sprintf("%d environments x %d windows x %d deadlines x %d overheads", len(data.environments), len(windows), len(grid.deadlines), len(grid.overheads))
		var places []place
		for _, e := range data.environments {
			for _, w := range windows {
				places = append(places, e.place(w))
			}
		}
		grid.add(c, places...)
	}
	var digests []string
	for _, e := range data.environments {
		digests = append(digests, e.sha256)
	}
	return grid.printed(fmt.Sprintf("Can't Be Late: %s, guarantee %s, billed whole ticks, means with 95 %% intervals\n%s", grid.what, c.text("guarantee", "strict"), readAs(traces.Available, digests))), nil
}

// placeOf is the place of a row of a file of cases.
func (d *windowData) placeOf(r *choice) (none place) {
	name := r.text("trace_env", "")
	n := slices.IndexFunc(d.environments, func(e *environment) bool { return e.name == name })
	if n < 0 {
		r.wrong("trace_env: there is no %q in the data", name)
		return none
	}
	e := d.environments[n]
	start := r.count("window_start_tick", 0, 0, len(e.series.Points)-windowTicks)
	id := slices.Index(d.starts, start)
	if id < 0 {
		id = start
	}
	return e.place(window{r.count("trace_id", id, 0, math.MaxInt), start})
}

func (e *environment) place(w window) place {
	tick := e.series.Gap
	return place{
		name: fmt.Sprintf("%s/%d", e.name, w.id),
		axes: []string{e.name, strconv.Itoa(w.id), strconv.Itoa(w.start)},
		tick: tick, known: windowTicks * tick,
		pools: sync.OnceValue(func() []market.Pool {
			return []market.Pool{jobPool(e.name, e.series, time.Duration(w.start)*tick, windowTicks*tick)}
		}),
	}
}

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
		if err == nil {
			err = d.addEnvironment(file, name, text)
		}
		if err != nil {
			return nil, err
		}
		d.inputs = append(d.inputs, inputOf(path.Join(dir, file), text))
	}
	if len(d.environments) == 0 {
		return nil, fmt.Errorf("%s: none of the environments %v is there", folder, environments)
	}
	return d, d.readStarts(dir)
}

func firstThere(data fs.FS, what string, names []string) (string, error) {
	for _, name := range names {
		if _, err := fs.Stat(data, name); err == nil {
			return name, nil
		}
	}
	return "", fmt.Errorf("no %s %s", what, strings.Join(names, ", nor "))
}

func readFirst(dir string, names []string) (file string, text []byte, input scenario.Input, err error) {
	data := os.DirFS(dir)
	if file, err = firstThere(data, "file", names); err == nil {
		text, err = fs.ReadFile(data, file)
	}
	return file, text, inputOf(path.Join(dir, file), text), err
}

// addEnvironment reads a series of which the evaluation uses only whether there is spot.
func (d *windowData) addEnvironment(file, name string, text []byte) error {
	histories, err := traces.ReadCapacity(file, bytes.NewReader(text), traces.CapacityOptions{Polarity: traces.Available})
	if err != nil {
		return err
	}
	series := histories[0].Series[0]
	for i, p := range series.Points {
		if p.Available > 0 {
			series.Points[i].Available = traces.Unlimited
		}
	}
	d.environments = append(d.environments, &environment{name, histories[0].SHA256, series})
	return nil
}

// readStarts reads the first ticks of all windows there are, which must lie in all environments.
func (d *windowData) readStarts(dir string) error {
	file, text, input, err := readFirst(dir, windowFiles)
	if err != nil {
		return err
	}
	d.inputs = append(d.inputs, input)
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
