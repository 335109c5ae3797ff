package spec

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/scenario"
)

// twoZones are windows of two zones in different regions: spot is in us-east-1a for the first 3
// ticks of 10 minutes, in eu-west-1b from then on; in window 1 nowhere.
func twoZones(t *testing.T) {
	const spot = `{"metadata":{"gap_seconds":600},"data":[%s]}`
	inFolder(t, map[string]string{
		"w/us-east-1a_x/0.json": fmt.Sprintf(spot, "1,1,1,0,0,0,0,0,0,0,0,0"),
		"w/eu-west-1b_x/0.json": fmt.Sprintf(spot, "0,0,0,1,1,1,1,1,1,1,1,1"),
		"w/us-east-1a_x/1.json": fmt.Sprintf(spot, "0,0,0,0,0,0,0,0,0,0,0,0"),
		"w/eu-west-1b_x/1.json": fmt.Sprintf(spot, "0,0,0,0,0,0,0,0,0,0,0,0"),
		"egress.csv":            "from_region,to_region,price_usd_per_gb\nus-east-1,eu-west-1,0.02\neu-west-1,us-east-1,0.05\n",
		"dear.csv":              "from_region,to_region,price_usd_per_gb\nus-east-1,us-west-2,0.02\n",
	})
}

// moving is a job in these zones: an hour of work with starts of 10 minutes, at $0.60 an hour
// of spot: $0.10 a tick.
const moving = `
market:
  pools:
    - zone: [us-east-1a, eu-west-1b]
      capacity: {files: w, window: "0", polarity: available}
      price: {mean: $0.6/h}
job: {work: 1h, deadline: 2h, restart_overhead: 10m%s}
policies: uniform-progress
`

// In us-east-1a it does 2 ticks of work in 3; then it moves, which takes a tick, and does the 4
// that are left in eu-west-1b: 8 ticks, $0.80. With a transfer of 20 minutes the move takes 3
// ticks, $1.00, and 50 GB at $0.02 are a dollar more. Best is to wait for eu-west-1b, where 7
// ticks are enough and nothing is moved.
func TestMovesOfAJobInAFileTakeTimeAndMoney(t *testing.T) {
	twoZones(t)
	for _, c := range []struct {
		name, keys           string
		ticks                int
		cost, egress, regret float64
	}{
		{"a move is a restart", "", 8, 0.8, 0, 0.1},
		{"a move takes its time", ", transfer: 20m", 10, 1, 0, 0.3},
		{"a move costs egress", ", egress: egress.csv, checkpoint_gb: 50", 8, 1.8, 1, 1.1},
		{"and both", ", transfer: 20m, egress: egress.csv, checkpoint_gb: 50", 10, 2, 1, 1.3},
	} {
		r, got := runText(t, fmt.Sprintf(moving, c.keys))
		if got.TotalCost != c.cost || *got.FinishTick != c.ticks || *got.Egress != c.egress || *got.Bound != 0.7 || math.Abs(*got.Regret-c.regret) > 1e-9 {
			t.Errorf("%s: cost $%v, %d ticks, egress $%v, bound $%v, regret $%v", c.name, got.TotalCost, *got.FinishTick, *got.Egress, *got.Bound, *got.Regret)
		}
		if *got.Switches != 1 || *got.FinalRegion != 1 || got.TotalPreemptions != 1 || got.MissedDeadlines != 0 {
			t.Errorf("%s: %+v", c.name, got)
		}
		if s := r.Scenario; s.Job.Tick != 10*time.Minute || s.Duration != 2*time.Hour || s.Pools[0].OnDemand != cloud.PerHour(3.06) || len(s.Inputs) < 2 || len(r.Warnings) != 0 {
			t.Errorf("%s: %+v, %q", c.name, s, r.Warnings)
		}
	}
}

