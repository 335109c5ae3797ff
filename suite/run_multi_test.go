package suite

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

func TestMultiRowsDoNotDependOnTheWorkers(t *testing.T) {
	c := openMulti(t)
	c.Scenarios = c.Scenarios[:2]
	policies, err := MultiJobPolicies([]string{"adrs_up_multi", "fm_greedy", "ondemand"})
	if err != nil {
		t.Fatal(err)
	}
	cases := c.Cases(policies, MultiRules{Guarantee: scheduler.Peer, Billing: scenario.PeerBilling})
	cells := func(workers int) (all [][]string) {
		rows, err := RunMulti(context.Background(), system, cases, Workers{Count: workers})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if len(r.Values()) != len(MultiColumns) {
				t.Fatalf("%d cells for %d columns", len(r.Values()), len(MultiColumns))
			}
			all = append(all, r.Values())
		}
		return all
	}
	if !reflect.DeepEqual(cells(1), cells(8)) {
		t.Error("the rows of 1 and 8 workers differ")
	}
}

func TestMultiSuiteTellsWhatIsWrong(t *testing.T) {
	wants := func(err error, part string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("got %v, want %q", err, part)
		}
	}
	_, err := OpenCantBeLateMulti(fstest.MapFS{})
	wants(err, "no file cant-be-late/multi_real_traces.tar.gz")

	_, err = MultiJobPolicies([]string{"up_home_region0", "fallback", "uniform-progress-home"})
	wants(err, "policy fallback is not for one job with a deadline")
	wants(err, "policy uniform-progress-home is there twice")

	_, err = JobPolicies([]string{"uniform-progress-multi", "up"})
	wants(err, "policy uniform-progress is there twice")

	tasks, err := scheduler.Parse("fallback")
	if err != nil {
		t.Fatal(err)
	}
	job := &scenario.MultiJob{Name: "empty"}
	_, err = RunMulti(context.Background(), system, []MultiCase{{Job: job, Policy: tasks}}, Workers{Count: 1})
	wants(err, "policy fallback:after=3 is not for one job with a deadline")
	wants(err, "empty: regions: there must be one at least")
}
