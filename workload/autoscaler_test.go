package workload

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/clock"
)

// load is a rate of requests from an instant on, both in seconds.
type load struct{ from, perSecond int }

// targets runs an autoscaler that looks every 20 s, for that long, under loads which
// change at multiples of 20 s, and returns its targets as "0s:1 420s:3": those at 0 and
// whenever it changed.
func targets(a Autoscaler, initial int, seconds int, loads ...load) string {
	var out []string
	s, before, rate := a.New(initial), -1, 0
	for now := 0; now <= seconds; now += 20 {
		at := clock.At(time.Duration(now) * time.Second)
		if target := s.Look(at); target != before {
			out = append(out, fmt.Sprintf("%ds:%d", now, target))
			before = target
		}
		if i := slices.IndexFunc(loads, func(l load) bool { return l.from == now }); i >= 0 {
			rate = loads[i].perSecond
		}
		for range 20 * rate {
			s.Count(at)
		}
	}
	return strings.Join(out, " ")
}

func TestAutoscaler(t *testing.T) {
	// One request a second a replica; window 60 s, looks every 20 s, holds 300 s and 1200 s.
	//
	// Under 1/s before, 3/s from 100 s on: the look at 120 s sees 40 s of 1/s and 20 s of
	// 3/s, (40+60)/60 = 1.67, so 2; the look at 140 s 2.33, so 3; from 160 s on 3. If the
	// rate falls back to 1/s at e, the last look to see more than 1/s is that at e + 40 s.
	a := DefaultAutoscaler
	a.PerReplica = 1
	hasty := a
	hasty.UpHold, hasty.DownHold = 0, 0
	flat := a
	flat.Min, flat.Max = 0, 2
	tests := []struct {
		name    string
		rules   Autoscaler
		initial int
		until   int
		loads   []load
		want    string
	}{
		{"a rate that stays as it is changes nothing", a, 1, 5000, []load{{0, 1}}, "0s:1"},
		{"a higher rate is followed when it has stayed for 300 s, from 120 s to 420 s", a, 1, 1000,
			[]load{{0, 1}, {100, 3}}, "0s:1 420s:3"},
		{"a burst shorter than the hold time changes nothing: seen from 120 s to 400 s", a, 1, 5000,
			[]load{{0, 1}, {100, 3}, {360, 1}}, "0s:1"},
		// At 420 s the window has 20 s of 3/s, so 2; from 440 s on 1/s: down 1200 s later.
		{"a burst just as long changes the target to what it is by then", a, 1, 5000,
			[]load{{0, 1}, {100, 3}, {380, 1}}, "0s:1 420s:2 1640s:1"},
		// Seen from 120 s to 340 s; not at 360 s (300 to 360) and 380 s; again from 400 s on.
		{"a rate that falls back in between begins to hold anew", a, 1, 1500,
			[]load{{0, 1}, {100, 3}, {300, 1}, {380, 3}}, "0s:1 700s:3"},
		// Windows of 0, 1/3, 2/3 and then 1/s all ask for 1, from the first look on.
		{"a lower rate is followed after 1200 s", a, 5, 3000, []load{{0, 1}}, "0s:5 1200s:1"},
		// The first look to see a request is that at 20 s.
		{"the target is clipped to max", a, 1, 1000, []load{{0, 100}}, "0s:1 320s:10"},
		{"silence does not go below min", a, 1, 5000, nil, "0s:1"},
		{"silence scales to 0 where min is 0", flat, 2, 5000, nil, "0s:2 1200s:0"},
		{"a target to begin with is clipped too", flat, 7, 100, nil, "0s:2"},
		// At 180 s 40 s of 3/s are left in the window, 2.33; at 200 s 1.67, at 220 s 1.
		{"without hold times the target follows every look", hasty, 1, 300,
			[]load{{0, 1}, {100, 3}, {160, 1}}, "0s:1 120s:2 140s:3 200s:2 220s:1"},
		// Above 1 at 120 s: 2; the target stays 1 until 420 s. A rate of 2/s then asks for 2.
		{"the candidate may change while it stays above", a, 1, 1000,
			[]load{{0, 1}, {100, 9}, {200, 2}}, "0s:1 420s:2"},
	}
	for _, test := range tests {
		if got := targets(test.rules, test.initial, test.until, test.loads...); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestAutoscalerCountsInWholeReplicas(t *testing.T) {
	tests := []struct {
		perReplica float64
		requests   int // in the window of 20 s
		want       int
	}{
		{0.09, 9, 5}, // 9/(0.09*20) is 5, and in binary 5.000000000000001
		{0.09, 10, 6},
		{0.1, 6, 3},
		{0.1, 7, 4},
		{0.7, 14, 1},
		{0.7, 15, 2},
		{1.0 / 3, 20, 3},
		{1e7, 1, 1},
		{1e-300, 1, MaxReplicas},
	}
	for _, test := range tests {
		a := Autoscaler{PerReplica: test.perReplica, Max: MaxReplicas, Window: 20 * time.Second, Every: 20 * time.Second}
		s := a.New(0)
		for range test.requests {
			s.Count(0)
		}
		if got := s.Look(clock.At(20 * time.Second)); got != test.want {
			t.Errorf("%d requests in 20 s at %v a second each: %d replicas, want %d", test.requests, test.perReplica, got, test.want)
		}
	}
}

func TestAutoscalerDoesNotGoBack(t *testing.T) {
	a := DefaultAutoscaler
	a.PerReplica = 1
	s := a.New(1)
	s.Count(clock.At(25 * time.Second))
	s.Count(clock.At(20 * time.Second)) // the same bucket
	defer func() {
		if problem := fmt.Sprint(recover()); problem != "autoscaler: 19s lies before the bucket at 20s" {
			t.Error(problem)
		}
	}()
	s.Count(clock.At(19 * time.Second))
}

// dumb is the autoscaler again, which keeps every request.
type dumb struct {
	Autoscaler
	requests []time.Duration
	target   int
	sides    []int           // of the candidate at each look since the target last moved
	looks    []time.Duration // when
}

func (d *dumb) look(now time.Duration) int {
	until := now - now%d.Every
	n := 0
	for _, at := range d.requests {
		if at >= until-d.Window && at < until {
			n++
		}
	}
	perSecond := float64(n) / d.Window.Seconds()
	candidate := min(max(int(math.Ceil(perSecond/d.PerReplica-1e-9)), d.Min), d.Max)
	side := 0
	if candidate > d.target {
		side = 1
	} else if candidate < d.target {
		side = -1
	}
	d.sides, d.looks = append(d.sides, side), append(d.looks, now)
	if side == 0 {
		return d.target
	}
	first := len(d.sides) - 1
	for first > 0 && d.sides[first-1] == side {
		first--
	}
	hold := d.UpHold
	if side < 0 {
		hold = d.DownHold
	}
	if now-d.looks[first] >= hold {
		d.target, d.sides, d.looks = candidate, nil, nil
	}
	return d.target
}

func TestAutoscalerAgreesWithOneThatKeepsEveryRequest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seconds := func(name string, least, most int) time.Duration {
			return time.Duration(rapid.IntRange(least, most).Draw(t, name)) * time.Second
		}
		a := Autoscaler{
			PerReplica: float64(rapid.IntRange(1, 20).Draw(t, "qps")) / 10,
			Min:        rapid.IntRange(0, 3).Draw(t, "min"), Max: rapid.IntRange(3, 9).Draw(t, "max"),
			UpHold: seconds("up", 0, 60), DownHold: seconds("down", 0, 60), Every: seconds("every", 1, 20),
		}
		a.Window = a.Every * time.Duration(rapid.IntRange(1, 5).Draw(t, "buckets"))
		if errs := a.Check(); len(errs) > 0 {
			t.Fatal(errs)
		}
		initial := rapid.IntRange(-1, 12).Draw(t, "initial")
		s, twin := a.New(initial), &dumb{Autoscaler: a, target: min(max(initial, a.Min), a.Max)}
		now := time.Duration(0)
		for range rapid.IntRange(1, 100).Draw(t, "steps") {
			now += seconds("gap", 0, 30)
			for range rapid.IntRange(0, 40).Draw(t, "requests") {
				s.Count(clock.At(now))
				twin.requests = append(twin.requests, now)
			}
			if got, want := s.Look(clock.At(now)), twin.look(now); got != want {
				t.Fatalf("at %v: target %d, want %d", now, got, want)
			}
		}
	})
}

func TestAutoscalerTellsAllThatIsWrong(t *testing.T) {
	a := Autoscaler{PerReplica: math.NaN(), Min: 5, Max: 4, Window: 50 * time.Second, UpHold: -1, DownHold: -2, Every: 20 * time.Second}
	const want = "qps: NaN must be in (0, 1e+07] a second\nmax: 4 must be in [5, 100000]\n" +
		"window: 50s must be a multiple of every, 20s, at least one and at most 10000\nup: -1ns must be >= 0\ndown: -2ns must be >= 0"
	if err := errors.Join(a.Check()...); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	const zero = "qps: 0 must be in (0, 1e+07] a second\nmax: 0 must be in [1, 100000]\nevery: 0s must be positive"
	if err := errors.Join(Autoscaler{}.Check()...); err == nil || err.Error() != zero {
		t.Errorf("got\n%v\nwant\n%s", err, zero)
	}
}
