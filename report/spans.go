package report

import (
	"fmt"
	"io"
	"slices"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
)

// Spans takes from the journal of a run when each instance ran. One that the provider takes
// once all tasks are done is not preempted.
type Spans struct {
	spans []span
	open  int        // tasks that are not done
	done  clock.Time // of the last task; 0 if none is
}

type span struct {
	from, to  clock.Time
	pool      cloud.PoolID
	purchase  cloud.Purchase
	preempted bool
}

// Record takes the next entry.
func (s *Spans) Record(e journal.Entry) {
	switch e.Kind {
	case journal.Arrive:
		s.open++
	case journal.Complete:
		s.done = e.At
		s.open--
	case journal.Preempt, journal.Terminate, journal.Close:
		s.spans = append(s.spans, span{e.At.Add(-e.Span), e.At, e.Pool, e.Purchase, e.Kind == journal.Preempt && s.open > 0})
	}
}

// Print writes a line for each instance, in the order in which they began to run, and where
// it ran if there is a choice.
func (s *Spans) Print(w io.Writer, policy string, pools []market.Pool) error {
	slices.SortStableFunc(s.spans, func(a, b span) int { return int(a.from - b.from) })
	_, err := fmt.Fprintf(w, "\n%s\n", policy)
	for _, one := range s.spans {
		how := one.purchase.String()
		if len(pools) > 1 {
			how += " in " + pools[one.pool].Name.String()
		}
		if one.preempted {
			how += "  preempted"
		}
		fmt.Fprintf(w, "  %7.2f h  to %7.2f h  %s\n", one.from.Hours(), one.to.Hours(), how)
	}
	if s.done > 0 && !slices.ContainsFunc(s.spans, func(one span) bool { return one.to > s.done }) {
		_, err = fmt.Fprintf(w, "  %7.2f h  done\n", s.done.Hours())
	}
	return err
}
