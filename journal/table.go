package journal

import (
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// The values of an entry, in the order of the columns of a table of entries. All entries
// have At and Kind besides.
var (
	pool     = number("pool", PoolName, cloud.None, "zone and instance type", func(e *Entry) int64 { return int64(e.Pool) })
	instance = number("instance", Count, cloud.None, "number of the instance in its run", func(e *Entry) int64 { return int64(e.Instance) })
	task     = number("task", Count, cloud.None, "number of the task, in order of arrival; in the events of a request that of the request", func(e *Entry) int64 { return int64(e.Task) })
	purchase = word("purchase", "`spot` or `on-demand`: how the instance is bought", func(e *Entry) string { return e.Purchase.String() })
	price    = number("price_usd_per_h", USDPerHour, 0, "new spot price, or price at a launch", func(e *Entry) int64 { return int64(e.Price) })
	cost     = number("cost_usd", USD, 0, "whole bill of an instance that ended, or egress of a start", func(e *Entry) int64 { return int64(e.Cost) })
	span     = number("span_ns", Nanoseconds, 0, "length of time: work, overhead, lead, running time, loss or latency", func(e *Entry) int64 { return int64(e.Span) })
	count    = number("count", Count, 0, "spot capacity of the pool, actions of a decision, replicas wanted, or requests lost", func(e *Entry) int64 { return int64(e.Count) })
	pending  = number("tasks_pending", Count, 0, "tasks that wait when the policy decides", func(e *Entry) int64 { return int64(e.Pending) })
	reason   = word("reason", "why an instance was refused or a request failed", func(e *Entry) string { return e.Reason.String() })
	because  = word("because", "what the policy learned since its last decision", func(e *Entry) string { return e.Because.String() })
	replica  = number("replica", Count, int64(cloud.NoReplica), "number of the replica in its run", func(e *Entry) int64 { return int64(e.Replica) })
	deadline = number("deadline_ns", Nanoseconds, int64(clock.Never), "when a task should be done, since the run began", func(e *Entry) int64 { return int64(e.Deadline) })
)

// row is what is said of a kind.
type row struct {
	name, doc string
	fields    []Field
}

// table has a row for each kind, with its fields in the order in which events show them. It
// is the one place that says which fields of Entry mean something, and how they are called:
// JSON events, Parquet events, timelines, sentences and docs/events.md are made from it.
var table = [kinds]row{
	Price:    {"price", "the spot price of the pool from now on", []Field{pool, price.said("at %s")}},
	Capacity: {"capacity", "how many spot instances the pool can hold from now on", []Field{pool, count.as("capacity", Count).said("%s")}},
	Arrive:   {"arrive", "the task arrived", []Field{aTask, span.as("work_h", Hours), deadline.as("deadline_h", Hours).when(IfAny)}},
	Launch: {"launch", "the instance was granted, for a task or a replica or neither",
		[]Field{pool, instance, replica.when(IfAny), aTask.when(IfAny), purchase, price.said("at %s")}},
	Refuse: {"refuse", "the instance was asked for and not granted",
		[]Field{pool, instance, replica.when(IfAny), aTask.when(IfAny), purchase, reason.said("(%s)")}},
	Ready: {"ready", "the instance runs from now on", []Field{pool, instance}},
	Start: {"start", "the task works on the instance from now on, after the overhead of a restart; egress is the cost of moving its state to the pool",
		[]Field{pool, instance, aTask, span.as("overhead_h", Hours), cost.as("egress_usd", USD).when(UnlessZero)}},
	Complete:  {"complete", "the task is done", []Field{instance, aTask}},
	Notice:    {"notice", "the instance will be preempted after the lead, as the policy learns now", []Field{pool, instance, span.as("lead_h", Hours)}},
	Preempt:   {"preempt", "the provider took the instance after it ran so long; the cost is its whole bill", ended},
	Terminate: {"terminate", "the policy gave the instance back; the same fields", ended},
	Close:     {"close", "the run ended and the instance was alive; the same fields", ended},
	Interrupt: {"interrupt", "the task lost its instance and its work since the last checkpoint; it waits again",
		[]Field{instance, aTask, span.as("lost_h", Hours).said("losing %s")}},
	Turn: {"turn", "the policy turned to the pool, to look for its next instance there", []Field{pool}},
	Decide: {"decide", "the policy acted, with so many actions: instances or replicas to launch or to give back, tasks to assign, turns; " +
		"what becomes of them follows. With what it learned since its last decision, how many tasks wait, and what it launches first. " +
		"A decision without an action is not recorded",
		[]Field{pool.when(IfLaunch), because.said("because: %s"), count.as("actions", Count), pending, purchase.when(IfLaunch), price.when(IfLaunch)}},
	Unfinished: {"unfinished", "the run ended and so much work of the task was left", []Field{aTask, span.as("left_h", Hours)}},
	Stall:      {"stall", "nothing could happen any more while tasks waited", nil},
	End:        {"end", "the run is over", nil},

	Target:    {"target", "the service wants so many replicas ready from now on", []Field{count.as("wanted", Count).said("%s")}},
	Serve:     {"serve", "the replica answers requests from now on, so long after its launch", []Field{pool, replica, span.as("cold_start_s", Seconds)}},
	Down:      {"down", "the replica, which served, does so no more, and so many requests lost it", []Field{pool, replica, count.as("requests_lost", Count)}},
	Request:   {"request", "the request arrived", []Field{aRequest}},
	Respond:   {"respond", "the replica answered the request, so long after its arrival", []Field{pool, replica, aRequest, span.as("latency_s", Seconds)}},
	Retry:     {"retry", "the request lost its replica, so long after it was sent there, and is sent again", []Field{replica, aRequest, span.as("lost_s", Seconds)}},
	Fail:      {"fail", "the request failed, so long after its arrival", []Field{aRequest, reason.said("(%s)"), span.as("after_s", Seconds)}},
	Rebalance: {"rebalance", "the policy is recommended to replace the instance, which will be preempted after the lead", []Field{pool, instance, span.as("lead_s", Seconds)}},
}

var (
	aTask    = task.as("task", TaskName)
	aRequest = task.as("request", Count)
	ended    = []Field{pool, instance, purchase, span.as("ran_h", Hours), cost.said("for %s")}
)

var values []*Value

// number adds a value to Values.
func number(column string, unit Unit, none int64, doc string, of func(*Entry) int64) Field {
	v := &Value{Column: column, Unit: unit, Doc: doc, number: of, none: none}
	values = append(values, v)
	return Field{Value: v, Key: column, Unit: unit}
}

// word adds a value that is a Word to Values.
func word(column, doc string, of func(*Entry) string) Field {
	f := number(column, Word, 0, doc, func(*Entry) int64 { return 0 })
	f.word = of
	return f
}

// Values returns the values of an entry: the columns of a table of entries, in order.
func Values() []*Value { return values }

// Kinds returns all kinds.
func Kinds() []Kind {
	all := make([]Kind, kinds)
	for k := range all {
		all[k] = Kind(k)
	}
	return all
}

// String is the name of the kind.
func (k Kind) String() string { return table[k].name }

// Doc says what happened, in the terms of the fields.
func (k Kind) Doc() string { return table[k].doc }

// Fields are those of the kind, in the order in which events show them. They are not to be
// changed.
func (k Kind) Fields() []Field { return table[k].fields }
