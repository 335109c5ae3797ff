package traces

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/input"
)

// eventLog is what the first line of a log is: "ms,add|remove,node" or "ms,count", as of
// Bamboo and Parcae, or "date, time, count", as of Bamboo's polls.
var eventLog = regexp.MustCompile(`^\s*(\d+[ \t]*,[ \t]*(add|remove)[ \t]*,[^,\n]*|\d+[ \t]*,[ \t]*\d+|` +
	`\d{4}-\d\d-\d\d[ \t]*,[ \t]*\d\d:\d\d:\d\d[ \t]*,[ \t]*\d+)[ \t\r]*(\n|$)`)

func init() {
	capacityFormats.register(format[*capacityIntake]{
		name:      "event-log",
		doc:       `lines "ms,add|remove,node", "ms,count" or "date, time, count"`,
		looksLike: eventLog.Match,
		read:      readEventLog,
	})
}

// readEventLog reads the lines of a log, all of one kind, into a series of changes. Lines
// may repeat a time, and go back in time: they are sorted then, and of several counts at
// one time that of the last line holds. A log of nodes begins at 0 ms with none.
func readEventLog(text []byte, in *capacityIntake) {
	log := eventLogReader{capacityIntake: in}
	for line := range bytes.Lines(text) {
		log.line++
		if trimmed := strings.TrimSpace(string(line)); trimmed != "" {
			log.read(strings.Split(trimmed, ","))
		}
	}
	if len(in.List) > 0 {
		return
	}
	if log.kind == nodeLine {
		log.counts = in.replay(log.events)
	}
	var start time.Time
	if log.kind == pollLine {
		start = sinceFirst(log.counts)
	}
	in.addChanges(start, log.counts, 0)
	in.warnOf(log.back, "goes back in time", "such lines", "the lines are sorted, and of several at one time the last holds")
}

// lineKind is what the lines of a log are.
type lineKind string

const (
	nodeLine  lineKind = "ms,add|remove,node"
	countLine lineKind = "ms,count"
	pollLine  lineKind = "date, time, count"
)

// kindOf returns the kind of a line, or "".
func kindOf(cells []string) lineKind {
	switch {
	case len(cells) == 3 && (cells[1] == "add" || cells[1] == "remove"):
		return nodeLine
	case len(cells) == 3:
		return pollLine
	case len(cells) == 2:
		return countLine
	}
	return ""
}

// eventLogReader gathers the lines of a log: events of one kind, counts of the others.
type eventLogReader struct {
	*capacityIntake
	kind   lineKind
	events []nodeEvent
	counts []stamped

	line   int
	latest time.Duration
	back   tally // lines earlier than latest
}

// read reads the cells of one line.
func (log *eventLogReader) read(cells []string) {
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	kind := kindOf(cells)
	if log.kind == "" {
		log.kind = kind
	}
	switch {
	case kind == "" || kind != log.kind:
		log.Problem(log.line, "%s is not %q", input.Quote(strings.Join(cells, ",")), log.kind)
	case kind == nodeLine:
		log.events = append(log.events, nodeEvent{log.time(parseMilliseconds(cells[0])), cells[2], cells[1] == "remove", log.line})
	case kind == countLine:
		log.counts = append(log.counts, stamped{log.time(parseMilliseconds(cells[0])), log.number(cells[1]), log.line})
	case kind == pollLine:
		log.counts = append(log.counts, stamped{log.time(parseDate(cells[0] + " " + cells[1])), log.number(cells[2]), log.line})
	}
}

func (log *eventLogReader) time(at time.Duration, err error) time.Duration {
	log.note(log.line, "", err)
	if at < log.latest {
		log.back.count(log.line)
	}
	log.latest = max(log.latest, at)
	return at
}

func (log *eventLogReader) number(text string) int64 {
	n, err := log.capacityIntake.count(text)
	log.note(log.line, "", err)
	return int64(n)
}

// nodeEvent is a node that comes or goes.
type nodeEvent struct {
	at      time.Duration
	node    string
	removed bool
	line    int
}

// replay returns how many nodes there are after each event, with none at 0. It notes
// those that come while they are there or go while they are not.
func (in *capacityIntake) replay(events []nodeEvent) []stamped {
	slices.SortStableFunc(events, func(a, b nodeEvent) int { return cmp.Compare(a.at, b.at) })
	counts := []stamped{{}}
	there := make(map[string]bool)
	for _, e := range events {
		if e.removed {
			if !there[e.node] {
				in.Problem(e.line, "remove %s, which is not there", input.Quote(e.node))
			}
			delete(there, e.node)
		} else {
			if there[e.node] {
				in.Problem(e.line, "add %s, which is there already", input.Quote(e.node))
			}
			there[e.node] = true
		}
		n, err := in.options.Polarity.count(len(there))
		in.note(e.line, "", err)
		counts = append(counts, stamped{e.at, int64(n), e.line})
	}
	return counts
}

// addChanges adds a series of the changes among counts, until end or the last of them.
func (in *capacityIntake) addChanges(start time.Time, counts []stamped, end time.Duration) {
	slices.SortStableFunc(counts, func(a, b stamped) int { return cmp.Compare(a.at, b.at) })
	s := CapacitySeries{Start: start, End: max(end, counts[len(counts)-1].at)}
	for i, c := range counts {
		if i+1 == len(counts) || counts[i+1].at > c.at {
			s.Points = append(s.Points, CapacityPoint{c.at, int(c.value)})
		}
	}
	s.Points = s.Changes()
	s.Zone, s.InstanceType, _ = PoolOfName(in.Name)
	in.add(s)
}
