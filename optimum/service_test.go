package optimum

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bobby-math/tessera/cloud"
)

// oneReplica returns a service of one replica with a cold start of two ticks: spot costs a
// dollar a tick and on demand three. Each zone has a digit for each tick: its capacity.
func oneReplica(zones ...string) Service {
	o := Service{
		Tick: halfMinute, Ticks: len(zones[0]), ColdTicks: 2, Wanted: []int{1},
		OnDemand: []cloud.Price{3 * tickDollar},
	}
	for _, digits := range zones {
		zone := Zone{Price: []cloud.Price{tickDollar}}
		for _, d := range digits {
			zone.Capacity = append(zone.Capacity, int(d-'0'))
		}
		o.Zones = append(o.Zones, zone)
	}
	return o
}

// launches writes what is launched by tick: a word for each zone, and one on demand.
func launches(p ServicePlan) string {
	var words []string
	for _, series := range append(p.Spot, p.OnDemand) {
		words = append(words, strings.Trim(strings.ReplaceAll(fmt.Sprint(series), " ", ""), "[]"))
	}
	return strings.Join(words, " ")
}

func TestServiceOptimum(t *testing.T) {
	with := func(o Service, change func(*Service)) Service {
		change(&o)
		return o
	}
	prices := func(dollars ...int) (prices []cloud.Price) {
		for _, d := range dollars {
			prices = append(prices, cloud.Price(d)*tickDollar)
		}
		return prices
	}
	tests := []struct {
		name string
		o    Service
		want string
		cost int // in dollars
	}{{
		name: "one zone that is always there, from its cold start on",
		o:    oneReplica("111111"),
		want: "111111 000000", cost: 6,
	}, {
		name: "a zone that goes is followed by one that was warmed up in time",
		o:    oneReplica("11110000", "00111111"),
		want: "11110000 00111111 00000000", cost: 4 + 6,
	}, {
		// Ready in ticks 2 and 3, and 6 and 7; between them on demand for 4 and 5, from 2 on.
		name: "a gap is bridged on demand",
		o:    oneReplica("11110000", "00001111"),
		want: "11110000 00001111 00111100", cost: 4 + 4 + 3*4,
	}, {
		// It is ready in tick 3 only, in which on demand is launched all the same, for the
		// ticks before and after.
		name: "spot that is not ready for long enough is left alone",
		o:    oneReplica("0111000"),
		want: "0000000 1111111", cost: 3 * 7,
	}, {
		// The other is ready in ticks 3 and 4 for 4 dollars, but for tick 5 the first must
		// be launched in 3 again.
		name: "nobody takes turns for as long as a cold start",
		o: with(oneReplica("1111111", "0111100"), func(o *Service) {
			o.Zones[0].Price, o.OnDemand = prices(4), prices(9)
		}),
		want: "1111111 0000000 0000000", cost: 7 * 4,
	}, {
		// Ready in ticks 2 and 8 only: three dollars each. Staying would cost 9.
		name: "one that is not needed for longer than a cold start stops",
		o: with(oneReplica("111111111", "011111110"), func(o *Service) {
			o.Zones[1].Price = prices(0)
		}),
		want: "111000111 011111110 000000000", cost: 6,
	}, {
		// Ready in 2 and 5. In 3 and 4, expensive ticks, the new start needs it anyway.
		name: "a gap as long as the cold start is paid whatever the price",
		o: with(oneReplica("111111"), func(o *Service) {
			o.Zones[0].Price, o.Wanted = prices(1, 1, 1, 9, 9, 1), []int{0, 0, 1, 0, 0, 1}
			o.OnDemand = prices(30)
		}),
		want: "111111 000000", cost: 22,
	}, {
		name: "no launch before tick 0, so nothing is wanted before the cold start is over",
		o:    with(oneReplica("000"), func(o *Service) { o.Wanted = []int{5, 5, 1} }),
		want: "000 111", cost: 9,
	}, {
		name: "what is launched before the first tick that counts is free",
		o:    with(oneReplica("111111"), func(o *Service) { o.CountFrom = 2 }),
		want: "111111 000000", cost: 4,
	}, {
		// Of five ticks that count, the first two may be short: the zone starts in tick 2.
		name: "ticks that may be short save the beginning",
		o:    with(oneReplica("0011111"), func(o *Service) { o.ShortTicks = 2 }),
		want: "0011111 0000000", cost: 5,
	}, {
		name: "nothing is launched where every tick may be short",
		o:    with(oneReplica("1111"), func(o *Service) { o.ShortTicks = 2 }),
		want: "0000 0000", cost: 0,
	}, {
		name: "nothing wanted",
		o:    with(oneReplica("1111"), func(o *Service) { o.Wanted = []int{0} }),
		want: "0000 0000", cost: 0,
	}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			plan, err := test.o.Solve()
			if err != nil {
				t.Fatal(err)
			}
			if err := followService(&test.o, plan); err != nil {
				t.Error(err)
			}
			if got := launches(plan); got != test.want || plan.Cost != cloud.Money(test.cost)*cloud.Dollar || !plan.Exact() {
				t.Errorf("%s for %v, at least %v; want %s for %d $", got, plan.Cost, plan.Bound, test.want, test.cost)
			}
		})
	}
}

