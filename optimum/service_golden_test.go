package optimum

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/bobby-math/tessera/cloud"
)

// The experiment of Mao et al., SkyServe, EuroSys 2025, as its artifact runs it: see
// ../../shared/papers/skyserve.md, which is not part of this project.
const skyServeVectors = "../../shared/golden/skyserve/vectors.json"

// skyServeSets are the sets of zones. The vectors know them by the artifact's names; that
// of AWS3 counts nothing, so that 1 is as many as wanted.
var skyServeSets = []struct {
	name, artifact string
	gapSeconds     int
	unlimited      bool
	offsets        []int // published
	optimal        int   // Fig. 14, the mean over 10 random windows, in % of on demand
}{
	{"AWS1", "4-node", 300, false, []int{0, 2880, 5760, 14400, 23040}, 40},
	{"AWS2", "16-node", 300, false, []int{0, 2880, 8640, 20160}, 38},
	{"AWS3", "2-month", 300, true, []int{0, 2880, 28800, 100800, 172800}, 34},
	{"GCP1", "a100", 150, false, []int{0, 400, 900}, 34},
}

// skyServeRow is a row of the golden file.
type skyServeRow struct {
	Trace    string
	Policy   string
	Fallback string
	Extra    int `json:"n_extra"`
	Cold     int `json:"cold_ticks"`
	Offset   int `json:"offset_ticks"`
	Ticks    int
	Target   int `json:"n_tar"`
	K        int
	Cost     int
	Avail    int `json:"avail_ticks"`
}

// No policy of the published experiment is cheaper than the bound for as many short ticks.
func TestServiceOptimumIsNeverMoreExpensiveThanAGoldenPolicy(t *testing.T) {
	type problem struct{ set, offset, cold, short int }
	known := map[problem]ServicePlan{}
	always := 0
	for _, row := range readSkyServeRows(t) {
		p := problem{skyServeSet(t, row.Trace), row.Offset, row.Cold, row.Ticks - row.Cold - row.Avail}
		plan, ok := known[p]
		if !ok {
			o := skyServeWindow(t, p.set, p.offset, p.cold)
			if o.Ticks != row.Ticks || row.Target != 3 || row.K != 3 {
				t.Fatalf("%+v is of another experiment", row)
			}
			o.ShortTicks = p.short
			plan = solveGolden(t, o)
			known[p] = plan
		}
		if p.short == 0 {
			always++
		}
		if cost := cloud.Money(row.Cost) * cloud.Dollar; plan.Bound > cost {
			t.Errorf("%+v: at least %v", row, plan.Bound)
		}
	}
	exact, gap := 0, 0.0
	for _, plan := range known {
		if plan.Exact() {
			exact++
		} else {
			gap = max(gap, plan.Cost.Dollars()/plan.Bound.Dollars()-1)
		}
	}
	t.Logf("%d problems, %d exact, the others within %.2g; %d policies never short", len(known), exact, gap, always)
}

// The optimum in % of on demand, over the published windows; those of Fig. 14 are others.
func TestServiceOptimumOfThePublishedWindows(t *testing.T) {
	for set, s := range skyServeSets {
		sum := 0.0
		var percent []float64
		for _, offset := range s.offsets {
			o := skyServeWindow(t, set, offset, 4)
			plan := solveGolden(t, o)
			onDemand := float64(3 * 3 * (o.Ticks - 4))
			share := 100 * plan.Cost.Dollars() / onDemand
			// Three replicas cost at least a third of on demand; on demand is always there.
			if share < 100./3 || share > 100 {
				t.Errorf("%s at %d: %.2f %% of on demand", s.name, offset, share)
			}
			percent = append(percent, float64(int(10*share))/10)
			sum += share
		}
		t.Logf("%s: %.1f %% of on demand (%v); Fig. 14 has %d", s.name, sum/float64(len(s.offsets)), percent, s.optimal)
	}
}

// skyServeSet returns which set of zones it is that the artifact calls by a name.
func skyServeSet(t testing.TB, artifact string) int {
	t.Helper()
	for set, s := range skyServeSets {
		if s.artifact == artifact {
			return set
		}
	}
	t.Fatalf("set %q is of another experiment", artifact)
	return 0
}

func solveGolden(t testing.TB, o Service) ServicePlan {
	t.Helper()
	plan, err := o.Solve()
	if err != nil {
		t.Fatal(err)
	}
	if err := followService(&o, plan); err != nil {
		t.Error(err)
	}
	if o.ShortTicks == 0 && !plan.Exact() {
		t.Errorf("%v is not the bound %v", plan.Cost, plan.Bound)
	}
	return plan
}

func readSkyServeRows(t testing.TB) (rows []skyServeRow) {
	t.Helper()
	text, err := os.ReadFile(skyServeVectors)
	if err != nil {
		t.Skipf("the golden files are not here: %v", err)
	}
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// skyServeWindow returns a day of three replicas in a set of zones: a tick costs a dollar on
// spot and three on demand, and each value of a trace holds for gap/30 ticks, around the
// length of the shortest zone.
func skyServeWindow(t testing.TB, set, offset, cold int) Service {
	t.Helper()
	o := Service{
		Tick: halfMinute, Ticks: 2880, ColdTicks: cold, CountFrom: cold,
		Wanted: []int{3}, OnDemand: []cloud.Price{3 * tickDollar},
	}
	series := readSkyServeSet(t, set)
	shortest := len(slices.MinFunc(series, func(a, b []int) int { return len(a) - len(b) }))
	hold := skyServeSets[set].gapSeconds / 30
	for _, values := range series {
		zone := Zone{Price: []cloud.Price{tickDollar}}
		for tick := range o.Ticks {
			n := values[(offset+tick)%(shortest*hold)/hold]
			if skyServeSets[set].unlimited {
				n *= maxWanted
			}
			zone.Capacity = append(zone.Capacity, n)
		}
		o.Zones = append(o.Zones, zone)
	}
	return o
}

func readSkyServeSet(t testing.TB, set int) (series [][]int) {
	t.Helper()
	folder := filepath.Join(tracesDir, "skyserve", skyServeSets[set].name)
	files, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the traces are not here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(folder, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		series = append(series, parseGoldenTrace(t, file.Name(), text, skyServeSets[set].gapSeconds).Data)
	}
	return series
}
