package actors

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// taskManager owns the tasks: it lets them arrive, and keeps their progress.
type taskManager struct {
	kernel  *kernel
	self    address
	tasks   []workload.Task
	journal journal.Writer
	tenant  *actor.PID
	// drain ends the run as soon as every task is done.
	drain bool

	progress []progress // by task
	done     int
}

// progress is how far a task has come.
type progress struct {
	saved    time.Duration // what an interruption leaves standing
	working  clock.Time    // since when its present instance makes progress; may lie ahead
	complete clock.Key     // its completion, while it runs
	instance cloud.InstanceID
	state    taskState
	purchase cloud.Purchase // of its present or last instance
	pool     cloud.PoolID   // of the same
	home     cloud.PoolID   // where what is saved was done, if anything is
	freed    clock.Time     // when the tenant last terminated its instance
}

type taskState uint8

const (
	fresh   taskState = iota // never started
	waiting                  // started before, and interrupted
	running
	done
)

// The kinds of event of the task manager.
const (
	taskArrives clock.Kind = iota
	taskCompletes
)

func (t *taskManager) Receive(ctx actor.Context) {
	recyclers := &t.kernel.recyclers
	switch m := ctx.Message().(type) {
	case *actor.Started:
		t.progress = make([]progress, len(t.tasks))
		t.expect(ctx, 0)
		t.finishIfDrained(ctx)
	case *clock.Event:
		t.happen(ctx, m.Kind(), cloud.TaskID(m.Arg))
	case *start:
		t.start(ctx, recyclers.start.open(m))
	case *interrupt:
		t.interrupt(ctx, recyclers.interrupt.open(m))
	case *exhausted:
		recyclers.exhausted.open(m)
		t.stall(ctx)
	}
}

func (t *taskManager) happen(ctx actor.Context, kind clock.Kind, id cloud.TaskID) {
	switch kind {
	case taskArrives:
		t.arrive(ctx, id)
	case taskCompletes:
		t.complete(ctx, id)
	case closeRun:
		t.close()
	}
}

// expect schedules the arrival of task id. Only the next arrival is in the queue: the
// others would be dead weight in it.
func (t *taskManager) expect(ctx actor.Context, id cloud.TaskID) {
	if int(id) < len(t.tasks) {
		t.kernel.schedule(ctx, t.tasks[id].Arrival, clock.Arrival, taskArrives, t.self, int32(id))
	}
}

func (t *taskManager) arrive(ctx actor.Context, id cloud.TaskID) {
	task := &t.tasks[id]
	e := t.entry(journal.Arrive, id)
	e.Span, e.Deadline = task.Work, task.Deadline
	t.journal.Record(e)
	n := t.news(scheduler.Arrived, id)
	n.At, n.Work, n.Deadline = task.Arrival, task.Work, task.Deadline
	ctx.Send(t.tenant, n)
	t.expect(ctx, id+1)
}

func (t *taskManager) start(ctx actor.Context, m start) {
	task, p := &t.tasks[m.task], &t.progress[m.task]
	overhead, egress := t.overhead(task, p, m)
	p.state, p.instance, p.pool, p.purchase = running, m.instance, m.pool, m.purchase
	p.working = t.kernel.now().Add(overhead)
	p.complete = t.kernel.schedule(ctx, p.working.Add(task.Work-p.saved), clock.Work, taskCompletes, t.self, int32(m.task))
	e := t.entry(journal.Start, m.task)
	e.Instance, e.Pool, e.Span, e.Cost = m.instance, m.pool, overhead, egress
	t.journal.Record(e)
	n := t.news(scheduler.Started, m.task)
	n.Instance, n.Pool, n.Purchase, n.At = m.instance, m.pool, m.purchase, p.working
	ctx.Send(t.tenant, n)
}

// overhead returns how long a start makes no progress, and what it costs to bring the
// task's state there.
func (t *taskManager) overhead(task *workload.Task, p *progress, m start) (time.Duration, cloud.Money) {
	if p.state == fresh {
		return task.StartOverhead, 0
	}
	now := t.kernel.now()
	handedOn := p.freed == now && p.purchase == cloud.Spot && m.purchase == cloud.Spot
	if handedOn && task.Moves != nil && task.Moves.FreeSpotMoves {
		return max(p.working.Sub(now), 0), 0
	}
	from := cloud.PoolID(cloud.None)
	if p.saved > 0 {
		from = p.home
	}
	transfer, egress := task.Moves.Cost(from, m.pool)
	return task.RestartOverhead + transfer, egress
}

func (t *taskManager) complete(ctx actor.Context, id cloud.TaskID) {
	p := &t.progress[id]
	e := t.entry(journal.Complete, id)
	e.Instance = p.instance
	t.journal.Record(e)
	p.state = done
	t.done++
	ctx.Send(t.tenant, t.news(scheduler.Completed, id))
	t.finishIfDrained(ctx)
}

func (t *taskManager) finishIfDrained(ctx actor.Context) {
	if t.drain && t.done == len(t.tasks) {
		post(ctx, t.kernel.clock, &t.kernel.recyclers.finish, finish{t.kernel.now()})
	}
}

// interrupt interrupts the task of an instance that ended, unless it was done by then.
func (t *taskManager) interrupt(ctx actor.Context, m interrupt) {
	task, p := &t.tasks[m.task], &t.progress[m.task]
	if p.state == done {
		return
	}
	lost := time.Duration(0)
	if p.state == running {
		t.kernel.cancel(ctx, p.complete)
		reached := t.reached(p)
		saved := task.Checkpoint.Saved(reached)
		if saved > p.saved {
			p.home = p.pool
		}
		lost = reached - saved
		p.saved, p.state, p.freed = saved, waiting, clock.Never
		if !m.preempted {
			p.freed = t.kernel.now()
		}
	}
	e := t.entry(journal.Interrupt, m.task)
	e.Instance, e.Span = m.instance, lost
	t.journal.Record(e)
	n := t.news(scheduler.Interrupted, m.task)
	n.Work = p.saved
	ctx.Send(t.tenant, n)
}

// reached returns the progress of a running task.
func (t *taskManager) reached(p *progress) time.Duration {
	return p.saved + max(t.kernel.now().Sub(p.working), 0)
}

// stall notes that nothing can happen any more while tasks wait, and when the run has no
// other end it ends it.
func (t *taskManager) stall(ctx actor.Context) {
	if t.done == len(t.tasks) {
		return
	}
	t.journal.Record(journal.New(journal.Stall, t.kernel.now()))
	if t.drain {
		post(ctx, t.kernel.clock, &t.kernel.recyclers.finish, finish{t.kernel.now()})
	}
}

func (t *taskManager) close() {
	for id := range t.tasks {
		task, p := &t.tasks[id], &t.progress[id]
		if p.state == done || task.Arrival > t.kernel.now() {
			continue
		}
		left := task.Work - p.saved
		if p.state == running {
			left = task.Work - t.reached(p)
		}
		e := t.entry(journal.Unfinished, cloud.TaskID(id))
		e.Span = left
		t.journal.Record(e)
	}
	t.journal.Record(journal.New(journal.End, t.kernel.now()))
}

// entry returns an entry of a task, now.
func (t *taskManager) entry(kind journal.Kind, id cloud.TaskID) journal.Entry {
	e := journal.New(kind, t.kernel.now())
	e.Task = id
	return e
}

// news returns news of a task, now.
func (t *taskManager) news(kind scheduler.NewsKind, id cloud.TaskID) *scheduler.News {
	n := t.kernel.news(kind)
	n.Task = id
	return n
}
