// Package suite re-runs published evaluations: their data, their grid of settings, every
// policy, and the comparison.
//
// The one idea to hold: a suite is a list of cases in a fixed order; whatever runs them,
// and however many at a time, the rows come out in that order.
package suite

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

// CantBeLate is the single-region evaluation of Wu et al., Can't Be Late, NSDI 2024, as its
// published simulator has it: every window of every environment, with every deadline and
// overhead.
type CantBeLate struct {
	// Environments are sorted by name.
	Environments []Environment
	// Windows are those of the evaluation, sorted by id; All are all there are.
	Windows, All []Window
	Work         time.Duration
	Deadlines    []time.Duration
	Overheads    []time.Duration
}

// Environment is the availability of spot in one pool.
type Environment struct {
	Name         string
	SHA256       string
	Gap          time.Duration
	Availability []bool
}

// Window is a slice of every environment.
type Window struct {
	ID int
	// Start is its first tick.
	Start int
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

// OpenCantBeLate reads the data of the evaluation below a folder. Every environment that is
// there is used; one at least must be.
func OpenCantBeLate(data fs.FS) (*CantBeLate, error) {
	folder, ok := firstThere(data, environmentFolders)
	if !ok {
		return nil, fmt.Errorf("no folder %s, nor %s", environmentFolders[0], environmentFolders[1])
	}
	c := &CantBeLate{
		Work:      48 * time.Hour,
		Deadlines: []time.Duration{52 * time.Hour, 70 * time.Hour},
		Overheads: []time.Duration{3 * time.Minute, 12 * time.Minute},
	}
	for _, name := range environments {
		file := folder + "/" + name + ".json"
		if _, err := fs.Stat(data, file); err != nil {
			continue
		}
		e, err := readEnvironment(data, file, name)
		if err != nil {
			return nil, err
		}
		c.Environments = append(c.Environments, e)
	}
	if len(c.Environments) == 0 {
		return nil, fmt.Errorf("%s: none of the environments %v is there", folder, environments)
	}
	starts, err := readStarts(data)
	if err != nil {
		return nil, err
	}
	c.Windows = chooseWindows(starts)
	for id, start := range starts {
		c.All = append(c.All, Window{id, start})
	}
	return c, c.check()
}

func firstThere(data fs.FS, names []string) (string, bool) {
	for _, name := range names {
		if _, err := fs.Stat(data, name); err == nil {
			return name, true
		}
	}
	return "", false
}

func readEnvironment(data fs.FS, file, name string) (Environment, error) {
	f, err := data.Open(file)
	if err != nil {
		return Environment{}, err
	}
	defer f.Close()
	histories, err := traces.ReadCapacity(file, f, traces.CapacityOptions{Polarity: traces.Available})
	if err != nil {
		return Environment{}, err
	}
	series := histories[0].Series[0]
	e := Environment{Name: name, SHA256: histories[0].SHA256, Gap: series.Gap}
	for _, p := range series.Points {
		e.Availability = append(e.Availability, p.Available > 0)
	}
	return e, nil
}

// readStarts returns the first ticks of all windows there are.
func readStarts(data fs.FS) ([]int, error) {
	file, ok := firstThere(data, windowFiles)
	if !ok {
		return nil, fmt.Errorf("no file %s, nor %s", windowFiles[0], windowFiles[1])
	}
	text, err := fs.ReadFile(data, file)
	if err != nil {
		return nil, err
	}
	var starts []int
	if err := json.Unmarshal(text, &starts); err != nil {
		return nil, fmt.Errorf("%s: not a list of start ticks: %w", file, err)
	}
	if len(starts) == 0 {
		return nil, fmt.Errorf("%s: no start ticks", file)
	}
	return starts, nil
}

// chooseWindows returns the windows of the evaluation: of the names K.json of all starts,
// sorted as strings, those at the positions round(j (n-1)/29), ties to even.
func chooseWindows(starts []int) []Window {
	names := make([]string, len(starts))
	for k := range starts {
		names[k] = strconv.Itoa(k) + ".json"
	}
	slices.Sort(names)
	chosen := map[int]Window{}
	for j := range windowsOfEach {
		at := int(math.RoundToEven(float64(j) * float64(len(names)-1) / (windowsOfEach - 1)))
		var id int
		if _, err := fmt.Sscanf(names[at], "%d.json", &id); err != nil {
			panic(err) // the names were made above
		}
		chosen[id] = Window{ID: id, Start: starts[id]}
	}
	return slices.SortedFunc(maps.Values(chosen), func(a, b Window) int { return cmp.Compare(a.ID, b.ID) })
}

// check returns an error for the first window that lies outside of an environment.
func (c *CantBeLate) check() error {
	for _, e := range c.Environments {
		for _, w := range c.All {
			if w.Start < 0 || w.Start+windowTicks > len(e.Availability) {
				return fmt.Errorf("%s: window %d is [%d, %d) of %d ticks", e.Name, w.ID, w.Start, w.Start+windowTicks, len(e.Availability))
			}
		}
	}
	return nil
}

// Data says in a line what the evaluation was read from: how many series, what their
// numbers were taken to mean, and a digest of their digests.
func (c *CantBeLate) Data() string {
	hashes := sha256.New()
	for _, e := range c.Environments {
		io.WriteString(hashes, e.SHA256)
	}
	return fmt.Sprintf("%d series read as %v, sha256 of all %.12x", len(c.Environments), traces.Available, hashes.Sum(nil))
}

// Case is one run of a suite.
type Case struct {
	Env    string
	Window Window
	Job    *scenario.Job
	Policy scheduler.Spec
}

// Cases returns a case for every environment, window, deadline, overhead and policy, in
// that order.
func (c *CantBeLate) Cases(policies []scheduler.Spec, g scheduler.Guarantee) (cases []Case) {
	for _, e := range c.Environments {
		for _, w := range c.Windows {
			for _, deadline := range c.Deadlines {
				for _, overhead := range c.Overheads {
					job := &scenario.Job{
						Name:         fmt.Sprintf("%s/%d", e.Name, w.ID),
						Gap:          e.Gap,
						Availability: e.Availability[w.Start : w.Start+windowTicks],
						Work:         c.Work, Deadline: deadline, Overhead: overhead,
						Spot: []cloud.Price{scenario.PublishedSpot}, OnDemand: scenario.PublishedOnDemand,
						Guarantee: g,
					}
					for _, p := range policies {
						cases = append(cases, Case{e.Name, w, job, p})
					}
				}
			}
		}
	}
	return cases
}
