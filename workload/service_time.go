package workload

import (
	"fmt"
	"strings"
	"time"

	"github.com/bobby-math/tessera/input"
	"github.com/bobby-math/tessera/rng"
)

// ServiceTime is how long a replica serves a request that is alone in its slot: drawn
// from a distribution or, of the requests of a log, worked out from their tokens. The zero
// value is DefaultServiceTime.
type ServiceTime struct {
	// Drawn is the distribution. Its mean is in (0, 365 days].
	Drawn rng.Duration `json:"drawn"`
	// Tokens says what tokens take; unless it is zero, Drawn must be.
	Tokens TokenTime `json:"tokens"`
}

// TokenTime is the service time of a request as a function of its tokens:
// Base + PerInput · input + PerOutput · output. Not all may be 0.
type TokenTime struct {
	// Base is what every request takes. Range [0, 24h].
	Base time.Duration `json:"base_ns"`
	// PerInput and PerOutput are what a token of the prompt and one of the answer take.
	// Range [0, 10s].
	PerInput  time.Duration `json:"per_input_ns"`
	PerOutput time.Duration `json:"per_output_ns"`
}

const (
	maxServiceMean = 365 * 24 * time.Hour
	maxTokenBase   = 24 * time.Hour
	maxPerToken    = 10 * time.Second
)

// DefaultServiceTime is that of the SkyServe artifact (MaoZiming/spothedge_ae).
var DefaultServiceTime = ServiceTime{Drawn: rng.Duration{Shape: rng.Exponential, Mean: 10 * time.Second}}

// Of returns the service time of a request with that many tokens, at least 1 ns.
func (t TokenTime) Of(prompt, answer int) time.Duration {
	return max(t.Base+t.PerInput*time.Duration(prompt)+t.PerOutput*time.Duration(answer), 1)
}

func (s ServiceTime) byTokens() bool { return s.Tokens != TokenTime{} }

// distribution returns Drawn, or that of DefaultServiceTime where nothing is said.
func (s ServiceTime) distribution() rng.Duration {
	if s == (ServiceTime{}) {
		return DefaultServiceTime.Drawn
	}
	return s.Drawn
}

// Check returns everything that is wrong with s.
func (s ServiceTime) Check() []error {
	switch {
	case !s.byTokens():
		return checkDrawn(s.distribution())
	case s.Drawn != rng.Duration{}:
		return []error{fmt.Errorf("tokens and a distribution exclude each other: leave one out")}
	}
	return s.Tokens.check()
}

func checkDrawn(d rng.Duration) (errs []error) {
	if d.Mean <= 0 || d.Mean > maxServiceMean {
		errs = append(errs, fmt.Errorf("mean: %v must be in (0s, %v]", d.Mean, maxServiceMean))
		d.Mean = 1 // so that the next check is about the rest
	}
	if err := d.Check(); err != nil {
		errs = append(errs, err)
	}
	return errs
}

func (t TokenTime) check() (errs []error) {
	input.Within(&errs, "base", t.Base, 0, maxTokenBase)
	input.Within(&errs, "input", t.PerInput, 0, maxPerToken)
	input.Within(&errs, "output", t.PerOutput, 0, maxPerToken)
	return errs
}

// String writes s as ParseServiceTime reads it.
func (s ServiceTime) String() string {
	if s.byTokens() {
		return fmt.Sprintf("tokens:input=%v,output=%v,base=%v", s.Tokens.PerInput, s.Tokens.PerOutput, s.Tokens.Base)
	}
	d := s.distribution()
	var text strings.Builder
	fmt.Fprintf(&text, "%s:mean=%v", d.Shape, d.Mean)
	if d.Shape == rng.Lognormal {
		fmt.Fprintf(&text, ",cv=%v", d.CV)
	}
	return text.String()
}
