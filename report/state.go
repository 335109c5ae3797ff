package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/replay"
)

// mostRows bounds each list of a state.
const mostRows = 40

// State writes the state of a run at an instant, and why its policy last acted.
func State(w io.Writer, title string, names Names, s *replay.State) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s\n", title, hour(s.At))
	if s.Over {
		b.WriteString("  The run is over.\n")
	}
	writeWhy(&b, names, s)
	writeTotals(&b, s)
	for _, rows := range [][][]string{poolRows(s), instanceRows(names, s)} {
		if len(rows) > 1 {
			b.WriteString("\n")
			if err := Align(&b, 1, rows[:min(len(rows), mostRows+1)]); err != nil {
				return err
			}
		}
		if more := len(rows) - 1 - mostRows; more > 0 {
			fmt.Fprintf(&b, "and %d more\n", more)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeWhy(b *strings.Builder, names Names, s *replay.State) {
	if d := s.Decision; d == nil {
		b.WriteString("  The policy has not acted yet.\n")
	} else {
		fmt.Fprintf(b, "  The policy last acted at %s, with %d tasks pending, because: %s.\n", hour(d.At), d.Pending, because(d.Entry))
		for _, e := range d.Followed[:min(len(d.Followed), mostRows)] {
			fmt.Fprintf(b, "    %s\n", sentence(e, names))
		}
		if more := len(d.Followed) - mostRows; more > 0 {
			fmt.Fprintf(b, "    and %d more\n", more)
		}
	}
	if s.Next != nil {
		fmt.Fprintf(b, "  Next, at %s: %s.\n", hour(s.Next.At), sentence(*s.Next, names))
	}
}

func writeTotals(b *strings.Builder, s *replay.State) {
	running := s.Running()
	fmt.Fprintf(b, "  Cost so far: %v, of which %v is billed and %v running up.\n", s.Billed+s.Egress+running, s.Billed+s.Egress, running)
	fmt.Fprintf(b, "  Tasks: %d done, %d working, %d placed, %d pending.\n",
		s.Count(replay.Done), s.Count(replay.Working), s.Count(replay.Placed), s.Count(replay.Pending))
	if v := s.Service; v != (replay.Service{}) {
		fmt.Fprintf(b, "  Service: %d of %d replicas ready, %d requests in flight, %d answered, %d failed.\n",
			v.Ready, v.Wanted, v.InFlight(), v.Answered, v.Failed)
	}
}

func poolRows(s *replay.State) [][]string {
	rows := [][]string{{"Pool", "Spot price", "Spot capacity", "Spot held", "On-demand held"}}
	held := make([][2]int, len(s.Pools))
	for _, i := range s.Instances() {
		held[i.Pool][i.Purchase]++
	}
	for n, p := range s.Pools {
		capacity := fmt.Sprint(p.Capacity)
		if p.Capacity == replay.Unlimited {
			capacity = "no limit"
		}
		rows = append(rows, []string{p.Name.String(), p.Spot.String(), capacity, fmt.Sprint(held[n][cloud.Spot]), fmt.Sprint(held[n][cloud.OnDemand])})
	}
	return rows
}

func instanceRows(names Names, s *replay.State) [][]string {
	rows := [][]string{{"Instance", "Pool", "Bought", "Launched", "State", "Work", "Done", "Cost"}}
	for _, i := range s.Instances() {
		work, done := "-", "-"
		switch {
		case i.Replica != cloud.NoReplica:
			work = fmt.Sprintf("replica %d", i.Replica)
		case i.Task != cloud.None:
			t := &s.Tasks[i.Task]
			work = "task " + names.Task(i.Task)
			done = fmt.Sprintf("%.2f of %.2f h", t.Progress(s.At).Hours(), t.Work.Hours())
		}
		rows = append(rows, []string{
			fmt.Sprint(i.ID), s.Pools[i.Pool].Name.String(), i.Purchase.String(), hour(i.Launched), standing(i), work, done, s.Cost(i).String(),
		})
	}
	return rows
}

func standing(i *replay.Instance) string {
	switch {
	case i.PreemptedAt != clock.Never:
		return "preempted at " + hour(i.PreemptedAt)
	case i.Ready == clock.Never:
		return "provisioning"
	case i.AtRisk:
		return "running, at risk"
	}
	return "running"
}

func hour(at clock.Time) string { return fmt.Sprintf("%.4f h", at.Hours()) }

// sentence says what happened, without the instant.
func sentence(e journal.Entry, names Names) string {
	name := e.Kind.String()
	words := []string{strings.ToUpper(name[:1]) + name[1:]}
	say := func(format string, args ...any) { words = append(words, fmt.Sprintf(format, args...)) }
	switch e.Kind {
	case journal.Start, journal.Complete, journal.Interrupt: // their entries do not say how it was bought
		say("task %s on instance %d", names.Task(e.Task), e.Instance)
	case journal.Request, journal.Respond, journal.Retry, journal.Fail:
		say("%d", e.Task)
	default:
		if e.Instance != cloud.None {
			say("%v instance %d", e.Purchase, e.Instance)
		}
		if e.Task != cloud.None {
			say("task %s", names.Task(e.Task))
		}
	}
	if e.Replica != cloud.NoReplica {
		say("replica %d", e.Replica)
	}
	if e.Pool != cloud.None {
		say("in %v", names.Pools[e.Pool].Name)
	}
	fields := e.Kind.Fields()
	for i := range fields {
		if f := &fields[i]; f.Phrase != "" {
			say(f.Phrase, amount(f, &e))
		}
	}
	return strings.Join(words, " ")
}

// amount writes the value of a field with its unit, for people.
func amount(f *journal.Field, e *journal.Entry) string {
	switch f.Unit {
	case journal.Word:
		return cmp.Or(f.Word(e), "no news")
	case journal.USD:
		return cloud.Money(f.Number(e)).String()
	case journal.USDPerHour:
		return cloud.Price(f.Number(e)).String()
	case journal.Count:
		return fmt.Sprint(f.Number(e))
	}
	return fmt.Sprintf("%.2f %v", f.Amount(e), f.Unit)
}
