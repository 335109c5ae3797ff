package report

import (
	"fmt"
	"io"
)

// Brief writes three lines about one result, to be read while the other policies run.
func Brief(w io.Writer, r Result) error {
	what, how := "Avg completion", "none completed"
	switch {
	case r.Availability != nil:
		what, how = "Available", Percent(*r.Availability)
	case r.SpotTicks != nil:
		what, how = "Finish", "not done"
		if r.Finish != nil {
			how = fmt.Sprintf("%.2fh", *r.Finish)
		}
	case r.AvgCompletion != nil:
		how = fmt.Sprintf("%.1fh", *r.AvgCompletion)
	}
	_, err := fmt.Fprintf(w, "  Cost: $%.2f\n  %s: %s\n  Preemptions: %d\n", r.TotalCost, what, how, r.TotalPreemptions)
	return err
}
