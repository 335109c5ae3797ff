// Package report puts results into a form for people and programs: text, a table, JSON.
//
// The one idea to hold: a report is made of summaries and journals and of nothing else, so
// it says the same whenever it is made.
package report

import (
	"fmt"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scheduler"
)

// Result is the outcome of one policy.
type Result struct {
	// PolicyName is the policy in prose, as "Greedy"; with the parameters that are not
	// the default.
	PolicyName string `json:"policy_name"`
	// Policy is the policy with all its parameters, as users type it.
	Policy      string `json:"policy"`
	Clairvoyant bool   `json:"clairvoyant"`
	metrics.Summary
	// Stall says who waits for what when nothing could happen any more; else empty.
	Stall string `json:"stall,omitempty"`
}

// NewResult sums up the run of a policy from what was collected of it.
func NewResult(policy scheduler.Spec, names Names, c *metrics.Collector) Result {
	r := OfRun(policy, c.Summary())
	if r.StalledAt != nil {
		r.Stall = stall(c, r.Summary, names)
	}
	return r
}

// OfRun returns the result of a run of which the summary is known.
func OfRun(policy scheduler.Spec, s metrics.Summary) Result {
	return Result{PolicyName: Title(policy), Policy: policy.String(), Clairvoyant: policy.Entry.Clairvoyant, Summary: s}
}

// Label is the name of the policy, marked if it knows the future.
func (r Result) Label() string {
	if r.Clairvoyant {
		return r.PolicyName + " (clairvoyant)"
	}
	return r.PolicyName
}

// Title returns the name of a policy in prose, with the parameters that are not the
// default.
func Title(policy scheduler.Spec) string {
	title := policy.Entry.Title
	for _, p := range policy.Entry.Params {
		if v := p.Text(policy.Args[p.Name]); v != p.Text(p.Default) {
			title += " " + p.Name + "=" + v
		}
	}
	return title
}

func stall(c *metrics.Collector, s metrics.Summary, names Names) string {
	first := c.Waiting()[0]
	text := fmt.Sprintf("nothing can happen any more after %.2f h: %d of %d tasks wait, first task %s since %.2f h with %.2f h of work left; ",
		*s.StalledAt, s.UnfinishedTasks, s.TotalTasks, names.Task(first.Task), first.Arrival.Hours(), first.Left.Hours())
	if refusal, ok := c.LastRefusal(); ok {
		return text + fmt.Sprintf("the last launch, in %v, was refused: %v", names.Pools[refusal.Pool].Name, refusal.Reason)
	}
	text += "the policy asks for no instance"
	for i, p := range names.Pools {
		if bid := p.Preemption.MaxPrice(); bid > 0 && c.SpotPrice(cloud.PoolID(i)) > bid {
			text += fmt.Sprintf("; spot in %v is at %v, above the bid of %v", p.Name, c.SpotPrice(cloud.PoolID(i)), bid)
		}
	}
	return text
}

// Names gives back what is behind the numbers of a journal.
type Names struct {
	Pools []market.Pool
	// Tasks are the names in the user's file, or nil.
	Tasks []string
}

// Task returns the name of a task.
func (n Names) Task(id cloud.TaskID) string {
	if n.Tasks != nil {
		return n.Tasks[id]
	}
	return fmt.Sprint(id)
}
