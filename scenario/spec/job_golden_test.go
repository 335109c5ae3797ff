package spec

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scenario"
)

// The published engines of Wu et al., Can't Be Late, NSDI 2024, and of its problem over several
// regions, on real traces, which are not part of this project.
const (
	goldenDir = "../../../shared/golden/cant-be-late"
	tracesDir = "../../../shared/traces"
)

// goldenRow is a row of a golden file, by column.
type goldenRow map[string]string

func (r goldenRow) number(t *testing.T, column string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(r[column], 64)
	if err != nil {
		t.Fatalf("%s: %v", column, err)
	}
	return x
}

func (r goldenRow) count(t *testing.T, column string) int { return int(r.number(t, column)) }

// readGolden returns every so manyth row of a golden file.
func readGolden(t *testing.T, name string, every int) (rows []goldenRow) {
	t.Helper()
	f, err := os.Open(filepath.Join(goldenDir, name))
	if err != nil {
		t.Skipf("the golden files are not here: %v", err)
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.Comment = '#'
	records, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n < len(records); n += every {
		row := goldenRow{}
		for i, column := range records[0] {
			row[column] = records[n][i]
		}
		rows = append(rows, row)
	}
	return rows
}

var (
	system = actors.NewSystem(zap.NewNop())
	inputs = scenario.NewInputs() // of the golden rows
)

// runText runs a scenario file under its first policy.
func runText(t *testing.T, text string) (*Resolved, metrics.Summary) {
	t.Helper()
	file, err := Read("s.yaml", []byte("schema: tessera/v1\n"+text))
	if file == nil {
		t.Fatal(err)
	}
	r, err := NewBase(file, err, nil, inputs).With(nil)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	s := r.Scenario
	c, err := s.Simulate(t.Context(), system, s.Policies[0], s.Tasks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r, c.Summary()
}

// A job in a scenario file does what the published engine made of it, in one region and in
// several.
func TestJobsInAFileEqualTheGoldenRows(t *testing.T) {
	optimal := map[string]float64{}
	job := func(r goldenRow) string {
		return strings.Join([]string{r["trace_env"], r["window_start_tick"], r["deadline_h"], r["restart_overhead_h"]}, " ")
	}
	for _, row := range readGolden(t, "optimal.csv", 1) {
		optimal[job(row)] = row.number(t, "optimal_cost_usd")
	}
	for _, row := range readGolden(t, "single.csv", 19) {
		file := filepath.Join(tracesDir, "spot-traces/availability/1-node/aws-10-26-2022", row["trace_env"]+".json")
		_, got := runText(t, fmt.Sprintf(`
market: {pools: [{capacity: {files: %s, polarity: spot-traces, offset: %ds}}]}
job: {work: %sh, deadline: %sh, restart_overhead: %sh, guarantee: peer}
policies: %s
`, file, 600*row.count(t, "window_start_tick"), row["task_h"], row["deadline_h"], row["restart_overhead_h"], row["strategy"]))
		for column, n := range map[string]int{
			"finish_tick": *got.FinishTick, "spot_ticks": *got.SpotTicks, "od_ticks": *got.OnDemandTicks, "none_ticks": *got.IdleTicks,
			"preemptions": got.TotalPreemptions, "launches_spot": got.SpotLaunched, "launches_od": got.OnDemandLaunched,
			"deadline_met": 1 - got.MissedDeadlines,
		} {
			if want := row.count(t, column); n != want {
				t.Errorf("%v: %s is %d, want %d", row, column, n, want)
			}
		}
		if want := row.number(t, "cost_usd"); math.Abs(got.TotalCost-want) > 1e-6 || math.Abs(*got.Finish-row.number(t, "finish_h_exact")) > 1e-6 {
			t.Errorf("%v: cost $%v, finish %v h", row, got.TotalCost, *got.Finish)
		}
		if want := optimal[job(row)]; math.Abs(*got.Bound-want) > 1e-6 {
			t.Errorf("%v: lower bound $%v, want $%v", row, *got.Bound, want)
		}
	}
	archive := filepath.Join(tracesDir, "cant-be-late/multi_real_traces.tar.gz")
	for _, row := range readGolden(t, "multi.csv", 11) {
		_, got := runText(t, fmt.Sprintf(`
market: {pools: [{zone: [%s], capacity: {files: %s, window: "%s", polarity: sky-spot}}]}
job: {work: %sh, deadline: %sh, restart_overhead: %sh, guarantee: peer, billing: peer}
policies: %s
lower_bound: false
`, strings.ReplaceAll(row["regions"], "|", ", "), archive, row["trace_idx"], row["task_h"], row["deadline_h"], row["restart_overhead_h"], row["strategy"]))
		for column, n := range map[string]int{
			"finish_tick": *got.FinishTick, "spot_ticks": *got.SpotTicks, "od_ticks": *got.OnDemandTicks, "none_ticks": *got.IdleTicks,
			"deadline_met": 1 - got.MissedDeadlines, "region_switches": *got.Switches,
		} {
			if want := row.count(t, column); n != want {
				t.Errorf("%v: %s is %d, want %d", row, column, n, want)
			}
		}
		if want := row.number(t, "cost_usd"); math.Abs(got.TotalCost-want) > 1e-6 {
			t.Errorf("%v: cost $%v, want $%v", row, got.TotalCost, want)
		}
	}
}

// A job on real availability and prices of two regions, with moves that take time and money,
// costs what the command job said of it when it was a road of its own. The lower bound is the
// cost of the optimal policy.
func TestAJobOnRecordedPricesIsWhatItWas(t *testing.T) {
	folder := filepath.Join(tracesDir, "skynomad")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("the traces are not here: %v", err)
	}
	bound := map[string]float64{"300h": 92.2233, "500h": 44.88888625}
	for offset, rows := range map[string][]string{
		"300h": {
			"greedy 105.47543625 0 455 494 156 1105 155 0.6", "uniform-progress 118.266807917 1 399 587 121 1107 4 0.6", "optimal 92.2233 1 588 380 125 1093 0 0",
		},
		"500h": {
			"greedy 49.188784166 1 931 0 45 976 44 0.8", "uniform-progress 55.213390416 1 877 52 16 945 6 0.8", "optimal 44.88888625 1 901 0 200 1101 1 0",
		},
	} {
		for _, want := range rows {
			policy, _, _ := strings.Cut(want, " ")
			_, s := runText(t, strings.ReplaceAll(fmt.Sprintf(`
market:
  pools:
    - capacity:
        files:
          - DIR/availability-2023-02-15_us-east-1a_v100_1.csv.gz
          - DIR/availability-2023-02-15_us-west-2a_v100_1.csv.gz
          - DIR/v100_spot_prices.json
        polarity: skynomad
        gap: 195s
        offset: %s
job: {work: 48h, deadline: 60h, restart_overhead: 0.2h, transfer: 0.1h, egress: DIR/aws_egress_pricing.csv, checkpoint_gb: 10}
policies: %s
`, offset, policy), "DIR", folder))
			got := fmt.Sprintln(policy, s.TotalCost, *s.FinalRegion, *s.SpotTicks, *s.OnDemandTicks, *s.IdleTicks, *s.FinishTick, *s.Switches, *s.Egress)
			if got != want+"\n" || s.MissedDeadlines != 0 || *s.Bound != bound[offset] {
				t.Errorf("from %s: %sbound $%v; want\n%s, $%v", offset, got, *s.Bound, want, bound[offset])
			}
		}
	}
}
