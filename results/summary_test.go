package results

import (
	"bytes"
	"encoding/json"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bobby-math/tessera/metrics"
)

// costs makes a run of a policy for each cost, under the seeds from 1 on.
func costs(axis, policy string, costs ...float64) (runs []*Run) {
	for i, x := range costs {
		runs = append(runs, &Run{ID: policy, Axes: []Axis{{"sigma", axis}}, Seed: uint64(i + 1), Policy: policy, Status: OK,
			Summary: metrics.Summary{TotalCost: x}})
	}
	return runs
}

// sequence yields runs as a file would.
func sequence(runs []*Run) iter.Seq2[*Run, error] {
	return func(yield func(*Run, error) bool) {
		for _, r := range runs {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func near(t *testing.T, what string, got Number, want float64) {
	t.Helper()
	if !(math.Abs(float64(got)-want) <= 1e-5) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// summarize sums up all of runs, compared with the baseline, or with the default one if
// that is empty.
func summarize(runs iter.Seq2[*Run, error], metrics []Column, replicates []string, baseline string) (*Summary, error) {
	s := NewSummarizer(metrics, replicates)
	for r, err := range runs {
		if err != nil {
			return nil, err
		}
		s.Add(r)
	}
	return s.Summary(baseline)
}

// Costs 12, 14, 10 beside 10, 10, 10: mean 12, deviation 2, t(2) = 4.30265, so half the
// interval is 4.30265*2/sqrt(3) = 4.96828, of the costs as of the differences 2, 4, 0. The
// nearest rank of the median of three is the second, of p90 the third. One tie and no win:
// a sixth. Of the eight ways to put signs on 2, 4, 0 four have a sum of 6 or -6: p is 0.5.
// A third policy is below by 1 each time, the sum of all signs as far off in 2 of 8 ways:
// p is 0.25. Holm: the smaller times 2 is 0.5, the other times 1, but not below that.
func TestSummaryByHand(t *testing.T) {
	runs := slices.Concat(costs("0.1", "greedy", 12, 14, 10), costs("0.1", "ondemand", 10, 10, 10), costs("0.1", "cheap", 9, 9, 9))
	sum, err := summarize(sequence(runs), metricsOf("cost", "completion"), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	if sum.Baseline != "ondemand" || len(sum.Points) != 1 || len(sum.Points[0].Policies) != 3 {
		t.Fatalf("%+v", sum)
	}
	greedy := sum.Points[0].Policies[0]
	cost := greedy.Metrics[0]
	near(t, "mean", cost.Mean, 12)
	near(t, "low", cost.Low, 12-4.96828)
	near(t, "high", cost.High, 12+4.96828)
	near(t, "deviation", cost.SD, 2)
	near(t, "median", cost.Median, 12)
	near(t, "p90", cost.P90, 14)
	near(t, "min", cost.Min, 10)
	d := cost.Difference
	near(t, "difference", d.Mean, 2)
	near(t, "its low end", d.Low, 2-4.96828)
	near(t, "relative", d.Relative, 0.2)
	near(t, "win rate", d.WinRate, 1./6)
	near(t, "p", d.P, 0.5)
	near(t, "p of cheap", sum.Points[0].Policies[2].Metrics[0].Difference.P, 0.25)
	near(t, "corrected", d.PHolm, 0.5)
	near(t, "corrected p of cheap", sum.Points[0].Policies[2].Metrics[0].Difference.PHolm, 0.5)
	if sum.Points[0].Policies[1].Metrics[0].Difference != nil {
		t.Error("the baseline differs from itself")
	}
	if want := []string{"fewer than 10 samples", "p99 of fewer than 100 samples is their maximum"}; !slices.Equal(cost.Warnings, want) {
		t.Errorf("warnings %q, want %q", cost.Warnings, want)
	}
	// No task completed in any run.
	none := greedy.Metrics[1]
	if none.N != 0 || none.Mean.Finite() || none.Difference.N != 0 || !slices.Contains(none.Warnings, "3 of 3 runs have no completion_mean_h and are left out") {
		t.Errorf("%+v", none)
	}
}

// A pair whose one run failed, and one whose partner is missing, are left out and told of.
func TestPairsThatAreNone(t *testing.T) {
	runs := slices.Concat(costs("0.1", "greedy", 12, 14, 10, 99), costs("0.1", "ondemand", 10, 10, 10))
	runs[1].Status, runs[1].Error = Failed, "crash"
	sum, err := summarize(sequence(runs), metricsOf("cost"), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	greedy := sum.Points[0].Policies[0]
	cost := greedy.Metrics[0]
	// Of seeds 1 to 4 the second failed; 1 and 3 are left: (2 + 0) / 2. The mean is over
	// 12, 10, 99.
	near(t, "mean", cost.Mean, 121./3)
	near(t, "difference", cost.Difference.Mean, 1)
	if greedy.Runs != 4 || greedy.Failed != 1 || cost.N != 3 || cost.Difference.N != 2 {
		t.Errorf("%+v", greedy)
	}
	if !slices.Contains(cost.Warnings, "1 of 4 runs failed and are left out") ||
		!slices.Contains(cost.Difference.Warnings, "2 of 4 seeds are left out: a run of the pair is missing, failed or has no value") {
		t.Errorf("warnings %q, %q", cost.Warnings, cost.Difference.Warnings)
	}
}

func TestBaselineByName(t *testing.T) {
	s := NewSummarizer(Summarized, nil)
	for _, p := range []string{"greedy", "fallback:after=1", "uniform:a=1", "uniform:a=2"} {
		s.Add(costs("1", p, 1)[0])
	}
	for _, c := range []struct{ name, want, err string }{
		{"", "greedy", ""},
		{"fallback", "fallback:after=1", ""},
		{"greedy", "greedy", ""},
		{"gredy", "", `no policy "gredy" ran; did you mean "greedy"?`},
		{"uniform", "", `ran with several parameters: choose one of uniform:a=1, uniform:a=2`},
	} {
		got, err := s.Baseline(c.name)
		if got != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%q: %q, %v", c.name, got, err)
		}
	}
}

func TestASeedTwiceIsAnError(t *testing.T) {
	runs := append(costs("0.1", "greedy", 1, 2), costs("0.1", "greedy", 3)...)
	if _, err := summarize(sequence(runs), Summarized, nil, ""); err == nil || !strings.Contains(err.Error(), "sigma=0.1, policy greedy: seed 1 is there twice") {
		t.Error(err)
	}
}

// The numbers of a point do not depend on the order in which its runs come, nor do those
// read back from the file differ from those written.
func TestSummaryDoesNotDependOnOrder(t *testing.T) {
	runs, _ := collect(many(300, 1))
	want, err := summarize(sequence(runs), Summarized, nil, "greedy")
	if err != nil {
		t.Fatal(err)
	}
	// The first of each policy stays in front, as it decides on the order of policies.
	random := rand.New(rand.NewPCG(3, 4))
	random.Shuffle(len(runs)-3, func(i, j int) { runs[i+3], runs[j+3] = runs[j+3], runs[i+3] })
	got, err := summarize(sequence(runs), Summarized, nil, "greedy")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(jsonOf(t, want), jsonOf(t, got)); diff != "" {
		t.Error(diff)
	}
	var back Summary
	if err := json.Unmarshal([]byte(jsonOf(t, want)), &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(jsonOf(t, want), jsonOf(t, &back)); diff != "" {
		t.Error(diff)
	}
}

func jsonOf(t *testing.T, s *Summary) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// One cost in ten is fifty times the others: the t interval is doubtful, and that of the
// bootstrap, which reaches further up, is in its place.
func TestSkewedCostsHaveABootstrapInterval(t *testing.T) {
	runs := costs("1", "ondemand", 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 70)
	sum, err := summarize(sequence(runs), metricsOf("cost"), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	d := sum.Points[0].Policies[0].Metrics[0]
	if d.Method != "bootstrap-t" || !(d.High-d.Mean > d.Mean-d.Low) {
		t.Errorf("%+v", d)
	}
}

func TestFindDrift(t *testing.T) {
	base := func() []*Run { return slices.Concat(costs("1", "greedy", 10, 20), costs("2", "greedy", 30)) }
	for name, c := range map[string]struct {
		change      func([]*Run) []*Run
		tolerance   float64
		differences int
		drifted     int
		first       string
	}{
		"equal sweeps":               {func(r []*Run) []*Run { return r }, 0, 0, 0, ""},
		"other addresses":            {func(r []*Run) []*Run { r[0].ID = "x"; return r }, 0, 0, 0, ""},
		"another order":              {func(r []*Run) []*Run { slices.Reverse(r); return r }, 0, 0, 0, ""},
		"the last bit":               {func(r []*Run) []*Run { r[1].Summary.TotalCost = math.Nextafter(20, 21); return r }, 0, 1, 1, "sigma=1 greedy 2 cost_usd 20 20.000000000000004"},
		"within a tenth":             {func(r []*Run) []*Run { r[1].Summary.TotalCost = 22; return r }, 0.1, 0, 0, ""},
		"beyond a tenth":             {func(r []*Run) []*Run { r[1].Summary.TotalCost = 22.3; return r }, 0.1, 1, 1, "sigma=1 greedy 2 cost_usd 20 22.3"},
		"a value that is new":        {func(r []*Run) []*Run { x := 1.0; r[0].Summary.Makespan = &x; return r }, 1, 1, 1, "sigma=1 greedy 1 makespan_h  1"},
		"a run that is gone":         {func(r []*Run) []*Run { return r[1:] }, 0, 1, 1, "sigma=1 greedy 1 run_id greedy (no run)"},
		"a run that is new":          {func(r []*Run) []*Run { return append(r, costs("3", "greedy", 1)...) }, 0, 1, 1, "sigma=3 greedy 1 run_id (no run) greedy"},
		"two values of one run":      {func(r []*Run) []*Run { r[2].Summary.SpotCost, r[2].Summary.WorkLost = 1, 2; return r }, 0, 2, 1, "sigma=2 greedy 1 spot_cost_usd 0 1"},
		"a point with another value": {func(r []*Run) []*Run { r[2].Axes[0].Value = "2.0"; return r }, 0, 2, 2, "sigma=2 greedy 1 run_id greedy (no run)"},
	} {
		d, err := FindDrift(sequence(base()), sequence(c.change(base())), c.tolerance, 10)
		if err != nil {
			t.Fatal(err)
		}
		first := ""
		if len(d.First) > 0 {
			f := d.First[0]
			first = strings.Join([]string{f.Point(), f.Policy, string('0' + rune(f.Seed)), f.Column, f.Now, f.Earlier}, " ")
		}
		if d.Differences != c.differences || d.Drifted != c.drifted || first != c.first {
			t.Errorf("%s: %d differences, %d runs, first %q", name, d.Differences, d.Drifted, first)
		}
	}
	// A failed run has no numbers: its status is one value, and each of its numbers that
	// are gone another.
	failed := base()
	failed[0].Status = Failed
	d, err := FindDrift(sequence(failed), sequence(base()), 0, 1)
	if err != nil || d.First[0].Column != "status" || d.Drifted != 1 || len(d.First) != 1 {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestConditions(t *testing.T) {
	h := 5.0
	good := Run{Seed: 3, Policy: "greedy", Status: OK, Summary: metrics.Summary{MissedDeadlines: 1, TotalCost: 480, AvgCompletion: &h}}
	for _, c := range []struct {
		text string
		met  bool
		why  string
	}{
		{"missed>0", true, "all, policy greedy, seed 3: missed_deadlines is 1"},
		{"missed_deadlines > 1", false, ""},
		{"cost>480", false, ""},
		{"cost>=480", true, "cost_usd is 480"},
		{"completion<5.5", true, "completion_mean_h is 5"},
		{"lost-work!=0", false, ""},
		{"missed==1", true, "missed_deadlines is 1"},
		{"makespan>1000", true, "no makespan_h"},
	} {
		condition, err := ParseCondition(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if met, why := condition.Run(&good); met != c.met || !strings.HasSuffix(why, c.why) {
			t.Errorf("%s: %v, %q", c.text, met, why)
		}
		if again, err := ParseCondition(condition.String()); err != nil || again.String() != condition.String() {
			t.Errorf("%s reads back as %v, %v", condition, again, err)
		}
		if met, why := condition.Run(&Run{Status: Failed}); !met || !strings.HasSuffix(why, "the run failed") {
			t.Errorf("%s of a failed run: %v, %q", c.text, met, why)
		}
	}
	for text, want := range map[string]string{
		"missed":          "must be METRIC, a comparison and a number",
		"missed>":         "must be METRIC",
		"misssed>0":       `there is no metric "misssed"; did you mean "missed"?`,
		"mean(cst)>0":     `did you mean "cost"?`,
		"meen(cost)>0":    `there is no function "meen"; did you mean "mean"?`,
		"cost>NaN":        "NaN is not a number",
		"cost>=x":         "x is not a number",
		"mean(cost > 480": "must be METRIC",
	} {
		if _, err := ParseCondition(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// The mean of 12, 14, 10 is 12.
func TestConditionsOnPolicies(t *testing.T) {
	sum, err := summarize(sequence(slices.Concat(costs("0.1", "greedy", 12, 14, 10), costs("0.2", "greedy", 1))), metricsOf("cost"), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{"mean(cost)>12": 0, "mean(cost)>=12": 1, "median(cost)<1.5": 1, "p90(cost)>13": 1, "p99(cost)>0": 2, "cost>0": 0} {
		condition, err := ParseCondition(text)
		if err != nil {
			t.Fatal(err)
		}
		if why := condition.Summary(sum); len(why) != want {
			t.Errorf("%s: %q, want %d", text, why, want)
		}
	}
}

// Of what is better when there is more of it, a win is more: 0.99, 0.97 and 1 beside 0.98
// thrice are two wins of three.
func TestAWinIsTheBetterValue(t *testing.T) {
	var runs []*Run
	for seed, policies := range []map[string]float64{{"greedy": 0.99}, {"greedy": 0.97}, {"greedy": 1}} {
		policies["ondemand"] = 0.98
		for _, policy := range []string{"greedy", "ondemand"} {
			r := &Run{Seed: uint64(seed), Policy: policy, Status: OK}
			share := policies[policy]
			r.Summary.Availability = &share
			runs = append(runs, r)
		}
	}
	sum, err := summarize(sequence(runs), metricsOf("availability"), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	near(t, "win rate", sum.Points[0].Policies[0].Metrics[0].Difference.WinRate, 2./3)
}

// Metrics that no run has a value of are left out of what a folder sums up; the values of
// the others stay theirs.
func TestEmptyMetricsAreDropped(t *testing.T) {
	s := NewSummarizer(metricsOf("completion", "latency", "cost"), nil)
	for _, r := range costs("0.1", "greedy", 12, 14, 10) {
		latency := r.Summary.TotalCost / 2
		r.Summary.AvgLatency = &latency
		s.Add(r)
	}
	s.DropEmpty()
	sum, err := s.Summary("")
	if err != nil {
		t.Fatal(err)
	}
	if len(sum.Metrics) != 2 || sum.Metrics[0].Metric != "latency" || sum.Metrics[1].Metric != "cost" {
		t.Fatalf("metrics are %+v", sum.Metrics)
	}
	near(t, "latency", sum.Points[0].Policies[0].Metrics[0].Mean, 6)
	near(t, "cost", sum.Points[0].Policies[0].Metrics[1].Mean, 12)
	if want := []float64{12, 14, 10}; !slices.Equal(s.Values(0, 0, 1), want) {
		t.Errorf("costs %v, want %v", s.Values(0, 0, 1), want)
	}
}

func metricsOf(names ...string) []Column {
	list, err := ParseMetrics(names)
	if err != nil {
		panic(err)
	}
	return list
}
