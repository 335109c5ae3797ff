package actors

import (
	"fmt"
	"math"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/scheduler"
)

// agent is a policy with its view, and with when it decides. It knows of the run what its view
// shows, by its own numbers, and nothing of the actors.
type agent struct {
	kernel   *kernel
	self     address // of the actor that gets its events
	policy   scheduler.Policy
	listener scheduler.Listener // the policy, if it is one
	view     *scheduler.View
	journal  journal.Writer

	decided  clock.Time // the instant of the last decision
	expected clock.Time // an instant at which a decision is scheduled
	retry    clock.Key  // the call after a refusal
	calling  bool       // within the policy, so that a panic there is the policy's
}

// The kinds of event of an agent: why its policy is called.
const (
	onNews clock.Kind = iota
	onWake
	onRetry
)

// RetryAfter is when a policy is called again after a refusal, unless it decides before
// for another reason: a refused request takes a while to come back.
const RetryAfter = time.Minute

// PolicyError says that a policy failed its run: it asked for something illegal, it
// panicked, or it could not be closed.
type PolicyError struct {
	Policy string
	At     clock.Time
	Err    error
}

func (e *PolicyError) Error() string {
	return fmt.Sprintf("policy %s at %v: %v", e.Policy, e.At, e.Err)
}

func (e *PolicyError) Unwrap() error { return e.Err }

func newAgent(k *kernel, self address, p scheduler.Policy, v *scheduler.View, w journal.Writer) *agent {
	a := &agent{kernel: k, self: self, policy: p, view: v, journal: w, decided: -1, expected: -1}
	a.listener, _ = p.(scheduler.Listener)
	return a
}

// hear folds news into the view, and plans a decision on it if it is to be decided on.
func (a *agent) hear(ctx actor.Context, n *scheduler.News) {
	a.view.Apply(n)
	if a.listener != nil {
		a.passOn(n)
	}
	switch {
	case !n.Listed():
	case n.Kind == scheduler.Refused:
		a.planRetry(ctx)
	default:
		a.expect(ctx, a.kernel.now(), onNews)
	}
}

// passOn has the policy hear news.
func (a *agent) passOn(n *scheduler.News) {
	a.calling = true
	a.listener.Hear(*n)
	a.calling = false
}

// expect plans a decision at an instant, or at the next nanosecond if the policy has decided at
// that one.
func (a *agent) expect(ctx actor.Context, at clock.Time, why clock.Kind) {
	if at == a.decided {
		at++
	}
	if at == a.expected {
		return
	}
	a.expected = at
	a.kernel.schedule(ctx, at, clock.Decide, why, a.self, 0)
}

func (a *agent) planRetry(ctx actor.Context) {
	if a.retry == (clock.Key{}) {
		a.retry = a.kernel.schedule(ctx, a.kernel.now().Add(RetryAfter), clock.Decide, onRetry, a.self, 0)
	}
}

// decide calls the policy and returns its actions; none if it has decided at this instant.
func (a *agent) decide(ctx actor.Context, why clock.Kind) []scheduler.Action {
	now := a.kernel.now()
	if now == a.decided {
		return nil
	}
	a.decided, a.view.Now = now, now
	if a.retry != (clock.Key{}) {
		a.kernel.cancel(ctx, a.retry)
		a.retry = clock.Key{}
	}
	a.calling = true
	actions := a.policy.Decide(a.view)
	a.calling = false
	a.record(why, actions)
	a.view.News = a.view.News[:0]
	return actions
}

// record writes to the journal that the policy, called for why, decided on actions. If they
// do nothing there is nothing to write.
func (a *agent) record(why clock.Kind, actions []scheduler.Action) {
	done := 0
	for i := range actions {
		done += countOf(&actions[i])
	}
	if done == 0 {
		return
	}
	e := journal.New(journal.Decide, a.kernel.now())
	e.Because, e.Count, e.Pending = because(why, a.view.News), int32(min(done, math.MaxInt32)), int32(a.view.Waiting())
	pools := a.view.Pools
	for i := range actions {
		if act := &actions[i]; launches(act) && act.Count > 0 && act.Pool >= 0 && int(act.Pool) < len(pools) {
			e.Pool, e.Purchase, e.Price = act.Pool, act.Purchase, pools[act.Pool].OnDemand
			if act.Purchase == cloud.Spot {
				e.Price = pools[act.Pool].Spot
			}
			break
		}
	}
	a.journal.Record(e)
}

func launches(a *scheduler.Action) bool {
	return a.Verb == scheduler.VerbLaunch || a.Verb == scheduler.VerbLaunchReplica
}

// countOf returns how many things a does.
func countOf(a *scheduler.Action) int {
	switch {
	case launches(a):
		return max(a.Count, 0)
	case a.Verb == scheduler.VerbWake:
		return 0
	}
	return 1
}

// because returns what made a policy decide that was called for why. The bits of news are
// in the order of scheduler.NewsKind.
func because(why clock.Kind, news []scheduler.News) (b journal.Because) {
	for i := range news {
		b |= 1 << news[i].Kind
	}
	switch why {
	case onWake:
		b |= journal.Woken
	case onRetry:
		b |= journal.Retried
	}
	return b
}
