package traces

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"github.com/bobby-math/tessera/input"
)

var eventJSON = regexp.MustCompile(`^\s*\[\s*\d+\s*,\s*"(add|remove|no-op)"\s*,`)

func init() {
	capacityFormats.register(format[*capacityIntake]{
		name:      "event-json",
		doc:       `lines [ms, "add|remove|no-op", {"nodes": [...]}]`,
		looksLike: eventJSON.Match,
		read:      readEventJSON,
	})
}

// readEventJSON reads the lines of a Parcae log: each an array of milliseconds, what
// happened, and an object of the nodes it happened to and how many milliseconds the line
// stands for. Of the object it knows no more.
func readEventJSON(text []byte, in *capacityIntake) {
	var events []nodeEvent
	var end time.Duration
	line := 0
	for raw := range bytes.Lines(text) {
		line++
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		happened, until, err := parseEvent(line, raw)
		if err != nil {
			in.Problem(line, "%v", err)
			continue
		}
		end = max(end, until)
		events = append(events, happened...)
	}
	if len(in.List) > 0 {
		return
	}
	in.addChanges(time.Time{}, in.replay(events), end)
}

// parseEvent returns what happened to each node of a line, and the time until which the
// line stands.
func parseEvent(line int, text []byte) (events []nodeEvent, until time.Duration, err error) {
	var cells []json.RawMessage
	if err := json.Unmarshal(text, &cells); err != nil {
		return nil, 0, fmt.Errorf("not an array: %v", err)
	}
	if len(cells) != 3 {
		return nil, 0, fmt.Errorf("an array of %d, not of milliseconds, what happened and to which nodes", len(cells))
	}
	at, err := parseMilliseconds(string(cells[0]))
	if err != nil {
		return nil, 0, err
	}
	var what string
	if err := json.Unmarshal(cells[1], &what); err != nil || what != "add" && what != "remove" && what != "no-op" {
		return nil, 0, fmt.Errorf("%s must be add, remove or no-op", input.Quote(string(cells[1])))
	}
	var whom struct {
		Nodes    []string    `json:"nodes"`
		Duration json.Number `json:"duration"`
	}
	if err := json.Unmarshal(cells[2], &whom); err != nil {
		return nil, 0, fmt.Errorf("nodes or duration: %v", err)
	}
	until = at
	if whom.Duration != "" {
		lasts, err := parseMilliseconds(whom.Duration.String())
		if err != nil {
			return nil, 0, fmt.Errorf("duration: %v", err)
		}
		until += lasts
	}
	if what == "no-op" {
		return nil, until, nil
	}
	for _, node := range whom.Nodes {
		events = append(events, nodeEvent{at, node, what == "remove", line})
	}
	return events, until, nil
}
