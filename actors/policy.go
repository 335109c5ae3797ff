package actors

import (
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// policy is the tenant: it keeps the book of what the tenant knows, calls the policy when
// that changes, and carries out its actions.
type policy struct {
	kernel    *kernel
	self      address
	name      string
	decider   scheduler.Policy
	view      *scheduler.View
	book      *scheduler.Book
	journal   journal.Writer
	workload  []workload.Task
	markets   []*actor.PID // by pool
	instances []*actor.PID // by pool

	decided  clock.Time // the instant of the last decision
	expected clock.Time // an instant at which a decision is scheduled
	retry    clock.Key  // the call after a refusal
	unbound  uint64     // launches for no task so far
	deciding bool       // within Decide, so that a panic there is the policy's
}

// The kinds of event of a policy: why it is called.
const (
	onNews clock.Kind = iota
	onWake
	onRetry
)

// RetryAfter is when a policy is called again after a refusal, unless it decides before
// for another reason: a refused request takes a while to come back.
const RetryAfter = time.Minute

// PolicyError says that a policy failed its run: it asked for something illegal, or it
// panicked.
type PolicyError struct {
	Policy string
	At     clock.Time
	Err    error
}

func (e *PolicyError) Error() string {
	return fmt.Sprintf("policy %s at %v: %v", e.Policy, e.At, e.Err)
}

func (e *PolicyError) Unwrap() error { return e.Err }

func (p *policy) Receive(ctx actor.Context) {
	bags := &p.kernel.bags
	switch m := ctx.Message().(type) {
	case *clock.Event:
		p.decide(ctx, m.Kind())
		return
	case *reprice:
		news := bags.reprice.open(m)
		p.book.Reprice(news.pool, news.price)
	case *capacity:
		news := bags.capacity.open(m)
		p.book.Recapacitate(news.pool, news.count)
	case *started:
		news := bags.started.open(m)
		p.book.Start(news.task, news.working)
		return // its instance being ready is the news
	case *arrived:
		t := &p.workload[bags.arrived.open(m).task]
		p.book.Arrive(t.ID, t.Arrival, t.Deadline, t.Work)
	case *interrupted:
		news := bags.interrupted.open(m)
		p.book.Interrupt(news.task, news.saved)
	case *completed:
		p.book.Complete(bags.completed.open(m).task)
	case *ready:
		id := bags.ready.open(m).instance
		p.book.Ready(id)
		if p.view.Instance(id).Replica != cloud.NoReplica {
			return // the replica is the news, once it serves
		}
	case *noticed:
		p.book.Notice(bags.noticed.open(m).instance)
	case *preempted:
		id := bags.preempted.open(m).instance
		p.book.Preempt(id)
		p.disband(ctx, p.view.Instance(id).Replica)
	case *recommended:
		p.book.Recommend(bags.recommended.open(m).instance)
	case *retarget:
		p.book.Retarget(bags.retarget.open(m).count)
	case *served:
		p.book.Serve(bags.served.open(m).replica)
	case *refused:
		p.refuse(ctx, bags.refused.open(m).instance)
		return
	default:
		return
	}
	p.expect(ctx, p.kernel.now(), onNews)
}

// expect sees to it that the policy decides at an instant, or as soon after it as it has
// not decided yet.
func (p *policy) expect(ctx actor.Context, at clock.Time, why clock.Kind) {
	if at == p.decided {
		at++
	}
	if at == p.expected {
		return
	}
	p.expected = at
	p.kernel.schedule(ctx, at, clock.Decide, why, p.self, 0)
}

func (p *policy) refuse(ctx actor.Context, id cloud.InstanceID) {
	p.book.Refuse(id)
	if p.retry == (clock.Key{}) {
		p.retry = p.kernel.schedule(ctx, p.kernel.now().Add(RetryAfter), clock.Decide, onRetry, p.self, 0)
	}
}

func (p *policy) decide(ctx actor.Context, why clock.Kind) {
	now := p.kernel.now()
	if now == p.decided {
		return
	}
	p.decided, p.view.Now = now, now
	if p.retry != (clock.Key{}) {
		p.kernel.cancel(ctx, p.retry)
		p.retry = clock.Key{}
	}
	p.book.BeginDecision()
	p.deciding = true
	actions := p.decider.Decide(p.view)
	p.deciding = false
	p.note(why, actions)
	p.view.News = p.view.News[:0]
	for n, a := range actions {
		if err := p.book.Check(a); err != nil {
			p.kernel.fail(&PolicyError{p.name, now, fmt.Errorf("action %d of %d is illegal: %w", n+1, len(actions), err)})
			return
		}
		p.carryOut(ctx, a)
	}
}

func (p *policy) carryOut(ctx actor.Context, a scheduler.Action) {
	bags := &p.kernel.bags
	switch a.Verb {
	case scheduler.VerbLaunch:
		for range a.Count {
			p.launch(ctx, a)
		}
	case scheduler.VerbAssign:
		p.book.Assign(a.Task, a.Instance)
		post(ctx, p.instances[p.view.Instance(a.Instance).Pool], &bags.assign, assign{a.Task, a.Instance})
	case scheduler.VerbTerminate:
		p.terminate(ctx, a.Instance)
	case scheduler.VerbLaunchReplica:
		for range a.Count {
			p.launchReplica(ctx, a)
		}
	case scheduler.VerbTerminateReplica:
		p.book.TerminateReplica(a.Replica)
		p.disband(ctx, a.Replica)
	case scheduler.VerbWake:
		p.expect(ctx, a.At, onWake)
	case scheduler.VerbTurn:
		p.journal.Record(journal.Entry{At: p.kernel.now(), Kind: journal.Turn, Pool: a.Pool, Instance: cloud.None, Task: cloud.None})
	}
}

func (p *policy) launch(ctx actor.Context, a scheduler.Action) {
	over := p.view.Free() <= 0
	id := p.book.Launch(a.Pool, a.Purchase, a.Task)
	if over {
		p.journal.Record(journal.Entry{
			At: p.kernel.now(), Kind: journal.Refuse, Reason: journal.OverLimit,
			Purchase: a.Purchase, Pool: a.Pool, Instance: id, Task: a.Task,
		})
		p.refuse(ctx, id)
		return
	}
	place, turn := p.luck(a.Task)
	post(ctx, p.markets[a.Pool], &p.kernel.bags.launch, launch{id, 1, a.Purchase, a.Task, cloud.NoReplica, place, turn})
}

func (p *policy) terminate(ctx actor.Context, id cloud.InstanceID) {
	p.book.Terminate(id)
	post(ctx, p.markets[p.view.Instance(id).Pool], &p.kernel.bags.terminate, terminate{id})
}

// luck returns the place of a launch in the table of luck: the n-th launch for a task has
// the same place under every policy, and so has the n-th launch for none.
func (p *policy) luck(task cloud.TaskID) (place, turn uint64) {
	if task == cloud.None {
		p.unbound++
		return 0, p.unbound
	}
	return uint64(task) + 1, uint64(p.view.Task(task).Launches)
}