// What nobody says of a job is that of the published evaluation, and without recorded capacity
// spot never ends.
func TestWhatIsNotSaidOfAJob(t *testing.T) {
	r, got := runText(t, "job: {work: 5h}\n")
	s := r.Scenario
	want := scenario.JobPool(s.Pools[0].Name, scenario.PublishedOnDemand, scenario.PublishedSpot, 10*time.Minute)
	want.Capacity, want.Preemption, want.Price = s.Pools[0].Capacity, s.Pools[0].Preemption, s.Pools[0].Price
	if s.Duration != 52*time.Hour || s.Job.Overhead != 12*time.Minute || !s.LowerBound || s.Pools[0].Preemption.Model != "none" ||
		s.Pools[0].Price.Model != "constant" || s.Pools[0].Price.Mean() != scenario.PublishedSpot || fmt.Sprint(want) != fmt.Sprint(s.Pools[0]) {
		t.Errorf("%+v", s)
	}
	if names := scenario.DefaultJobPolicies(1); len(s.Policies) != len(names) || !slices.Contains(s.PolicyNames, "time-sliced:n=8") {
		t.Errorf("policies %v", s.PolicyNames)
	}
	// Greedy is the first. 5 h and 12 minutes are 32 ticks of 10 minutes.
	if s.PolicyNames[0] != "greedy" || *got.SpotTicks != 32 || *got.Regret != 0 {
		t.Errorf("%s: %+v", s.PolicyNames[0], got)
	}
	twoZones(t)
	r, _ = runText(t, strings.Replace(fmt.Sprintf(moving, ""), "policies: uniform-progress\n", "", 1))
	if !slices.Equal(r.Scenario.PolicyNames, scenario.DefaultJobPolicies(2)) {
		t.Errorf("policies in several pools: %v", r.Scenario.PolicyNames)
	}
}

// What is wrong with a job, or with its files, is said at its key, with what would be right.
func TestMistakesInAJob(t *testing.T) {
	twoZones(t)
	const job = "job: {work: 1h, deadline: 2h, restart_overhead: 10m}\n"
	files := func(keys string) string {
		return "market: {pools: [{capacity: {files: w, polarity: available" + keys + "}}]}\n" + job
	}
	for _, c := range []struct{ text, want string }{
		{"job: {deadline: 2h}\n", "s.yaml:2:17: job.deadline: needs job.work: how long the job takes"},
		{"job: {work: -1h}\n", "s.yaml:2:13: job.work: -1h0m0s must be >= 0s"},
		{"job: {work: 5h, deadline: 2h}\n", "s.yaml:2:27: job.deadline: 2h0m0s must be at least 5h12m0s, work and restart overhead"},
		{"duration: 3h\njob: {work: 1h, deadline: 4h}\n", "s.yaml:3:27: job.deadline: 4h0m0s must be within the run, whose capacity is known for 3h0m0s"},
		{"job: {work: 1h, guarantee: none}\n", `s.yaml:2:28: job.guarantee: "none" must be one of strict, peer`},
		{"job: {work: 1h, checkpoint_gb: 5}\n", "s.yaml:2:32: job.checkpoint_gb: needs egress, the prices of moving it"},
		{"job: {work: 1h, egress: egress.csv}\n", "s.yaml:2:6: job.checkpoint_gb: 0 must be in (0, 1000000] GB with egress prices"},
		{"job: {work: 1h, egress: none.csv, checkpoint_gb: 1}\n", "s.yaml:2:25: job.egress: open none.csv: no such file"},
		{strings.Replace(files(`, window: "0"`), "10m}", "10m, egress: dear.csv, checkpoint_gb: 1}", 1), "s.yaml:3:62: job.egress: dear.csv: no price from eu-west-1 to us-east-1\ns.yaml:3:62: job.egress: dear.csv: no price from us-east-1 to eu-west-1"},
		{"job: {work: 1h, billing: peer, transfer: 1m}\n", "s.yaml:2:42: job.transfer: makes no sense with billing peer, under which moves are free"},
		{"drain: true\n" + job, "s.yaml:2:8: drain: makes no sense with a job, which always runs until it is done"},
		{"workload: {tasks: 3}\n" + job, "s.yaml:2:19: workload.tasks: make no sense beside a job: run one, then the other"},
		{"service: {replicas: 2}\n" + job, "job: makes no sense beside a service: run one, then the other"},
		{"policies: fallback\n" + job, "s.yaml:2:11: policies[0]: policy fallback is not for one job with a deadline (such are: greedy, next-spot-oracle, "},
		{"market: {pools: [{provisioning: {mean: 2m}}]}\n" + job, "s.yaml:2:40: market.pools[0].provisioning.mean: 2m0s must be 0s for a job, whose instances are ready at once: say it with job.restart_overhead"},
		{"market: {pools: [{price: {model: ou}}]}\npolicies: optimal\n" + job, "s.yaml:2:34: market.pools[0].price.model: ou is not known in advance, as clairvoyant policies for a job need it: choose constant, or price files"},
		{"lower_bound: true\n", "s.yaml:2:14: lower_bound: needs a job or a service"},
		{files(""), "s.yaml:2:37: market.pools[0].capacity.files: w/eu-west-1b_x/0.json and w/eu-west-1b_x/1.json are both of eu-west-1b_x: choose one with --window (there are: 0, 1)"},
		{files(", window: \"3\""), "s.yaml:2:69: market.pools[0].capacity.window: no file is called 3 (there are: 0, 1)"},
		{files(", window: \"0\", offset: 3h"), "the run begins 3h0m0s into the series, which must be in [0s, 2h0m0s)"},
		{files(", window: \"0\", offset: 30m"), "s.yaml:3:27: job.deadline: 2h0m0s must be within the run, whose capacity is known for 1h30m0s"},
		{strings.Replace(files(", window: \"0\""), "[{", "[{zone: [us-east-1a, us-west-2a], ", 1), `zone: no series is of "us-west-2a"; did you mean "us-east-1a_x"? (there are: eu-west-1b_x, us-east-1a_x)`},
		{strings.Replace(files(", window: \"0\""), "[{", "[{zone: [us-east-1a, us-east-1a], ", 1), "w/us-east-1a_x/0.json: us-east-1a_x is in w/us-east-1a_x/0.json already"},
		{"market: {pools: [{zone: [a, a]}]}\n" + job, "s.yaml:2:18: market.pools[0]: name: a/generic is there already"},
		{"market: {pools: [{capacity: {files: nowhere, polarity: available}}]}\n" + job, "s.yaml:2:37: market.pools[0].capacity.files: open nowhere: no such file"},
		{"market: {start: 3h, pools: [{capacity: {files: w, window: \"0\", polarity: available}}]}\n" + job, "the run begins 3h0m0s into the series, which must be in [0s, 2h0m0s)"},
		{"market: {pools: [{capacity: {window: \"0\"}}]}\n" + job, "s.yaml:2:38: market.pools[0].capacity.window: needs capacity files"},
		{"market: {pools: [{capacity: {file: w/us-east-1a_x/0.json, files: w, polarity: available}}]}\n" + job, "s.yaml:2:36: market.pools[0].capacity.file: makes no sense beside capacity files"},
	} {
		_, err := loadText(t, "schema: tessera/v1\n"+c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\ngot  %v\nwant %s", c.text, err, c.want)
		}
	}
}

