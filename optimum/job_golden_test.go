package optimum

import (
	"archive/tar"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// The published engine of Wu et al., Can't Be Late, NSDI 2024, and an exact optimum of
// another author, both on real traces: see ../../shared/golden and ../../shared/traces,
// which are not part of this project.
const (
	goldenDir = "../../shared/golden/cant-be-late"
	tracesDir = "../../shared/traces"
)

func TestOptimumEqualsTheGoldenOptimum(t *testing.T) {
	rows := readGolden(t, "optimal.csv")
	traces := goldenTraces{}
	for _, row := range rows {
		o := traces.problem(t, row)
		plan, err := o.Solve()
		if err != nil {
			t.Fatal(err)
		}
		// The golden costs are sums of floats.
		if want := row.number(t, "optimal_cost_usd"); math.Abs(plan.Cost.Dollars()-want) > 1e-6 {
			t.Errorf("%v: %.9f $, want %.9f", row, plan.Cost.Dollars(), want)
		}
		if err := follow(o, plan); err != nil {
			t.Errorf("%v: %v", row, err)
		}
	}
	t.Logf("%d rows", len(rows))
}

func TestOptimumIsNeverMoreExpensiveThanAGoldenPolicyInTime(t *testing.T) {
	rows := readGolden(t, "single.csv")
	traces := goldenTraces{}
	optima := map[[4]string]cloud.Money{}
	inTime := 0
	for _, row := range rows {
		if row["deadline_met"] != "1" {
			continue
		}
		inTime++
		window := [4]string{row["trace_env"], row["window_start_tick"], row["deadline_h"], row["restart_overhead_h"]}
		if _, known := optima[window]; !known {
			plan, err := traces.problem(t, row).Solve()
			if err != nil {
				t.Fatal(err)
			}
			optima[window] = plan.Cost
		}
		if cost := row.number(t, "cost_usd"); optima[window].Dollars() > cost+1e-6 {
			t.Errorf("%v: %.9f $, want at most %.9f", row, optima[window].Dollars(), cost)
		}
	}
	t.Logf("%d windows, %d of %d runs in time", len(optima), inTime, len(rows))
}

func TestOptimumIsNeverMoreExpensiveThanAGoldenMultiRegionPolicyInTime(t *testing.T) {
	if testing.Short() {
		t.Skip("the optima over several regions take long under the race detector; they run without -short")
	}
	rows := readGolden(t, "multi.csv")
	traces := readMultiTraces(t)
	optima := map[[4]string]cloud.Money{}
	inTime := 0
	for _, row := range rows {
		if row["deadline_met"] != "1" || row["deadline_h"] != "36.0" || row["restart_overhead_h"] != "0.2" {
			continue // the other three quarters take long and show nothing else
		}
		inTime++
		problem := [4]string{row["regions"], row["trace_idx"], row["deadline_h"], row["restart_overhead_h"]}
		if _, known := optima[problem]; !known {
			o := row.problem(t, 195*time.Second)
			for zone := range strings.SplitSeq(row["regions"], "|") {
				o.Regions = append(o.Regions, traces[zone+"/"+row["trace_idx"]])
			}
			plan, err := o.Solve()
			if err != nil {
				t.Fatal(err)
			}
			if err := follow(o, plan); err != nil {
				t.Errorf("%v: %v", row, err)
			}
			optima[problem] = plan.Cost
		}
		if cost := row.number(t, "cost_if_each_tick_billed_at_tick_price"); optima[problem].Dollars() > cost+1e-6 {
			t.Errorf("%v: %.9f $, want at most %.9f", row, optima[problem].Dollars(), cost)
		}
	}
	t.Logf("%d problems, %d runs in time", len(optima), inTime)
}

// goldenRow is a row of a golden file, by column.
type goldenRow map[string]string

func (r goldenRow) number(t testing.TB, column string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(r[column], 64)
	if err != nil {
		t.Fatalf("column %s: %v", column, err)
	}
	return x
}

func (r goldenRow) hours(t testing.TB, column string) time.Duration {
	t.Helper()
	return time.Duration(math.Round(r.number(t, column)*3600)) * time.Second
}

func readGolden(t testing.TB, name string) []goldenRow {
	t.Helper()
	f, err := os.Open(filepath.Join(goldenDir, name))
	if err != nil {
		t.Skipf("the golden files are not here: %v", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []goldenRow
	for _, record := range records[1:] {
		row := goldenRow{}
		for i, column := range records[0] {
			row[column] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// problem returns what the row's run had to do, without the regions.
func (r goldenRow) problem(t testing.TB, tick time.Duration) Job {
	t.Helper()
	return Job{
		Tick:     tick,
		Work:     r.hours(t, "task_h"),
		Overhead: r.hours(t, "restart_overhead_h"),
		Deadline: r.hours(t, "deadline_h"),
	}
}

// onDemandPrice is that of the published engine, and spotPrice where its traces have none.
var (
	onDemandPrice = []cloud.Price{cloud.PerHour(3.06)}
	spotPrice     = []cloud.Price{cloud.PerHour(0.9731)}
)

// goldenTraces are the availability series read so far, by environment.
type goldenTraces map[string][]bool

// problem returns what the row's run had to do in its window of 554 ticks.
func (g goldenTraces) problem(t testing.TB, row goldenRow) Job {
	t.Helper()
	o := row.problem(t, 600*time.Second)
	start := int(row.number(t, "window_start_tick"))
	window := g.series(t, row["trace_env"])[start : start+554]
	o.Regions = []Region{{Available: window, Spot: spotPrice, OnDemand: onDemandPrice}}
	return o
}

func (g goldenTraces) series(t testing.TB, env string) []bool {
	t.Helper()
	if series, known := g[env]; known {
		return series
	}
	text, err := os.ReadFile(filepath.Join(tracesDir, "spot-traces/availability/1-node/aws-10-26-2022", env+".json"))
	if err != nil {
		t.Skipf("the traces are not here: %v", err)
	}
	trace := parseGoldenTrace(t, env, text, 600)
	series := make([]bool, len(trace.Data))
	for i, available := range trace.Data {
		series[i] = available > 0
	}
	g[env] = series
	return series
}

// readMultiTraces reads the multi-region windows, by "zone/number".
func readMultiTraces(t testing.TB) map[string]Region {
	t.Helper()
	f, err := os.Open(filepath.Join(tracesDir, "cant-be-late/multi_real_traces.tar.gz"))
	if err != nil {
		t.Skipf("the traces are not here: %v", err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	traces := map[string]Region{}
	for files := tar.NewReader(unzipped); ; {
		header, err := files.Next()
		if err == io.EOF {
			return traces
		}
		if err != nil {
			t.Fatal(err)
		}
		folder, file := path.Split(header.Name)
		number, isTrace := strings.CutSuffix(file, ".json")
		if !isTrace || strings.HasPrefix(file, "._") {
			continue
		}
		text, err := io.ReadAll(files)
		if err != nil {
			t.Fatal(err)
		}
		trace := parseGoldenTrace(t, header.Name, text, 195)
		region := Region{OnDemand: onDemandPrice}
		for i, unavailable := range trace.Data {
			region.Available = append(region.Available, unavailable == 0)
			region.Spot = append(region.Spot, cloud.PerHour(trace.Prices[i]))
		}
		traces[path.Base(folder)+"/"+number] = region
	}
}

// goldenTrace is a trace file. What Data counts depends on the family.
type goldenTrace struct {
	Metadata struct {
		GapSeconds int `json:"gap_seconds"`
	} `json:"metadata"`
	Data   []int     `json:"data"`
	Prices []float64 `json:"prices"`
}

func parseGoldenTrace(t testing.TB, name string, text []byte, gapSeconds int) goldenTrace {
	t.Helper()
	var trace goldenTrace
	if err := json.Unmarshal(text, &trace); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if trace.Metadata.GapSeconds != gapSeconds {
		t.Fatalf("%s: ticks of %d s, want %d", name, trace.Metadata.GapSeconds, gapSeconds)
	}
	return trace
}
