package workload

import (
	"fmt"
	"time"

	"github.com/bobby-math/tessera/clock"
)

// LoggedRequest is a request of a log.
type LoggedRequest struct {
	// At is its arrival, since the first request. At least 0.
	At time.Duration
	// Input and Output are the tokens of the prompt and of the answer. Range
	// [0, MaxTokens].
	Input, Output int
}

// MaxTokens is the most tokens that a prompt or an answer may have.
const MaxTokens = 100_000_000

// checkLog returns what is wrong with a log that was not read from a file: the first thing
// only: the readers report everything.
func checkLog(log []LoggedRequest) []error {
	if len(log) == 0 {
		return []error{fmt.Errorf("log: there must be at least one request")}
	}
	last := time.Duration(0)
	for i, r := range log {
		switch {
		case r.At < last || r.At > longest:
			return []error{fmt.Errorf("log[%d]: arrival %v must be in [%v, %v], in order", i, r.At, last, longest)}
		case min(r.Input, r.Output) < 0 || max(r.Input, r.Output) > MaxTokens:
			return []error{fmt.Errorf("log[%d]: tokens %d and %d must be in [0, %d]", i, r.Input, r.Output, MaxTokens)}
		}
		last = r.At
	}
	return nil
}

// logged are the requests of a log.
type logged struct {
	log    []LoggedRequest // those to come
	tokens TokenTime
}

// Next implements Arrivals, with work by the tokens.
func (l *logged) Next() (Request, bool) {
	if len(l.log) == 0 {
		return Request{}, false
	}
	r := l.log[0]
	l.log = l.log[1:]
	return Request{clock.At(r.At), l.tokens.Of(r.Input, r.Output)}, true
}

func (l *logged) instant() (clock.Time, bool) {
	r, ok := l.Next()
	return r.At, ok
}