// A scenario of a job as it is shown makes the same runs.
func TestAShownJobIsTheSame(t *testing.T) {
	twoZones(t)
	for _, text := range []string{
		"job: {work: 5h}\n",
		fmt.Sprintf(moving, ", transfer: 20m, egress: egress.csv, checkpoint_gb: 50, guarantee: peer"),
		strings.Replace(fmt.Sprintf(moving, ""), "policies: uniform-progress", "policies: [time-sliced:n=8, optimal]\nlower_bound: false", 1),
	} {
		r, want := runText(t, text)
		for _, origins := range []bool{false, true} {
			var shown bytes.Buffer
			if err := r.Write(&shown, origins); err != nil {
				t.Fatal(err)
			}
			again, got := runText(t, strings.TrimPrefix(shown.String(), "schema: tessera/v1"))
			if r.Content() != again.Content() {
				t.Errorf("shown it has another address:\n%s", shown.String())
			}
			again.Scenario.Inputs = r.Scenario.Inputs // by other paths
			if diff := same(r.Scenario, again.Scenario); diff != "" || fmt.Sprint(got.TotalCost, *got.Finish) != fmt.Sprint(want.TotalCost, *want.Finish) {
				t.Errorf("%s\n%s", diff, shown.String())
			}
		}
	}
}

// A lower bound that is asked for and cannot be known is a warning before the run.
func TestABoundThatIsNotKnownIsAWarning(t *testing.T) {
	for text, want := range map[string]string{
		"job: {work: 5h}\nmarket: {pools: [{price: {model: ou}}]}\npolicies: greedy\n":           "no lower bound: the prices are made up as the run goes",
		"service: {replicas: 1}\nlower_bound: true\n":                                            "no lower bound: the capacity of the zones is not known (see --capacity)",
		"service: {replicas: 1}\nlower_bound: true\nmarket: {pools: [{capacity: {count: 3}}]}\n": "no lower bound: the prices are made up as the run goes",
		"service: {replicas: 1, load: {shape: exponential}}\nlower_bound: true\n":                "no lower bound: the cold start is drawn by chance",
		"service: {replicas: 1}\n": "",
		"job: {work: 5h}\n":        "",
	} {
		r, err := loadText(t, "schema: tessera/v1\n"+text)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(r.Warnings, "\n"); got != want {
			t.Errorf("%s: warnings %q, want %q", text, got, want)
		}
	}
}
