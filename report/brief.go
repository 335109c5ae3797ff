package report

import (
	"fmt"
	"io"
)

// Brief writes the three lines about one result that are read while the others run.
func Brief(w io.Writer, r Result) error {
	if r.Availability != nil {
		_, err := fmt.Fprintf(w, "  Cost: $%.2f\n  Available: %s\n  Preemptions: %d\n", r.TotalCost, Percent(*r.Availability), r.TotalPreemptions)
		return err
	}
	mean := "none completed"
	if r.AvgCompletion != nil {
		mean = fmt.Sprintf("%.1fh", *r.AvgCompletion)
	}
	_, err := fmt.Fprintf(w, "  Cost: $%.2f\n  Avg completion: %s\n  Preemptions: %d\n", r.TotalCost, mean, r.TotalPreemptions)
	return err
}
