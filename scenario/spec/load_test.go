package spec

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/workload"
)

// same compares scenarios, but for the makers of policies, whose names are compared.
func same(a, b *scenario.Scenario) string {
	return cmp.Diff(a, b, cmpopts.IgnoreFields(scenario.Scenario{}, "Policies"), cmpopts.IgnoreFields(scenario.Service{}, "Batch"), cmpopts.IgnoreUnexported(scenario.Scenario{}))
}

func TestNothingSaidIsTheDefault(t *testing.T) {
	r, err := Load("", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := scenario.Default()
	want.Pools[0].FillPreemption()
	want.PolicyNames = []string{"greedy", "fallback:after=3", "ondemand"}
	if diff := same(&want, r.Scenario); diff != "" {
		t.Error(diff)
	}
}

func TestTheDefaultScenarioReadsAsTheDefault(t *testing.T) {
	var b bytes.Buffer
	if err := WriteDefault(&b); err != nil {
		t.Fatal(err)
	}
	r, err := loadText(t, b.String())
	if err != nil {
		t.Fatal(err)
	}
	want, err := Load("", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := same(want.Scenario, r.Scenario); diff != "" {
		t.Error(diff)
	}
	// The keys in comments are right too: they are what holds without them, but for those
	// that have no value without files.
	uncommented := b.String()
	for _, key := range []string{"region", "zone", "instance_type", "model", "mean", "floor", "ceiling", "bid", "tasks", "over", "cv"} {
		uncommented = strings.ReplaceAll(uncommented, "# "+key+": ", key+": ")
	}
	if strings.Count(uncommented, "# ")+11 != strings.Count(b.String(), "# ") {
		t.Errorf("not every key was in a comment:\n%s", uncommented)
	}
	if r, err = loadText(t, uncommented); err != nil {
		t.Fatal(err)
	}
	if diff := same(want.Scenario, r.Scenario); diff != "" {
		t.Error(diff)
	}
}

func TestEveryKeyIsRead(t *testing.T) {
	r, err := Load("testdata/good/everything.yaml", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := r.Scenario
	pool := market.Pool{
		Name:     cloud.Pool{Region: "r", Zone: "1", InstanceType: "m"},
		OnDemand: cloud.PerHour(3.06),
		Price: market.PriceSpec{Model: "simple", Params: market.Params{
			"mean": cloud.PerHour(0.9731), "floor": cloud.Price(0), "ceiling": cloud.PerHour(2), "step": 90 * time.Second,
			"spread": 0.125, "relaxation": 30 * time.Minute, "daily_swing": 0.,
		}},
		Capacity: []market.CapacityChange{{At: 0, Count: 0}},
		Preemption: market.PreemptionSpec{Model: "hazard", Params: market.Params{
			"rate": 0.15, "step": time.Minute, "correlation": market.Direct, // 3.6 a day
			"reference": cloud.PerHour(1), "bid": cloud.PerHour(2), "mean": time.Hour, "shape": 0.5, "cap": time.Duration(0),
		}},
		Notice: market.Notice{Lead: 30 * time.Second, Probability: 0.5},
		Billing: market.Billing{
			Granularity: time.Hour, Minimum: time.Hour, Since: market.SinceLaunch, Basis: market.LaunchPrice, FirstHourFree: true,
		},
	}
	pool.Provisioning.Shape, pool.Provisioning.Mean, pool.Provisioning.CV = "lognormal", 100*time.Second, 0.3
	if diff := cmp.Diff(pool, s.Pools[0], cmpopts.EquateApprox(1e-15, 0)); diff != "" {
		t.Error(diff)
	}
	second := market.NewPool(cloud.Pool{Region: "synthetic", Zone: "b", InstanceType: "generic"}, cloud.PerHour(1), cloud.PerHour(0.3))
	second.Preemption = second.Preemption.With("bid", cloud.PerHour(1))
	if diff := cmp.Diff(second, s.Pools[1]); diff != "" {
		t.Error(diff)
	}
	generator := workload.Generator{Tasks: 7, Arrivals: workload.Uniform, Over: 12 * time.Hour, RestartOverhead: 90 * time.Second, Checkpoint: workload.Nothing}
	generator.Work.Shape, generator.Work.Mean = "constant", 2*time.Hour
	if diff := cmp.Diff(generator, s.Workload); diff != "" {
		t.Error(diff)
	}
	if s.Name != "everything: said" || s.Seed != 1<<64-1 || s.Duration != 36*time.Hour || !s.Drain || s.MaxInstances != 1000 || s.PolicyNames[0] != "fallback:after=2" {
		t.Errorf("%+v", s)
	}
}

func TestAnchorsAreUnfolded(t *testing.T) {
	r, err := Load("testdata/good/anchors.yaml", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		zone           string
		onDemand, mean float64
	}{{"a", 2, 0.3}, {"b", 2, 0.3}, {"c", 1, 0.5}} {
		p := r.Scenario.Pools[i]
		if p.Name.Zone != want.zone || p.OnDemand != cloud.PerHour(want.onDemand) || p.Price.Mean() != cloud.PerHour(want.mean) || p.Price.Number("spread") != 0.01 {
			t.Errorf("pool %d: %+v", i, p)
		}
	}
}

// All that is wrong comes back at once, each with its place; beside each file NAME.yaml or
// NAME.json is what it should say, NAME.want.
func TestBadFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.[yj]*")
	if err != nil || len(files) < 4 {
		t.Fatal("no fixtures", err)
	}
	for _, file := range files {
		_, err := Load(file, nil, nil)
		if err == nil {
			t.Errorf("%s: nothing is wrong", file)
			continue
		}
		want, _ := os.ReadFile(strings.TrimSuffix(file, filepath.Ext(file)) + ".want")
		if diff := cmp.Diff(strings.Split(strings.TrimSpace(string(want)), "\n"), strings.Split(err.Error(), "\n")); diff != "" {
			t.Errorf("%s: -want +got\n%s", file, diff)
		}
	}
}

func TestFilesThatAreNoScenario(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "s.yaml:1:1: is empty; tessera init prints a scenario to begin with",
		"# nothing\n":                       "s.yaml:1:1: is empty",
		"greedy":                            "s.yaml:1:1: must be a mapping of keys and values",
		"- 1":                               "s.yaml:1:1: must be a mapping",
		"seed: 1":                           "s.yaml:1:1: schema: is missing; the first line must be schema: tessera/v1",
		"schema: tessera/v2":                `s.yaml:1:9: schema: "tessera/v2" must be tessera/v1; did you mean "tessera/v1"?`,
		"schema: tessera/v1\n---\nseed: 1":  "s.yaml:3:", // the second document
		"seed: !!int 1":                     "tags like !!int are not for scenarios",
		"seed: *one":                        "there is no &one before *one",
		"\"a\": \"x":                        "s.yaml:1:6: could not find end character of double-quoted text",
		strings.Repeat("[", 200):            "is nested more than 100 deep",
		"a:\n" + strings.Repeat("- ", 1000): "is nested more than 100 deep",
		strings.Repeat("#", maxBytes+1):     "is longer than 1048576 bytes",
		"a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n" +
			"d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e]": "is too large once its aliases are unfolded",
		"a: &a [*a]": "is too large once its aliases are unfolded", // no endless loop
	} {
		_, err := loadText(t, text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %s", text, err, want)
		}
	}
}

// Paths in a file are relative to it; those of flags to where the command runs. What a
// file in a folder says, show says in every folder.
func TestPathsAreRelativeToTheFile(t *testing.T) {
	inFolder(t, map[string]string{
		"in/s.yaml":         "schema: tessera/v1\nmarket: {pools: [{on_demand: $1/h, price: {files: data/p.csv}}]}\nworkload: {file: jobs.csv}\n",
		"in/data/p.csv":     "Timestamp,AvailabilityZone,SpotPrice\n2030-01-01T00:00:00Z,z,0.25\n2030-01-09T00:00:00Z,z,0.25\n",
		"in/jobs.csv":       "id,arrival,work\na,0,1\n",
		"other/data/p.csv":  "Timestamp,AvailabilityZone,SpotPrice\n2030-01-01T00:00:00Z,z,0.75\n2030-01-09T00:00:00Z,z,0.75\n",
		"elsewhere/nothing": "",
	})
	r, err := Load("in/s.yaml", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Scenario.Pools[0].Price.Mean() != cloud.PerHour(0.25) || r.Scenario.Inputs[1].Path != filepath.Join("in", "data", "p.csv") || len(r.Warnings) != 0 {
		t.Errorf("%+v, %v", r.Scenario, r.Warnings)
	}
	var shown bytes.Buffer
	if err := r.Write(&shown, false); err != nil {
		t.Fatal(err)
	}
	t.Chdir("elsewhere")
	again, err := loadText(t, shown.String())
	if err != nil {
		t.Fatal(err)
	}
	again.Scenario.Inputs = r.Scenario.Inputs
	if diff := same(r.Scenario, again.Scenario); diff != "" {
		t.Error(diff)
	}
	t.Chdir("../other")
	flag := Override{"market.pools[*].price.files", Texts([]string{"data/p.csv"}, Origin{Source: FromFlag, Name: "--prices"})}
	if r, err = Load("../in/s.yaml", nil, []Override{flag}); err != nil {
		t.Fatal(err)
	}
	if r.Scenario.Pools[0].Price.Mean() != cloud.PerHour(0.75) {
		t.Errorf("%+v", r.Scenario.Pools[0].Price)
	}
}

// Of several pools, those with price files become one for each zone, all beginning at one
// instant; what is wrong with the third of them stands at the pool in the file.
func TestSeveralPoolsSomeRecorded(t *testing.T) {
	inFolder(t, map[string]string{
		"p.csv": "Timestamp,AvailabilityZone,InstanceType,SpotPrice\n2030-01-01T00:00:00Z,a,m,0.1\n2030-01-01T02:00:00Z,b,m,0.2\n2030-01-02T00:00:00Z,a,m,0.3\n",
		"q.csv": "Timestamp,AvailabilityZone,InstanceType,SpotPrice\n2030-01-01T05:00:00Z,c,n,0.4\n2030-01-02T00:00:00Z,c,n,0.5\n",
		"c.csv": "date,availability\n2030-01-01T04:00:00Z,1\n2030-01-01T06:00:00Z,0\n2030-01-01T07:00:00Z,1\n",
	})
	const text = `
schema: tessera/v1
duration: 10h
market:
  pools:
    - {zone: first}
    - {on_demand: $2/h, price: {files: p.csv}}
    - {zone: second}
    - {on_demand: $3/h, price: {files: [q.csv]}, billing: {minimum: 2m}}
`
	r, err := loadText(t, text)
	if err != nil {
		t.Fatal(err)
	}
	var zones []string
	for _, p := range r.Scenario.Pools {
		zones = append(zones, p.Name.Zone+" "+p.OnDemand.String()+" "+p.Billing.Minimum.String())
	}
	if diff := cmp.Diff([]string{"first $1/h 1m0s", "a $2/h 1m0s", "b $2/h 1m0s", "second $1/h 1m0s", "c $3/h 2m0s"}, zones); diff != "" {
		t.Error(diff)
	}
	// c is known from 5 o'clock on, so the run begins there, and a has changed 19 hours later.
	if c := r.Scenario.Pools[1].Price.Changes; len(c) != 2 || c[1].At.Hours() != 19 {
		t.Errorf("changes of a: %v", c)
	}
	_, err = loadText(t, strings.Replace(text, "minimum: 2m", "minimum: -2m", 1))
	if want := "s.yaml:9:69: market.pools[3].billing.minimum: -2m0s must be >= 0"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestCapacityFiles(t *testing.T) {
	inFolder(t, map[string]string{"c.json": `{"metadata":{"gap_seconds":3600},"data":[2,0,0,1]}`})
	for _, c := range []struct {
		capacity string
		want     string // changes as hour:count, or the error
	}{
		// What ends at hour 1 is decided half an hour sooner, the time of the warning.
		{"{file: c.json, polarity: available}", "0:2 0.5:0 3:1"},
		{"{file: c.json, polarity: spot-traces, offset: 2h}", "0:0 1:1"},
		{"{file: c.json, polarity: available, gap: 30m, offset: 30m}", "0:0 1:1"},
		{"{count: 5}", "0:5"},
		{"{}", ""},
		{"{file: c.json}", "s.yaml:4:25: market.pools[0].capacity.file: c.json: no polarity"},
		{"{file: c.json, polarity: up}", `s.yaml:4:43: market.pools[0].capacity.polarity: "up" must be one of available`},
		{"{file: c.json, polarity: available, offset: 4h}", "the run begins 4h0m0s into the series, which must be in [0s, 4h0m0s)"},
		{"{count: -5}", "s.yaml:4:26: market.pools[0].capacity.count: -5 must be in [0, 1000000]"},
		{"{file: c.json, polarity: available, gap: 0s}", "s.yaml:4:59: market.pools[0].capacity.gap: 0s must be at least 1ns"},
		{"{file: none.json, polarity: available}", "s.yaml:4:25: market.pools[0].capacity.file: open none.json: no such file"},
	} {
		r, err := loadText(t, "schema: tessera/v1\nmarket:\n  pools:\n    - capacity: "+strings.Replace(c.capacity, "{", "{ ", 1)+"\n      notice: {lead: 30m}\n")
		if err != nil {
			if c.want == "" || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %s", c.capacity, err, c.want)
			}
			continue
		}
		if got := changes(r.Scenario.Pools[0].Capacity); got != c.want {
			t.Errorf("%s: %s, want %s", c.capacity, got, c.want)
		}
	}
}

// A run of no time has no mean price; that is a problem with its duration and nothing else.
func TestARunOfNoTimeOverRecordedPricesIsAProblem(t *testing.T) {
	inFolder(t, map[string]string{"p.csv": "Timestamp,AvailabilityZone,SpotPrice\n2030-01-01T00:00:00Z,z,0.25\n"})
	_, err := loadText(t, "schema: tessera/v1\nduration: 0s\nmarket: {pools: [{price: {files: p.csv}}]}\n")
	if want := "s.yaml:2:11: duration: 0s must be positive and at most 87600h0m0s"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// An offset of the start holds for prices with dates and for capacity without.
func TestAnOffsetHoldsForAllSeries(t *testing.T) {
	inFolder(t, map[string]string{
		"p.csv":  "Timestamp,AvailabilityZone,SpotPrice\n2030-01-01T00:00:00Z,z,0.25\n2030-01-01T02:00:00Z,z,0.5\n2030-01-09T00:00:00Z,z,0.25\n",
		"c.json": `{"metadata":{"gap_seconds":3600},"data":[1,2,3,4,5,6,7,8]}`,
	})
	for capacity, pool := range map[string]string{
		"file":  "price: {files: p.csv}, capacity: {file: c.json, polarity: available}",
		"files": "capacity: {files: c.json, polarity: available}",
	} {
		r, err := loadText(t, "schema: tessera/v1\nduration: 2h\nmarket: {start: 3h, pools: [{"+pool+"}]}\n")
		if err != nil {
			t.Fatal(err)
		}
		if got := changes(r.Scenario.Pools[0].Capacity); !strings.HasPrefix(got, "0:4 1:5") {
			t.Errorf("capacity.%s: %s, want from 4 on", capacity, got)
		}
		if p := r.Scenario.Pools[0].Price; capacity == "file" && p.Mean() != cloud.PerHour(0.5) {
			t.Errorf("the price is %v, want that of 3 o'clock", p.Mean())
		}
	}
}
