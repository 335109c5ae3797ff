package tests

import (
	"math"
	"testing"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

// TestDefaultsTellTheStory holds the default scenario to what it is meant to show, over
// seeds 1..200: on-demand only costs $480 within 10 %, spot is cheapest with tens of
// preemptions, fallback lies between, and tasks complete soonest on demand and latest on
// spot. Costs and completions are compared pair by pair, on the same seed.
func TestDefaultsTellTheStory(t *testing.T) {
	const seeds = 200
	system := actors.NewSystem(zap.NewNop())
	runs := map[string][]metrics.Summary{}
	for seed := uint64(1); seed <= seeds; seed++ {
		s := scenario.Default()
		s.Seed = seed
		tasks := s.Tasks()
		for _, name := range []string{"greedy", "fallback", "ondemand"} {
			policy, err := scheduler.Parse(name)
			if err != nil {
				t.Fatal(err)
			}
			numbers, err := s.Simulate(t.Context(), system, policy, tasks, nil)
			if err != nil {
				t.Fatal(err)
			}
			runs[name] = append(runs[name], numbers.Summary())
		}
	}
	mean := func(name string, of func(metrics.Summary) float64) float64 {
		sum := 0.0
		for _, s := range runs[name] {
			sum += of(s)
		}
		return sum / seeds
	}
	cost := func(s metrics.Summary) float64 { return s.TotalCost }
	completion := func(s metrics.Summary) float64 { return *s.AvgCompletion }
	preemptions := func(s metrics.Summary) float64 { return float64(s.TotalPreemptions) }

	for _, name := range []string{"greedy", "fallback", "ondemand"} {
		t.Logf("%-8s cost $%.2f, completion %.3f h, %.1f preemptions", name, mean(name, cost), mean(name, completion), mean(name, preemptions))
	}
	if c := mean("ondemand", cost); math.Abs(c-480) > 48 {
		t.Errorf("on-demand only costs $%.2f on average, want $480 within 10 %%", c)
	}
	if p := mean("greedy", preemptions); p < 20 || p >= 100 {
		t.Errorf("greedy meets %.1f preemptions on average, want tens", p)
	}
	inOrder := func(what, less, more string, of func(metrics.Summary) float64) {
		sum, squares := 0.0, 0.0
		for i := range runs[less] {
			d := of(runs[more][i]) - of(runs[less][i])
			sum += d
			squares += d * d
		}
		d := sum / seeds
		se := math.Sqrt((squares/seeds - d*d) / (seeds - 1))
		t.Logf("%s: %s - %s = %.4f, standard error %.4f", what, more, less, d, se)
		if d < 3*se {
			t.Errorf("%s of %s is not clearly below that of %s: %.4f with standard error %.4f", what, less, more, d, se)
		}
	}
	inOrder("cost", "greedy", "fallback", cost)
	inOrder("cost", "fallback", "ondemand", cost)
	inOrder("completion", "ondemand", "fallback", completion)
	inOrder("completion", "fallback", "greedy", completion)
}