// The one published figure: on demand, 3 replicas at 3 dollars for 2880 ticks of which 4
// do not count cost 3 * 3 * 2876.
func TestServiceOptimumWithoutZonesIsOnDemand(t *testing.T) {
	o := Service{
		Tick: halfMinute, Ticks: 2880, ColdTicks: 4, CountFrom: 4,
		Wanted: []int{3}, OnDemand: []cloud.Price{3 * tickDollar},
	}
	plan, err := o.Solve()
	if err != nil {
		t.Fatal(err)
	}
	if want := 25884 * cloud.Dollar; plan.Cost != want || plan.Bound != want {
		t.Errorf("%v, at least %v; want %v", plan.Cost, plan.Bound, want)
	}
}

// The one tick that may be short saves a dollar, whichever it is: 5 of 6. To the relaxation
// tick 0 without its replica on demand is half a short tick, and tick 1 the other half: 4.
func TestServiceOptimumSaysWhereItIsNotExact(t *testing.T) {
	o := oneReplica("110000")
	o.ColdTicks, o.ShortTicks, o.Wanted = 0, 1, []int{2, 2, 1, 1, 1, 1}
	o.Zones[0].Price, o.OnDemand = []cloud.Price{0}, []cloud.Price{tickDollar}
	plan, err := o.Solve()
	if err != nil {
		t.Fatal(err)
	}
	if plan.Cost != 5*cloud.Dollar || plan.Bound != 4*cloud.Dollar || plan.Exact() {
		t.Errorf("%v, at least %v, exact %v; want $5.00, at least $4.00", plan.Cost, plan.Bound, plan.Exact())
	}
}

func TestServiceOptimumErrorsNameEveryMistake(t *testing.T) {
	zone := Zone{Capacity: []int{1, -1}, Price: []cloud.Price{-cloud.PerHour(1)}}
	tests := []struct {
		name string
		o    Service
		want []string
	}{{
		name: "nothing is said",
		want: []string{
			"service_optimum.tick: 0s must be > 0",
			"service_optimum.ticks: 0 must be > 0, the ticks of a cold start",
			"service_optimum.wanted: 0 numbers must be 1 or >= 0, the ticks",
			"service_optimum.on_demand: 0 prices must be 1 or >= 0, the ticks",
		},
	}, {
		name: "everything is wrong",
		o: Service{
			Tick: -1, Ticks: 3, ColdTicks: 3, Wanted: []int{1, 1_000_001}, Zones: []Zone{zone},
			OnDemand: make([]cloud.Price, 2), CountFrom: 4, ShortTicks: -1,
		},
		want: []string{
			"service_optimum.tick: -1ns must be > 0",
			"service_optimum.ticks: 3 must be > 3, the ticks of a cold start",
			"service_optimum.count_from: 4 must be from 0 to 3, the ticks",
			"service_optimum.short_ticks: -1 must be >= 0",
			"service_optimum.wanted: 2 numbers must be 1 or >= 3, the ticks",
			"service_optimum.wanted[1]: 1000001 must be from 0 to 1000000",
			"service_optimum.zones[0].capacity: 2 ticks must be >= 3",
			"service_optimum.zones[0].capacity[1]: -1 must be >= 0",
			"service_optimum.zones[0].price[0]: -$1/h must be >= 0",
			"service_optimum.on_demand: 2 prices must be 1 or >= 3, the ticks",
		},
	}, {
		name: "a negative cold start",
		o:    Service{Tick: 1, Ticks: 1, ColdTicks: -1, Wanted: []int{1}, OnDemand: make([]cloud.Price, 1)},
		want: []string{"service_optimum.cold_ticks: -1 must be >= 0"},
	}, {
		// (1 on demand x 3 + 2) arcs of 48 bytes a tick.
		name: "too long for the memory",
		o:    Service{Tick: 1, Ticks: 10_000_000, Wanted: []int{1}, OnDemand: make([]cloud.Price, 1)},
		want: []string{"service_optimum: 2400000000 bytes must be <= 1073741824: 10000000 ticks, 0 zones"},
	}, {
		name: "too expensive for whole numbers",
		o:    Service{Tick: 1, Ticks: 10_000, Wanted: []int{1}, OnDemand: []cloud.Price{1 << 60}},
		want: []string{"service_optimum: 10000 ticks of 1ns at up to $1152921504.606847/h, with 0 zones, " +
			"1 replicas and 0 ticks of cold start, must be less than 2^61 of the smallest parts"},
	}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.o.Solve()
			if want := strings.Join(test.want, "\n"); err == nil || err.Error() != want {
				t.Errorf("%v\nwant\n%s", err, want)
			}
		})
	}
}
