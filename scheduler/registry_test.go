package scheduler

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/optimum"
)

func TestAliasesAreTheNamesOfThePublishedSimulators(t *testing.T) {
	for alias, want := range map[string]string{
		"on_demand": "ondemand", "on-demand": "ondemand", "only_spot": "spot-only", "paper_greedy": "greedy",
		"rc_threshold": "uniform-progress-plain", "up": "uniform-progress", "up_no_hysteresis": "uniform-progress-no-hysteresis",
		"next_spot_oracle": "next-spot-oracle", "time_sliced_n4": "time-sliced:n=4", "time_sliced_n8": "time-sliced:n=8",
		"fm_greedy": "greedy", "greedy-multi": "greedy", "adrs_up_multi": "uniform-progress",
		"uniform-progress-multi": "uniform-progress", "up_home_region0": "uniform-progress-home",
	} {
		if spec, err := Parse(alias); err != nil || spec.String() != want {
			t.Errorf("%s is %v, %v; want %s", alias, spec, err, want)
		}
	}
	if _, err := Parse("time_sliced_n4:n=5"); err == nil || err.Error() != "policy time-sliced: n is there twice" {
		t.Errorf("error %v", err)
	}
}

func TestPoliciesAreForWhatTheyCanDo(t *testing.T) {
	for name, want := range map[string][]Kind{
		"ondemand": {KindTasks, KindJob, KindService}, "greedy": {KindTasks, KindJob},
		"fallback": {KindTasks}, "time-sliced": {KindJob}, "spothedge": {KindService},
	} {
		var got []Kind
		for _, k := range []Kind{KindTasks, KindJob, KindService} {
			if slices.Contains(Names(k), name) {
				got = append(got, k)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is for %v, want %v", name, got, want)
		}
	}
	spec, err := Parse("spothedge")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := spec.NewForTasks(); err == nil || !strings.HasPrefix(err.Error(), "policy spothedge is not for tasks (such are: fallback, greedy, ") {
		t.Errorf("error %v", err)
	}
}

func TestAListTellsAllThatIsWrong(t *testing.T) {
	_, err := ParseList([]string{"greddy", " up ", "fallback", "uniform-progress", "time-sliced:n=0", ""}, KindJob)
	if err == nil {
		t.Fatal("no error")
	}
	lines := strings.Split(err.Error(), "\n")
	for n, want := range []string{
		`"greddy" is not a policy; did you mean "greedy"?`,
		`policy fallback is not for one job with a deadline (such are: greedy, next-spot-oracle, ondemand, `,
		`policy uniform-progress is there twice`,
		`policy time-sliced: n="0" must be a whole number in [1, 1000]`,
		`"" is not a policy (known: `,
	} {
		if n >= len(lines) || !strings.HasPrefix(lines[n], want) {
			t.Errorf("line %d: want %s, got\n%v", n, want, err)
		}
	}
	specs, err := ParseList([]string{"time_sliced_n8", "\tgreedy\n"}, KindJob)
	if err != nil || len(specs) != 2 || specs[0].String() != "time-sliced:n=8" || specs[1].String() != "greedy" {
		t.Errorf("%v, %v", specs, err)
	}
}

// door is a policy of every kind that can be closed.
type door struct {
	greedy
	onDemandPlan
	closed *int
}

type onDemandPlan struct{}

func (onDemandPlan) Plan(*Fleet, *Plan) {}

func (d *door) Close() error {
	*d.closed++
	return errors.New("stuck")
}

func TestATenantClosesItsPolicy(t *testing.T) {
	closed := 0
	spec := Spec{Entry: Entry{Name: "door", New: func(Args) (any, error) { return &door{closed: &closed}, nil }}}
	tasks, err1 := spec.NewForTasks()
	job, err2 := spec.NewForJob(JobRules{Gap: time.Hour})
	service, err3 := spec.NewForService(ServiceRules{Every: time.Minute})
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	for n, p := range []Policy{tasks, job, service, Both(tasks, service)} {
		if err := Close(p); err == nil || !strings.HasPrefix(err.Error(), "stuck") {
			t.Errorf("policy %d: closing says %v", n, err)
		}
	}
	if closed != 5 {
		t.Errorf("closed %d times, want 5", closed)
	}
	if err := Close(&fallback{}); err != nil {
		t.Error(err)
	}
}

// chooser is a job policy that chooses what its test says.
type chooser struct {
	mode   Mode
	region int
}

func (c chooser) Choose(*Job) (Mode, int) { return c.mode, c.region }

func TestAChoiceThatDoesNotExistIsIllegal(t *testing.T) {
	for _, test := range []struct {
		chooser
		want string
	}{
		{chooser{mode: 7}, "job: mode 7 is none of idle, spot and on-demand"},
		{chooser{OnSpot, 2}, "job: region 2 is not in [0, 2)"},
		{chooser{Idle, -1}, "job: region -1 is not in [0, 2)"},
		{chooser{OnDemand, 1}, ""},
	} {
		v := NewView(make([]Pool, 2), 0, 0)
		b := NewBook(v)
		n := NewsOf(Arrived, 0)
		n.Task, n.Deadline, n.Work = v.NextTask(), clock.At(10*time.Hour), time.Hour
		v.Apply(&n)
		b.BeginDecision()
		policy := newJobTenant(test.chooser, JobRules{Gap: time.Hour, Guarantee: Strict}, false)
		var err error
		for _, a := range policy.Decide(v) {
			if err = b.Check(a); err != nil {
				break
			}
		}
		if legal := test.want == ""; legal != (err == nil) || !legal && !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%+v: error %v, want %q", test.chooser, err, test.want)
		}
	}
}

// A caller that solved the job hands the plan on; only those who know the future see it.
func TestTheOptimumIsSolvedOnce(t *testing.T) {
	solved := 0
	rules := JobRules{Gap: time.Hour, Optimum: func() (optimum.Plan, error) {
		solved++
		return optimum.Plan{Steps: []optimum.Step{{}, {Runs: true}}}, nil
	}}
	optimal := newJobTenant(&optimal{}, rules, true)
	optimal.job.Regions = make([]Region, 1)
	for tick, want := range []Mode{Idle, OnDemand, Idle} {
		if mode, region := optimal.policy.Choose(&optimal.job); mode != want || region != 0 {
			t.Errorf("tick %d: %v in %d, want %v", tick, mode, region, want)
		}
	}
	if solved != 1 {
		t.Errorf("asked for the plan %d times", solved)
	}
	if newJobTenant(chooser{}, rules, false).job.Optimum != nil {
		t.Error("a policy that is not clairvoyant sees the optimum")
	}
}
