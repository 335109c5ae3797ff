package workload

import (
	"encoding/json"
	"io"
	"math"
	"time"

	"github.com/bobby-math/tessera/input"
)

// ReadMooncake reads a log of requests, called name in errors, in the format of the
// Mooncake traces (kvcache-ai/Mooncake): JSON Lines, each an object with timestamp in
// milliseconds, input_length and output_length in tokens; other keys, as hash_ids, are
// passed over. The lines are in order of timestamp. Arrivals count from the first request.
//
// What is wrong with the content, a log out of order and one without requests included,
// comes back as one *FileError; any other error is that of r.
func ReadMooncake(name string, r io.Reader) ([]LoggedRequest, error) {
	in := &mooncakeIntake{logIntake: newLogIntake(name)}
	return in.read(r, in.take)
}

type mooncakeIntake struct {
	*logIntake
	first float64 // ms
}

func (in *mooncakeIntake) take(line int, text string) {
	var object struct {
		Timestamp json.RawMessage `json:"timestamp"`
		Input     json.RawMessage `json:"input_length"`
		Output    json.RawMessage `json:"output_length"`
	}
	if err := json.Unmarshal([]byte(text), &object); err != nil || text[0] != '{' {
		in.Problem(line, "%s is not a JSON object", input.Quote(text))
		return
	}
	in.log = append(in.log, LoggedRequest{
		At:     in.at(line, string(object.Timestamp)),
		Input:  in.length(line, "input_length", string(object.Input)),
		Output: in.length(line, "output_length", string(object.Output)),
	})
}

func (in *mooncakeIntake) length(line int, key, text string) int {
	if text == "" {
		in.Problem(line, "%s is missing", key)
		return 0
	}
	return in.tokens(line, key, text)
}

// at returns the time since the first request of one at the timestamp text.
func (in *mooncakeIntake) at(line int, text string) time.Duration {
	const key, most = "timestamp", 1e15
	if text == "" {
		in.Problem(line, "%s is missing", key)
		return 0
	}
	ms, ok := parseNumber(text)
	if !ok || !(ms >= 0 && ms <= most) {
		in.Problem(line, "%s %s must be a number of milliseconds in [0, %v]", key, input.Quote(text), most)
		return 0
	}
	if in.before.line == 0 {
		in.first = ms
	}
	ns := math.Round((ms - in.first) * float64(time.Millisecond))
	at := time.Duration(min(max(ns, -1), float64(2*longest))) // either bound is an error
	in.order(line, key, text, at)
	return at
}
