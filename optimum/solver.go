package optimum

import (
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// solver solves a Job, by a dynamic programme, backwards in time, of the least cost
//
//	V(t, node, w), from the beginning of tick t on, with w of the work left,
//
// where a node is either an origin, nothing runs and the job lies somewhere, or a runner,
// an instance of one region and purchase runs and its overhead is over. The ways on are
//
//	hold    V(t+1, origin, w), or price + V(t+1, runner, w - tick)
//	stop    V(t, origin of the runner's region, w)
//	launch  egress + prices of n ticks + V(t+n, runner, w - (n*tick - overhead)),
//	        n = floor(overhead/tick) + 1
//
// A launch is one way on up to the first tick with work in it, so an overhead under way
// needs no state: to break a launch off before costs as much as idleness or more, and
// leaves the job where idleness does.
//
// Time is counted in units of gcd(tick, overheads); the work, rounded up to units, ends in the same
// tick. Work left at t lies between what must be left, work - t*tick, and what can still be done,
// deadline - t*tick. So there are at most deadline/tick * min(work, deadline - work) states a node,
// and with R regions 1 + 2R nodes, or 1 + 3R where moves cost. A state takes a byte, for the choice
// made in it; values are kept only for the ticks of the longest launch. A job of 48 h within 70 h,
// in ticks of 600 s with an overhead of 180 s, takes 1.3 MB.
type solver struct {
	o Job

	ticks                int // that begin before the deadline
	unit                 time.Duration
	tick, work, deadline int           // in units
	excess               time.Duration // by how much the work is rounded up

	origins, runners int
	launches         []launch // by origin, region

	// grain is what costs are counted in: nano-dollars an hour for so long. Prices of a
	// tick and amounts of money are both whole numbers of it.
	grain   time.Duration
	paid    [][]int64 // by runner: what it costs up to each tick
	granted [][]int   // by region: in how many ticks up to each there is spot

	depth   int      // layers of values kept: the present and those that ways on lead to
	values  []int64  // V, by tick mod depth, node, work left
	rows    []int    // where the choices of each tick begin
	choices []choice // by tick, node, work left
}

// launch is a start at some origin in some region.
type launch struct {
	ticks    int   // up to and with the first in which work is done
	progress int   // the work done in that, in units; from 1 to tick
	egress   int64 // in grains
}

// choice is a way on: the number of the runner to launch, or stop or hold.
type choice uint8

const (
	stop choice = 2*maxRegions + iota
	hold
)

// unreachable is the cost of a state from which the deadline cannot be met: more than that
// of any plan, and so little that the two can be added.
const unreachable = 1 << 62

// Solve returns a cheapest plan that meets the deadline. The error names every value of o
// that is out of its bounds.
func (o Job) Solve() (Plan, error) { return new(solver).solve(o) }

// Check returns what keeps o from being solved: values out of their bounds, or too many states.
func (o Job) Check() error { return new(solver).take(o) }

func (s *solver) take(o Job) error {
	if err := o.check(); err != nil {
		return err
	}
	s.o = o
	s.measure()
	return s.checkSize()
}

func (s *solver) solve(o Job) (Plan, error) {
	if err := s.take(o); err != nil {
		return Plan{}, err
	}
	s.tally()
	s.allot()
	for t := s.ticks - 1; t >= 0; t-- {
		s.decide(t)
	}
	return s.plan(), nil
}

// measure expresses the problem in units and grains, and numbers the nodes.
func (s *solver) measure() {
	s.unit = gcd(s.o.Tick, s.o.Overhead)
	for _, row := range s.o.Transfer {
		for _, d := range row {
			s.unit = gcd(s.unit, d)
		}
	}
	s.grain = gcd(s.o.Tick, time.Hour)
	s.ticks = s.o.ticks()
	s.tick = int(s.o.Tick / s.unit)
	s.work = int((s.o.Work-1)/s.unit) + 1
	s.excess = time.Duration(s.work)*s.unit - s.o.Work
	s.deadline = int((s.o.Deadline + s.excess) / s.unit)

	s.runners = 2 * len(s.o.Regions)
	s.origins = 1
	if s.o.Egress != nil || s.o.Transfer != nil {
		s.origins += len(s.o.Regions)
	}
	s.depth = 2
	for origin := range s.origins {
		for region := range s.o.Regions {
			l := s.launch(origin, region)
			s.launches = append(s.launches, l)
			if l.ticks <= s.ticks {
				s.depth = max(s.depth, l.ticks+1)
			}
		}
	}
}

// launch reckons a start at an origin in a region. Origin 0 is where a job lies that has
// nothing to move; each of the others, the region it moves from.
func (s *solver) launch(origin, region int) launch {
	overhead, egress := int(s.o.Overhead/s.unit), cloud.Money(0)
	if from := origin - 1; from >= 0 {
		if s.o.Transfer != nil {
			overhead += min(s.deadline, int(s.o.Transfer[from][region]/s.unit))
		}
		if s.o.Egress != nil {
			egress = s.o.Egress[from][region]
		}
	}
	ticks := overhead/s.tick + 1
	return launch{ticks, ticks*s.tick - overhead, int64(egress) * int64(time.Hour/s.grain)}
}

// runner returns the region and purchase of a runner: first spot in every region, then on demand.
func (s *solver) runner(k int) (region int, p cloud.Purchase) {
	if k < len(s.o.Regions) {
		return k, cloud.Spot
	}
	return k - len(s.o.Regions), cloud.OnDemand
}

func (s *solver) nodes() int { return s.origins + s.runners }

// home returns the origin at which a job lies that has worked in a region.
func (s *solver) home(region int) int {
	if s.origins == 1 {
		return 0
	}
	return 1 + region
}

// tally sums up what every runner costs and when it can be had.
func (s *solver) tally() {
	for k := range s.runners {
		region, purchase := s.runner(k)
		r := s.o.Regions[region]
		prices := r.OnDemand
		if purchase == cloud.Spot {
			prices = r.Spot
			granted := make([]int, s.ticks+1)
			for t := range s.ticks {
				granted[t+1] = granted[t]
				if r.Available[t] {
					granted[t+1]++
				}
			}
			s.granted = append(s.granted, granted)
		}
		s.paid = append(s.paid, tally(prices, 0, s.ticks, s.o.Tick/s.grain))
	}
}

// tally returns what the ticks before each cost, each so many grains. Those before from are free.
func tally(prices []cloud.Price, from, ticks int, grains time.Duration) []int64 {
	paid := make([]int64, ticks+1)
	for t := from; t < ticks; t++ {
		paid[t+1] = paid[t] + int64(prices[min(t, len(prices)-1)])*int64(grains)
	}
	return paid
}

// price returns what n ticks from t on of runner k cost; ok is false if it cannot be had
// in all of them.
func (s *solver) price(k, t, n int) (cost int64, ok bool) {
	if t+n > s.ticks || k < len(s.granted) && s.granted[k][t+n]-s.granted[k][t] < n {
		return 0, false
	}
	return s.paid[k][t+n] - s.paid[k][t], true
}

// allot makes room for values and choices.
func (s *solver) allot() {
	states := 0
	for t := range s.ticks {
		s.rows = append(s.rows, states)
		states += s.nodes() * (s.most(t) - s.least(t) + 1)
	}
	s.choices = make([]choice, states)
	s.values = make([]int64, s.depth*s.nodes()*(s.work+s.tick)) // no work left costs nothing
}

// least and most bound the work left at tick t.
func (s *solver) least(t int) int { return max(1, s.work-t*s.tick) }
func (s *solver) most(t int) int  { return min(s.work, s.deadline-t*s.tick) }

// layer returns V(t, node, w) for w in [from, to], which may begin at 1 - tick: less than
// no work left.
func (s *solver) layer(t, node, from, to int) []int64 {
	at := (t%s.depth*s.nodes()+node)*(s.work+s.tick) + s.tick - 1
	return s.values[at+from : at+to+1]
}

// choice returns the choices of a node at tick t for w in [from, to].
func (s *solver) choice(t, node, from, to int) []choice {
	width := s.most(t) - s.least(t) + 1
	at := s.rows[t] + node*width - s.least(t)
	return s.choices[at+from : at+to+1]
}

// decide finds V(t, node, w) for every node and w, from those of later ticks.
func (s *solver) decide(t int) {
	for node := range s.origins {
		s.begin(t, node)
		for k := range s.runners {
			region, _ := s.runner(k)
			l := s.launches[node*len(s.o.Regions)+region]
			if cost, ok := s.price(k, t, l.ticks); ok {
				s.offer(t, node, way{choice(k), t + l.ticks, s.origins + k, l.progress, cost + l.egress})
			}
		}
		s.offer(t, node, way{hold, t + 1, node, 0, 0})
	}
	for k := range s.runners {
		node := s.origins + k
		s.begin(t, node)
		if cost, ok := s.price(k, t, 1); ok {
			s.offer(t, node, way{hold, t + 1, node, s.tick, cost})
		}
		region, _ := s.runner(k)
		s.offer(t, node, way{stop, t, s.home(region), 0, 0})
	}
}

// way is a way on from some node: where it leads, and what it does and costs till then.
type way struct {
	choice   choice
	tick     int
	node     int
	progress int
	cost     int64
}

// begin forgets what an earlier tick left in V(t, node, w).
func (s *solver) begin(t, node int) {
	values := s.layer(t, node, s.least(t), s.most(t))
	for i := range values {
		values[i] = unreachable
	}
}

// offer takes a way on from a node at tick t wherever it is cheaper than those offered before.
func (s *solver) offer(t, node int, w way) {
	from, to := s.least(t), min(s.work, s.deadline-w.tick*s.tick+w.progress)
	if from > to {
		return
	}
	best, choices := s.layer(t, node, from, to), s.choice(t, node, from, to)
	next := s.layer(w.tick, w.node, from-w.progress, to-w.progress)
	best, choices = best[:len(next)], choices[:len(next)]
	for i, v := range next {
		if v += w.cost; v < best[i] {
			best[i], choices[i] = v, w.choice
		}
	}
}

// plan follows the choices until no work is left.
func (s *solver) plan() Plan {
	steps := make([]Step, 0, s.ticks)
	node, left := 0, s.work
	for left > 0 {
		t := len(steps)
		switch c := s.choice(t, node, left, left)[0]; {
		case c == hold && node < s.origins:
			steps = append(steps, Step{})
		case c == hold:
			steps = append(steps, steps[t-1])
			left -= s.tick
		case c == stop:
			node = s.home(steps[t-1].Region)
		default:
			region, purchase := s.runner(int(c))
			l := s.launches[node*len(s.o.Regions)+region]
			for range l.ticks {
				steps = append(steps, Step{true, region, purchase})
			}
			node = s.origins + int(c)
			left -= l.progress
		}
	}
	// What is left now, at the end of a tick, is less than nothing by the time for which
	// the tick outlasted the work.
	finish := time.Duration(len(steps)*s.tick+left)*s.unit - s.excess
	cost := s.layer(0, 0, s.work, s.work)[0]
	return Plan{cloud.Price(cost).Over(s.grain).Round(), clock.At(finish), steps}
}

func gcd(a, b time.Duration) time.Duration {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
