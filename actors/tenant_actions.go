package actors

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/scheduler"
)

// carryOut does what the agent decided, by the run's ids.
func (t *tenant) carryOut(ctx actor.Context, a scheduler.Action) {
	switch a.Verb {
	case scheduler.VerbLaunch:
		for range a.Count {
			t.launch(ctx, a.Pool, launch{instance: t.view.NextInstance(), count: 1, purchase: a.Purchase, task: a.Task})
		}
	case scheduler.VerbLaunchReplica:
		for range a.Count {
			t.launch(ctx, a.Pool, launch{
				instance: t.view.NextInstance(), count: t.gang, purchase: a.Purchase, task: cloud.None, replica: t.view.NextReplica(),
			})
		}
	case scheduler.VerbAssign:
		n := t.ofInstance(scheduler.Assigned, a.Instance)
		n.Task = a.Task
		t.say(ctx, n)
		post(ctx, t.instances[t.view.Instance(a.Instance).Pool], &t.kernel.recyclers.assign, assign{a.Task, a.Instance})
	case scheduler.VerbTerminate:
		t.say(ctx, t.ofInstance(scheduler.Terminated, a.Instance))
		t.terminate(ctx, t.view.Instance(a.Instance).Pool, a.Instance)
	case scheduler.VerbTerminateReplica:
		t.say(ctx, t.ofInstance(scheduler.Terminated, t.view.Replica(a.Replica).First))
		t.disband(ctx, a.Replica, cloud.None)
	case scheduler.VerbWake:
		t.agent.expect(ctx, a.At, onWake)
	case scheduler.VerbTurn:
		e := journal.New(journal.Turn, t.kernel.now())
		e.Pool = a.Pool
		t.journal.Record(e)
	}
}

// launch asks the market of a pool for the instances of l, whose luck it chooses, unless the
// tenant may not hold as many.
func (t *tenant) launch(ctx actor.Context, pool cloud.PoolID, l launch) {
	over := t.view.Free() < int(l.count)
	n := t.kernel.news(scheduler.Requested)
	n.Pool, n.Purchase, n.Instance, n.Count, n.Task, n.Replica = pool, l.purchase, l.instance, l.count, l.task, l.replica
	t.say(ctx, n)
	if over {
		t.refuse(ctx, l.instance)
		return
	}
	l.place, l.turn = t.luck(&l)
	post(ctx, t.markets[pool], &t.kernel.recyclers.launch, l)
}

// refuse refuses a request beyond the tenant's limit, by its first instance.
func (t *tenant) refuse(ctx actor.Context, id cloud.InstanceID) {
	n := t.ofInstance(scheduler.Refused, id)
	n.Reason = journal.OverLimit
	e := journal.New(journal.Refuse, t.kernel.now())
	e.Reason, e.Purchase, e.Pool, e.Instance, e.Task, e.Replica = n.Reason, n.Purchase, n.Pool, n.Instance, n.Task, n.Replica
	t.journal.Record(e)
	t.say(ctx, n)
}

// luck returns the place of a launch in the table of luck: the n-th launch for a task has
// the same place under every policy, and so has the n-th instance for none.
func (t *tenant) luck(l *launch) (place, turn uint64) {
	if l.task != cloud.None {
		return uint64(l.task) + 1, uint64(t.view.Task(l.task).Launches)
	}
	turn = t.unbound + 1
	t.unbound += uint64(l.count)
	return 0, turn
}

// disband terminates the instances of a replica, but for one that has ended already.
func (t *tenant) disband(ctx actor.Context, id cloud.ReplicaID, ended cloud.InstanceID) {
	r := t.view.Replica(id)
	for i := range r.Instances() {
		if i != ended {
			t.terminate(ctx, r.Pool, i)
		}
	}
}

func (t *tenant) terminate(ctx actor.Context, pool cloud.PoolID, id cloud.InstanceID) {
	post(ctx, t.markets[pool], &t.kernel.recyclers.terminate, terminate{id})
}
