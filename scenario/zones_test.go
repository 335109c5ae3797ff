package scenario

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
)

func history(file, zone string, gap time.Duration, counts ...int) *traces.CapacityHistory {
	s := traces.CapacitySeries{Zone: zone, Gap: gap, End: time.Duration(len(counts)) * gap}
	for n, count := range counts {
		s.Points = append(s.Points, traces.CapacityPoint{At: time.Duration(n) * gap, Available: count})
	}
	return &traces.CapacityHistory{Name: file, Series: []traces.CapacitySeries{s}}
}

func model() market.Pool {
	pool := market.NewPool(cloud.Pool{}, cloud.PerHour(3), cloud.PerHour(1))
	pool.Price.Model, pool.Preemption.Model, pool.Notice.Lead = "constant", "none", 0
	pool.Provisioning.Mean = 0
	return pool
}

// zones gives a scenario of a duration recorded zones instead of its pool.
func zones(duration time.Duration, pool market.Pool, offset time.Duration, histories ...*traces.CapacityHistory) (*Scenario, []string, error) {
	s := &Scenario{Duration: duration, Pools: []market.Pool{pool}}
	notes, err := s.putZones(0, histories, ZoneFiles{Offset: &offset}, Start{})
	return s, notes, err
}

func TestZonesAreTakenFromTheOffset(t *testing.T) {
	s, notes, err := zones(3*time.Minute, model(), 90*time.Second,
		history("a.json", "a", time.Minute, 9, 2, 2, 0, 1, 7),
		history("folder/b.json", "", time.Minute, 1, 1, 1, 1, traces.Unlimited, 1, 1),
	)
	if err != nil || len(notes) != 1 || !strings.Contains(notes[0], "6m0s in a.json to 7m0s in folder/b.json") {
		t.Fatalf("%v, %v", notes, err)
	}
	// From 1:30 to 4:30: 2 until 3:00, 0 until 4:00, then 1.
	want := []market.CapacityChange{{At: 0, Count: 2}, {At: clock.At(90 * time.Second), Count: 0}, {At: clock.At(150 * time.Second), Count: 1}}
	if got := s.Pools[0].Capacity; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	want = []market.CapacityChange{{At: 0, Count: 1}, {At: clock.At(150 * time.Second), Count: market.Unlimited}}
	if got := s.Pools[1].Capacity; !reflect.DeepEqual(got, want) || s.Pools[1].Name.Zone != "b" {
		t.Errorf("%v: got %v, want %v", s.Pools[1].Name, got, want)
	}
}

// A drop that is recorded after the end of the run, but within a warning of it, is warned of
// within: at 4:00 less two minutes.
func TestAWarningComesOfADropAfterTheRun(t *testing.T) {
	pool := model()
	pool.Notice.Lead = 2 * time.Minute
	s, _, err := zones(3*time.Minute, pool, 0, history("a.json", "a", time.Minute, 2, 2, 2, 2, 0))
	if err != nil {
		t.Fatal(err)
	}
	want := []market.CapacityChange{{At: 0, Count: 2}, {At: clock.At(2 * time.Minute), Count: 0}}
	if got := s.Pools[0].Capacity; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAllZonesThatDoNotGoTogetherAreNamed(t *testing.T) {
	_, _, err := zones(3*time.Minute, model(), 0,
		history("a.json", "a", time.Minute, 1, 1, 1, 1),
		history("b.json", "b", 2*time.Minute, 1, 1),
		history("c.json", "c", time.Minute, 1, 1),
		history("d.json", "a", time.Minute, 1, 1, 1),
	)
	const want = `b.json: b: a gap of 2m0s, but a gap of 1m0s in a.json; zones of one market must have one
c.json: c: its 2m0s must be at least 3m0s, the run of 3m0s from 0s on
d.json: a is in a.json already`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if _, _, err := zones(time.Minute, model(), 0); err == nil || err.Error() != "the files hold prices and no availability: name the files of their zones too" {
		t.Error(err)
	}
	for _, offset := range []time.Duration{-1, 2 * time.Minute} {
		_, _, err := zones(time.Minute, model(), offset, history("a.json", "a", time.Minute, 1, 1))
		if want := fmt.Sprintf("a.json: the run begins %v into the series, which must be in [0s, 2m0s)", offset); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
