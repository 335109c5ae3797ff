package optimum

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

func TestOptimum(t *testing.T) {
	// A tick of spot is 1/6 $, one on demand 1/2 $.
	tests := []struct {
		name   string
		o      Job
		want   string
		finish time.Duration
	}{{
		name: "spot at once where there is enough of it",
		o:    oneRegion("xxxxxx", 27*time.Minute, time.Hour),
		want: "3 spot in 0: $0.50", finish: 30 * time.Minute,
	}, {
		name: "a minute into a tick pays the tick",
		o:    oneRegion("xxxxxx", 28*time.Minute, time.Hour),
		want: "4 spot in 0: $0.67", finish: 31 * time.Minute,
	}, {
		// Single ticks do 7 minutes each, so three would be needed.
		name: "every start pays the overhead",
		o:    oneRegion("x.x.xx", 17*time.Minute, time.Hour),
		want: "4 idle, 2 spot in 0: $0.33", finish: time.Hour,
	}, {
		// 7 minutes on spot, 7 on demand; on demand alone, two ticks.
		name: "a change of purchase pays the overhead",
		o:    oneRegion("x.....", 14*time.Minute, time.Hour),
		want: "1 spot in 0, 1 on-demand in 0: $0.67", finish: 20 * time.Minute,
	}, {
		// After the tick of spot 8 minutes are left, and two ticks on demand as without it.
		name: "spot that saves no tick on demand is left alone",
		o:    oneRegion("x.....", 15*time.Minute, time.Hour),
		want: "2 on-demand in 0: $1.00", finish: 18 * time.Minute,
	}, {
		// 3 minutes of overhead and 2 of work, from 10 to 15.
		name: "of the last tick the part before the deadline counts",
		o:    oneRegion(".x", 2*time.Minute, 15*time.Minute),
		want: "1 idle, 1 spot in 0: $0.17", finish: 15 * time.Minute,
	}, {
		name: "of the last tick the part after the deadline does not count",
		o:    oneRegion(".x", 3*time.Minute, 15*time.Minute),
		want: "1 on-demand in 0: $0.50", finish: 6 * time.Minute,
	}, {
		// 5 + 4, 4 + 1, 1 + 2, 2 + 3 or 3 + 3 sixths of a dollar.
		name: "each tick costs its own price",
		o:    priced(oneRegion("xxxxxx", 10*time.Minute, time.Hour), 5, 4, 1, 2, 3, 3),
		want: "2 idle, 2 spot in 0: $0.50", finish: 33 * time.Minute,
	}, {
		// 17 minutes in region 0, then 17 of 23. Region 1 alone would do 37.
		name: "a move pays the overhead",
		o:    twoRegions("xx....", "..xxxx", 38*time.Minute),
		want: "2 spot in 0, 3 spot in 1: $0.83", finish: 44 * time.Minute,
	}, {
		name: "a move pays egress",
		o:    moving(twoRegions("xx....", "..xxxx", 38*time.Minute), cloud.Dollar/10, 0),
		want: "2 spot in 0, 3 spot in 1: $0.93", finish: 44 * time.Minute,
	}, {
		// 17 minutes in region 0, then 13 of overhead and 33. Region 1 alone would do 47.
		name: "a move takes its transfer as well",
		o:    moving(twoRegions("xx.....", "..xxxxx", 50*time.Minute), 0, 10*time.Minute),
		want: "2 spot in 0, 5 spot in 1: $1.17", finish: 66 * time.Minute,
	}, {
		name: "a job that has done no work starts anywhere",
		o:    moving(twoRegions("xx....", "..xxxx", 37*time.Minute), cloud.Dollar/10, 10*time.Minute),
		want: "2 idle, 4 spot in 1: $0.67", finish: time.Hour,
	}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			plan, err := test.o.Solve()
			if err != nil {
				t.Fatal(err)
			}
			if err := follow(test.o, plan); err != nil {
				t.Error(err)
			}
			if plan.String() != test.want || plan.Finish != clock.At(test.finish) {
				t.Errorf("%v, done at %v; want %s at %v", plan, plan.Finish, test.want, test.finish)
			}
		})
	}
}

// oneRegion returns a problem in ticks of 10 minutes with an overhead of 3, spot at 1 $/h
// and on demand at 3. available has a letter for each tick, x where there is spot.
func oneRegion(available string, work, deadline time.Duration) Job {
	return Job{
		Tick: 10 * time.Minute, Work: work, Overhead: 3 * time.Minute, Deadline: deadline,
		Regions: []Region{simpleRegion(available)},
	}
}

// twoRegions is oneRegion with two; the deadline is the end of the last tick.
func twoRegions(first, second string, work time.Duration) Job {
	o := oneRegion(first, work, time.Duration(len(first))*10*time.Minute)
	o.Regions = append(o.Regions, simpleRegion(second))
	return o
}

func simpleRegion(available string) Region {
	r := Region{Spot: []cloud.Price{cloud.PerHour(1)}, OnDemand: []cloud.Price{cloud.PerHour(3)}}
	for _, letter := range available {
		r.Available = append(r.Available, letter == 'x')
	}
	return r
}

