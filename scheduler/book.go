package scheduler

import (
	"errors"
	"fmt"

	"github.com/bobby-math/tessera/cloud"
)

// Book says what is legal for an agent with a View that is up to date: the pure part of what
// its tenant does.
type Book struct {
	view *View
	// asked is the first instance requested in the present decision. Whether it is granted
	// shows only after it.
	asked cloud.InstanceID
}

// NewBook returns the book behind v.
func NewBook(v *View) *Book { return &Book{view: v} }

// BeginDecision notes that the policy is about to decide.
func (b *Book) BeginDecision() { b.asked = b.view.NextInstance() }

// Check returns why a is illegal now, or nil. A legal launch can still be refused.
func (b *Book) Check(a Action) error {
	verb, problem := "", error(nil)
	switch a.Verb {
	case VerbLaunch, VerbLaunchReplica:
		verb, problem = "launch", b.checkLaunch(a)
	case VerbAssign:
		verb, problem = "assign", b.checkAssign(a)
	case VerbTerminate:
		verb, problem = "terminate", b.checkInstance(a.Instance)
	case VerbTerminateReplica:
		verb, problem = "terminate", b.checkReplica(a.Replica)
	case VerbWake:
		if a.At <= b.view.Now {
			return fmt.Errorf("wake: %v is not after now, %v", a.At, b.view.Now)
		}
	case VerbTurn:
		verb, problem = "turn", b.checkPool(a.Pool)
	case VerbIllegal:
		return a.Err
	default:
		return fmt.Errorf("unknown verb %d", a.Verb)
	}
	if problem != nil {
		return fmt.Errorf("%s: %w", verb, problem)
	}
	return nil
}

// maxLaunch bounds one action, so that a slip of a policy cannot fill the memory.
const maxLaunch = 1_000_000

func (b *Book) checkLaunch(a Action) error {
	switch err := b.checkPool(a.Pool); {
	case a.Verb == VerbLaunchReplica && b.view.gang == 0:
		return errors.New("there is no service to launch a replica of")
	case err != nil:
		return err
	case a.Count < 0 || a.Count > maxLaunch:
		return fmt.Errorf("count %d is not in [0, %d]", a.Count, maxLaunch)
	case a.Purchase > cloud.Spot:
		return fmt.Errorf("purchase %d is neither spot nor on-demand", a.Purchase)
	case a.Verb == VerbLaunchReplica || a.Task == cloud.None:
		return nil
	case a.Count != 1:
		return fmt.Errorf("count %d for task %d must be 1", a.Count, a.Task)
	}
	return b.checkPending(a.Task)
}

func (b *Book) checkAssign(a Action) error {
	if err := b.checkInstance(a.Instance); err != nil {
		return err
	}
	if t := b.view.Instance(a.Instance).Task; t != cloud.None {
		return fmt.Errorf("instance %d already has task %d", a.Instance, t)
	}
	return b.checkPending(a.Task)
}

func (b *Book) checkPool(id cloud.PoolID) error {
	if id < 0 || int(id) >= len(b.view.Pools) {
		return fmt.Errorf("pool %d is not in [0, %d)", id, len(b.view.Pools))
	}
	return nil
}

func (b *Book) checkPending(id cloud.TaskID) error {
	switch {
	case id < 0 || int(id) >= len(b.view.tasks):
		return fmt.Errorf("there is no task %d", id)
	case b.view.Task(id).State != Pending:
		return fmt.Errorf("task %d is not pending", id)
	}
	return nil
}

// checkInstance checks an instance that is to be assigned or terminated.
func (b *Book) checkInstance(id cloud.InstanceID) error {
	if id < 0 || int(id) >= len(b.view.instances) {
		return fmt.Errorf("there is no instance %d", id)
	}
	switch i := b.view.Instance(id); {
	case id >= b.asked:
		return fmt.Errorf("instance %d is asked for in this very decision", id)
	case i.State == Ended:
		return fmt.Errorf("instance %d has ended", id)
	case i.Replica != cloud.NoReplica:
		return fmt.Errorf("instance %d is of replica %d, which ends as a whole", id, i.Replica)
	}
	return nil
}

func (b *Book) checkReplica(id cloud.ReplicaID) error {
	switch {
	case id <= cloud.NoReplica || int(id) >= len(b.view.replicas):
		return fmt.Errorf("there is no replica %d", id)
	case b.view.Replica(id).First >= b.asked:
		return fmt.Errorf("replica %d is asked for in this very decision", id)
	case b.view.Replica(id).State == Gone:
		return fmt.Errorf("replica %d is gone", id)
	}
	return nil
}
