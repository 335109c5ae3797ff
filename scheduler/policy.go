// Package scheduler is where policies live: what they see, what they may do, and the
// policies themselves, a file for each idea.
//
// The one idea to hold: a policy is state in, actions out. It sees a View, which shows
// what a tenant of the cloud could see and nothing of the future, and returns Actions.
// Cost and progress are kept by the engine, where no policy can touch them.
package scheduler

import (
	"errors"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// Policy decides what to rent and what to run on it.
type Policy interface {
	// Decide is called at most once an instant: when something in the view has changed,
	// or at an instant the policy asked for with Wake. The actions are carried out in
	// order. The returned slice is read before the next call and may be reused.
	Decide(v *View) []Action
}

// Action is one thing a policy wants done. Use the constructors.
type Action struct {
	Verb     Verb
	Pool     cloud.PoolID
	Purchase cloud.Purchase
	Count    int
	Task     cloud.TaskID
	Instance cloud.InstanceID
	Replica  cloud.ReplicaID
	At       clock.Time
	Err      error
}

// Verb tells what an Action does: what the constructor of its name says.
type Verb uint8

// The verbs. The first is that of Launch and LaunchFor.
const (
	VerbLaunch Verb = iota
	VerbAssign
	VerbTerminate
	VerbWake
	VerbTurn
	VerbLaunchReplica
	VerbTerminateReplica
	VerbIllegal
)

// Launch asks for count instances. What is refused comes back in the view; the policy is
// called again a minute later. An instance can be used from the next decision on.
func Launch(pool cloud.PoolID, purchase cloud.Purchase, count int) Action {
	return Action{Verb: VerbLaunch, Pool: pool, Purchase: purchase, Count: count, Task: cloud.None}
}

// LaunchFor asks for one instance and places a pending task on it: the task starts as
// soon as the instance is ready.
func LaunchFor(task cloud.TaskID, pool cloud.PoolID, purchase cloud.Purchase) Action {
	return Action{Verb: VerbLaunch, Pool: pool, Purchase: purchase, Count: 1, Task: task}
}

// Assign places a pending task on an instance with no task.
func Assign(task cloud.TaskID, instance cloud.InstanceID) Action {
	return Action{Verb: VerbAssign, Task: task, Instance: instance}
}

// Terminate gives an instance back. A task on it is interrupted.
func Terminate(instance cloud.InstanceID) Action {
	return Action{Verb: VerbTerminate, Instance: instance}
}

// Wake asks for another call at an instant, which must lie in the future.
func Wake(at clock.Time) Action { return Action{Verb: VerbWake, At: at} }

// Turn notes in the journal that the policy will look for its next instance in pool. It
// changes nothing else.
func Turn(pool cloud.PoolID) Action { return Action{Verb: VerbTurn, Pool: pool} }

// LaunchReplica asks for count replicas of the service. Each serves as soon as all its instances
// run and it has loaded; if one of its instances is refused or lost, it is gone.
func LaunchReplica(pool cloud.PoolID, purchase cloud.Purchase, count int) Action {
	return Action{Verb: VerbLaunchReplica, Pool: pool, Purchase: purchase, Count: count}
}

// TerminateReplica gives all instances of a replica back.
func TerminateReplica(replica cloud.ReplicaID) Action {
	return Action{Verb: VerbTerminateReplica, Replica: replica}
}

// Illegal says that the policy wants something that cannot be said as an action: the run
// fails as it does on any illegal action, with err, which names the value.
func Illegal(err error) Action { return Action{Verb: VerbIllegal, Err: err} }

// Both lets one policy rent for the tasks and another for the service of one tenant. What
// the second does comes after what the first does.
func Both(tasks, service Policy) Policy { return &both{parts: [2]Policy{tasks, service}} }

// Close closes both.
func (b *both) Close() error { return errors.Join(Close(b.parts[0]), Close(b.parts[1])) }

type both struct {
	parts   [2]Policy
	actions []Action
}

func (b *both) Decide(v *View) []Action {
	b.actions = b.actions[:0]
	for _, p := range b.parts {
		b.actions = append(b.actions, p.Decide(v)...)
	}
	return b.actions
}
