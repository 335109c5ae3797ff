package report

import (
	"fmt"
	"io"
)

// Brief writes three lines about one result, to be read while the other policies run.
func Brief(w io.Writer, r Result) error {
	if r.Availability != nil {
		_, err := fmt.Fprintf(w, "  Cost: $%.2f\n  Available: %s\n  Preemptions: %d\n", r.TotalCost, Percent(*r.Availability), r.TotalPreemptions)
		return err
	}
	if r.FinishTick != nil {
		finish := "not done"
		if r.Finish != nil {
			finish = fmt.Sprintf("%.2fh", *r.Finish)
		}
		_, err := fmt.Fprintf(w, "  Cost: $%.2f\n  Finish: %s\n  Preemptions: %d\n", r.TotalCost, finish, r.TotalPreemptions)
		return err
	}
	mean := "none completed"
	if r.AvgCompletion != nil {
		mean = fmt.Sprintf("%.1fh", *r.AvgCompletion)
	}
	_, err := fmt.Fprintf(w, "  Cost: $%.2f\n  Avg completion: %s\n  Preemptions: %d\n", r.TotalCost, mean, r.TotalPreemptions)
	return err
}
