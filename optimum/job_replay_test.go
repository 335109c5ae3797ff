package optimum

import (
	"fmt"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// replay is one job run as the published engine runs it, tick by tick in plain time. It
// shares nothing with the solver but the words.
type replay struct {
	o      *Job
	tick   int
	last   Step          // of the tick before
	rem    time.Duration // of the overhead
	done   time.Duration
	worked int // the region in which the job last did work, or -1
	bill   cloud.Charge
	egress cloud.Money
	finish time.Duration
}

func newReplay(o *Job) replay { return replay{o: o, worked: -1} }

// settle closes the tick before: it is billed, and its progress counts.
func (r *replay) settle() {
	if !r.last.Runs {
		return
	}
	region := r.o.Regions[r.last.Region]
	prices := region.OnDemand
	if r.last.Purchase == cloud.Spot {
		prices = region.Spot
	}
	if len(prices) > 1 {
		prices = prices[r.tick-1:]
	}
	r.bill = r.bill.Plus(prices[0].Over(r.o.Tick))

	left := r.o.Work - r.done
	progress := max(r.o.Tick-r.rem, 0)
	if progress >= left {
		r.finish = time.Duration(r.tick-1)*r.o.Tick + r.rem + left
	}
	if progress > 0 {
		r.worked = r.last.Region
	}
	r.rem -= r.o.Tick - progress
	r.done += min(progress, left)
}

// request asks for the next tick and tells whether it can be had.
func (r *replay) request(want Step) bool {
	now := r.last
	if now.Runs && now.Purchase == cloud.Spot && !r.o.Regions[now.Region].Available[r.tick] {
		now = Step{}
	}
	if want.Runs && want.Purchase == cloud.Spot && !r.o.Regions[want.Region].Available[r.tick] {
		return false
	}
	if want.Runs && want != now {
		r.rem = r.o.Overhead
		if from, to := r.worked, want.Region; from >= 0 && from != to {
			if r.o.Transfer != nil {
				r.rem += r.o.Transfer[from][to]
			}
			if r.o.Egress != nil {
				r.egress += r.o.Egress[from][to]
			}
		}
	}
	r.last = want
	r.tick++
	return true
}

func (r *replay) complete() bool    { return r.done == r.o.Work }
func (r *replay) cost() cloud.Money { return r.bill.Round() + r.egress }
func (r *replay) inTime() bool      { return r.finish <= r.o.Deadline }
func (r *replay) outOfTime() bool   { return time.Duration(r.tick)*r.o.Tick >= r.o.Deadline }

// cheapest tries every plan that goes on from r and returns the least cost of those that
// meet the deadline; ok is false if none does.
func (r replay) cheapest(steps []Step) (least cloud.Money, ok bool) {
	r.settle()
	switch {
	case r.complete():
		return r.cost(), r.inTime()
	case r.outOfTime():
		return 0, false
	}
	for _, step := range steps {
		next := r
		if !next.request(step) {
			continue
		}
		if cost, in := next.cheapest(steps); in && (!ok || cost < least) {
			least, ok = cost, true
		}
	}
	return least, ok
}

// everyStep returns all that can be done in a tick.
func everyStep(o Job) []Step {
	steps := []Step{{}}
	for region := range o.Regions {
		steps = append(steps, Step{true, region, cloud.Spot}, Step{true, region, cloud.OnDemand})
	}
	return steps
}

// follow replays a plan: it must be possible, end with the work done when it says and in
// time, and cost what it says.
func follow(o Job, plan Plan) error {
	r := newReplay(&o)
	for i, step := range plan.Steps {
		if r.settle(); r.complete() {
			return fmt.Errorf("%v: the work is done after %d ticks", plan, i)
		}
		if !r.request(step) {
			return fmt.Errorf("%v: tick %d cannot be had", plan, i)
		}
	}
	r.settle()
	switch {
	case !r.complete():
		return fmt.Errorf("%v: %v of %v is done", plan, r.done, o.Work)
	case clock.At(r.finish) != plan.Finish || !r.inTime():
		return fmt.Errorf("%v: ends at %v, want %v, and at most %v", plan, r.finish, plan.Finish, o.Deadline)
	case r.cost() != plan.Cost:
		return fmt.Errorf("%v: costs %d nano-dollars, want %d", plan, r.cost(), plan.Cost)
	}
	return nil
}
