package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
)

func at(hour int) time.Time { return time.Date(2030, 1, 1, hour, 0, 0, 0, time.UTC) }

func series(zone, kind, product string, hoursAndPrices ...float64) traces.PriceSeries {
	s := traces.PriceSeries{Zone: zone, Region: "r", InstanceType: kind, Product: product}
	for i := 0; i < len(hoursAndPrices); i += 2 {
		s.Points = append(s.Points, traces.PricePoint{At: at(int(hoursAndPrices[i])), Price: cloud.PerHour(hoursAndPrices[i+1])})
	}
	return s
}

func use(t *testing.T, start time.Time, all ...traces.PriceSeries) (*Scenario, []string) {
	t.Helper()
	s := Default()
	s.Duration = 10 * time.Hour
	warnings, err := s.UsePrices([]Recording{{Files: []string{"f"}, series: all}}, Start{Instant: start})
	if err != nil {
		t.Fatal(err)
	}
	return &s, warnings
}

// A run begins where every series is known: the first rows may be older than the window.
func TestARunBeginsWhereAllPricesAreKnown(t *testing.T) {
	s, warnings := use(t, time.Time{}, series("a", "m", "", 1, 0.1, 2, 0.2, 5, 0.4), series("b", "m", "", 3, 0.3, 20, 0.5))
	want := []market.PriceChange{{At: 0, Price: cloud.PerHour(0.2)}, {At: clock.At(2 * time.Hour), Price: cloud.PerHour(0.4)}}
	if diff := cmp.Diff(want, s.Pools[0].Price.Changes); diff != "" {
		t.Error(diff)
	}
	// Over ten hours: 2 h at 0.2 and 8 h at 0.4.
	if got, want := s.Pools[0].Price.Mean(), cloud.PerHour(0.36); got != want {
		t.Errorf("mean %v, want %v", got, want)
	}
	if got, want := s.Pools[1].Price.Changes[1].At, clock.At(17*time.Hour); got != want {
		t.Errorf("b changes at %v, want %v", got, want)
	}
	if warnings != nil {
		t.Errorf("warnings %q: prices are known to the end", warnings)
	}
}

func TestTheLastPriceIsHeldWithAWarning(t *testing.T) {
	_, warnings := use(t, at(4), series("a", "m", "", 1, 0.1, 5, 0.4))
	want := "the last known price, of 2030-01-01T05:00:00Z, is held for the last 9.0 h of the run"
	if len(warnings) != 1 || warnings[0] != want {
		t.Errorf("warnings %q, want %q", warnings, want)
	}
}

func TestSelection(t *testing.T) {
	all := []traces.PriceSeries{
		series("a", "m", "Linux/UNIX", 0, 1), series("a", "m", "Windows", 0, 2),
		series("b", "m", "Linux/UNIX", 0, 3), series("b", "n", "Windows", 0, 4),
	}
	for _, c := range []struct {
		sel   Selection
		start time.Time
		want  string // the prices of the pools, or the error
	}{
		{Selection{InstanceType: "m"}, time.Time{}, "$1/h $3/h"}, // Linux/UNIX by default
		{Selection{InstanceType: "m", Zones: []string{"b"}}, time.Time{}, "$3/h"},
		{Selection{InstanceType: "m", Product: "Windows"}, time.Time{}, "$2/h"},
		{Selection{InstanceType: "n"}, time.Time{}, "$4/h"}, // the one product there is
		{Selection{}, time.Time{}, "pools[0].price.files: f: there is more than one instance type: choose one with --instance-type (m, n)"},
		{Selection{InstanceType: "mm"}, time.Time{}, `pools[0].price.files: f: no series has instance type "mm" (there are: m, n): choose one with --instance-type`},
		{Selection{InstanceType: "n", Zones: []string{"a"}}, time.Time{}, `pools[0].price.files: f: no series has zone "a" (there are: b): choose one with --zone`},
		{Selection{InstanceType: "m", Product: "Windoze"}, time.Time{}, `pools[0].price.files: f: no series has product "Windoze"; did you mean "Windows"? (there are: Linux/UNIX, Windows): choose one with --product`},
		{Selection{InstanceType: "m"}, at(1), "start: 2030-01-01T01:00:00Z must be in [2030-01-01T00:00:00Z, 2030-01-01T00:00:00Z], where the prices are known"},
	} {
		s := Default()
		got := ""
		recording := Recording{Files: []string{"f"}, Selection: c.sel, series: all}
		if _, err := s.UsePrices([]Recording{recording}, Start{Instant: c.start}); err != nil {
			got = err.Error()
		} else {
			var prices []string
			for _, p := range s.Pools {
				prices = append(prices, p.Price.Changes[0].Price.String())
			}
			got = strings.Join(prices, " ")
		}
		if got != c.want {
			t.Errorf("%+v: %s, want %s", c.sel, got, c.want)
		}
	}
}

// Check lists all that is wrong at once, each with its place, value and bound.
func TestCheckListsEverything(t *testing.T) {
	s := Default()
	s.Duration = -time.Hour
	s.MaxInstances = -1
	s.Pools = append(s.Pools, s.Pools[0])
	s.Pools[0].Price = s.Pools[0].Price.With("spread", -0.3)
	s.Pools[1].Notice.Probability = 2
	s.Workload.Tasks = -5
	err := s.Check()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"duration: -1h0m0s must be positive",
		"max_instances: -1 must be >= 0",
		"pools[0].price: spread: -0.3 must be in [0, 10]",
		"pools[1].name: synthetic-a/generic is there already",
		"pools[1].notice.probability: 2 must be in [0, 1]",
		"workload.tasks: -5 must be in [0, 100000000]",
		"policies: there must be at least one",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not in the error: %s\n%v", want, err)
		}
	}
}
