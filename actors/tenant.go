package actors

import (
	"fmt"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/scheduler"
)

// tenant stands between the run and its agent: it completes what the actors report to News,
// checks what the agent's policy decides, and carries it out.
//
// The border is two functions: publish, where the run's ids become the agent's, and carryOut,
// where the agent's become the run's. The one agent of a run learns of everything the instant it
// happens, so both numberings agree and both ways are the identity; for the same reason the
// tenant's book is on the agent's view, and no second one is kept.
type tenant struct {
	kernel    *kernel
	name      string // of the policy, for errors
	agent     *agent
	view      *scheduler.View
	book      *scheduler.Book
	journal   journal.Writer
	markets   []*actor.PID // by pool
	instances []*actor.PID // by pool
	gang      int32        // instances of a replica
	unbound   uint64       // instances requested for no task so far
}

func (t *tenant) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *clock.Event:
		t.decide(ctx, m.Kind())
	case *scheduler.News:
		t.complete(ctx, m)
		t.kernel.recyclers.news.put(m)
	}
}

// say publishes what the tenant itself has to say, and recycles it.
func (t *tenant) say(ctx actor.Context, n *scheduler.News) {
	t.publish(ctx, n)
	t.kernel.recyclers.news.put(n)
}

// complete adds to what an actor reports what the tenant knows of the instance, and publishes
// it.
func (t *tenant) complete(ctx actor.Context, n *scheduler.News) {
	switch n.Kind {
	case scheduler.Completed:
		n.Instance = t.view.Task(n.Task).Instance
		t.identify(n)
	case scheduler.Served:
		r := t.view.Replica(n.Replica)
		n.Pool, n.Purchase = r.Pool, r.Purchase
	case scheduler.Ready, scheduler.Noticed, scheduler.Recommended, scheduler.Refused:
		t.identify(n)
	case scheduler.Preempted:
		if t.view.Instance(n.Instance).State == scheduler.Ended {
			return // terminated when another of its replica was preempted at this very instant
		}
		t.identify(n)
	}
	t.publish(ctx, n)
	if n.Kind == scheduler.Preempted && n.Replica != cloud.NoReplica {
		t.disband(ctx, n.Replica, n.Instance)
	}
}

// identify adds to news of an instance what the instance is.
func (t *tenant) identify(n *scheduler.News) {
	i := t.view.Instance(n.Instance)
	n.Pool, n.Purchase, n.Task, n.Replica = i.Pool, i.Purchase, i.Task, i.Replica
}

// ofInstance returns news of an instance, now.
func (t *tenant) ofInstance(kind scheduler.NewsKind, id cloud.InstanceID) *scheduler.News {
	n := t.kernel.news(kind)
	n.Instance = id
	t.identify(n)
	return n
}

// publish hands news on to the agent, by the agent's ids.
func (t *tenant) publish(ctx actor.Context, n *scheduler.News) { t.agent.hear(ctx, n) }

// decide lets the agent decide and carries its actions out, up to the first that is illegal,
// which fails the run.
func (t *tenant) decide(ctx actor.Context, why clock.Kind) {
	t.book.BeginDecision()
	actions := t.agent.decide(ctx, why)
	for n, a := range actions {
		if err := t.book.Check(a); err != nil {
			t.kernel.fail(&PolicyError{t.name, t.kernel.now(), fmt.Errorf("action %d of %d is illegal: %w", n+1, len(actions), err)})
			return
		}
		t.carryOut(ctx, a)
	}
}
