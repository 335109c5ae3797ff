package workload

import (
	"fmt"
	"strings"
	"time"

	"github.com/bobby-math/tessera/input"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/spelling"
)

// ParseServiceTime reads how long requests take, as a user types it:
//
//	exponential:mean=10s
//	constant:mean=2s
//	lognormal:mean=10s,cv=0.8
//	tokens:input=0.2ms,output=20ms,base=100ms    each 0 where it is left out
//
// The last is for requests of a log.
func ParseServiceTime(text string) (ServiceTime, error) {
	form, rest, _ := strings.Cut(text, ":")
	forms := []string{"tokens"}
	for _, shape := range rng.Shapes {
		if form == string(shape) {
			return parseDrawn(text, shape, rest)
		}
		forms = append(forms, string(shape))
	}
	if form == "tokens" {
		return parseTokenTime(text, rest)
	}
	return ServiceTime{}, fmt.Errorf("service time %s: there is no %s%s (known: %s)", input.Quote(text), input.Quote(form),
		spelling.DidYouMean(form, forms), strings.Join(forms, ", "))
}

func parseDrawn(text string, shape rng.Shape, rest string) (ServiceTime, error) {
	keys := []string{"mean"}
	d := rng.Duration{Shape: shape, Mean: time.Second}
	if shape == rng.Lognormal {
		keys, d.CV = append(keys, "cv"), 1
	}
	s := parseSettings(rest, keys...)
	s.require(keys...)
	s.duration("mean", &d.Mean)
	s.number("cv", &d.CV)
	service := ServiceTime{Drawn: d}
	return service, s.err("service time", text, service.Check())
}

func parseTokenTime(text, rest string) (ServiceTime, error) {
	var t TokenTime
	s := parseSettings(rest, "input", "output", "base")
	s.duration("input", &t.PerInput)
	s.duration("output", &t.PerOutput)
	s.duration("base", &t.Base)
	if t == (TokenTime{}) && len(s.errs) == 0 {
		s.wrong("one of input, output and base must be positive")
	}
	return ServiceTime{Tokens: t}, s.err("service time", text, t.check())
}