// priced returns o with spot at so many dollars an hour in each tick.
func priced(o Job, spot ...float64) Job {
	o.Regions[0].Spot = nil
	for _, dollars := range spot {
		o.Regions[0].Spot = append(o.Regions[0].Spot, cloud.PerHour(dollars))
	}
	return o
}

// moving returns o with moves that cost and take so much, either way.
func moving(o Job, egress cloud.Money, transfer time.Duration) Job {
	o.Egress = [][]cloud.Money{{0, egress}, {egress, 0}}
	o.Transfer = [][]time.Duration{{0, transfer}, {transfer, 0}}
	return o
}

func TestOptimumNamesWhatIsOutOfBounds(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(o *Job)
		want  string
	}{
		{"no work within the deadline", func(o *Job) { o.Deadline = 32 * time.Minute },
			`optimum.deadline: 32m0s must be >= 33m0s, the work 30m0s and an overhead 3m0s`},
		{"a trace too short", func(o *Job) { o.Deadline += time.Nanosecond },
			`optimum.regions[0].available: 6 ticks must be >= 7, the deadline 1h0m0.000000001s in ticks of 10m0s
optimum.regions[1].available: 6 ticks must be >= 7, the deadline 1h0m0.000000001s in ticks of 10m0s`},
		{"times below zero", func(o *Job) { o.Tick, o.Work, o.Overhead, o.Deadline = 0, -1, -2, -3 },
			`optimum.tick: 0s must be > 0
optimum.work: -1ns must be > 0
optimum.overhead: -2ns must be >= 0
optimum.deadline: -3ns must be >= -3ns, the work -1ns and an overhead -2ns`},
		{"no region", func(o *Job) { o.Regions, o.Egress, o.Transfer = nil, nil, nil },
			`optimum.regions: 0 must be from 1 to 127`},
		{"too many regions", func(o *Job) {
			o.Regions, o.Egress, o.Transfer = slices.Repeat(o.Regions, 64), nil, nil
		}, `optimum.regions: 128 must be from 1 to 127`},
		{"prices", func(o *Job) {
			o.Regions[0].Spot = []cloud.Price{1, 2}
			o.Regions[1].Spot = nil
			o.Regions[1].OnDemand = []cloud.Price{3, 3, -cloud.PerHour(3), 3, 3, 3}
		}, `optimum.regions[0].spot: 2 prices must be 1 or >= 6, the deadline 1h0m0s in ticks of 10m0s
optimum.regions[1].spot: 0 prices must be 1 or >= 6, the deadline 1h0m0s in ticks of 10m0s
optimum.regions[1].on_demand[2]: -$3/h must be >= 0`},
		{"moves", func(o *Job) {
			o.Egress = [][]cloud.Money{{0, -cloud.Dollar}}
			o.Transfer = [][]time.Duration{{time.Second, -time.Second}, {0}}
		}, `optimum.egress: 1 rows must be 2, one for each region
optimum.transfer[0][0]: 1s must be >= 0, and 0 from a region to itself
optimum.transfer[0][1]: -1s must be >= 0, and 0 from a region to itself
optimum.transfer[1]: 1 columns must be 2, one for each region`},
		// 7 nodes of 6 ticks of 30 minutes in nanoseconds, and for 2 ticks 8 bytes for each
		// nanosecond of work and tick: 7 * (6 * 1.8e12 + 2 * 8 * 2.4e12).
		{"too many states", func(o *Job) { o.Overhead++ },
			`optimum: 344400000000000 bytes must be <= 1073741824: 6 ticks, 2 regions and a work of 30m0s in units of 1ns, the common divisor of tick, overhead and transfers`},
		// 2^61 grains of 10 minutes.
		{"too expensive to count", func(o *Job) { o.Regions[1].OnDemand[0] = 1 << 60 },
			`optimum: 6 ticks at up to $1152921504.606847/h, with moves of up to $0.00, must be less than $384307168.20, the most that is exact in ticks of 10m0s`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := moving(twoRegions("xxxxxx", "xxxxxx", 30*time.Minute), 0, 0)
			test.spoil(&o)
			if _, err := o.Solve(); err == nil || err.Error() != test.want {
				t.Errorf("error\n%v\nwant\n%s", err, test.want)
			}
		})
	}
}

func ExampleJob() {
	o := Job{
		Tick:     10 * time.Minute,
		Work:     30 * time.Minute,
		Overhead: 3 * time.Minute,
		Deadline: 45 * time.Minute,
		Regions: []Region{{
			Available: []bool{true, false, false, true, true},
			Spot:      []cloud.Price{cloud.PerHour(1)},
			OnDemand:  []cloud.Price{cloud.PerHour(3)},
		}},
	}
	plan, err := o.Solve()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(plan)
	fmt.Println("done at", plan.Finish)
	// Output:
	// 1 spot in 0, 2 on-demand in 0, 1 spot in 0: $1.33
	// done at 39m0s
}
