package spec

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// The types of values that only a service has.
type (
	// PerSecond is how many requests arrive a second.
	PerSecond float64
	// ServiceTime is written as workload.ParseServiceTime reads it.
	ServiceTime workload.ServiceTime
	// Autoscale is written as workload.ParseAutoscaler reads it.
	Autoscale workload.Autoscaler
	// RoundTrip is the time of the network to a region or zone and back.
	RoundTrip struct {
		Place string
		Time  time.Duration
	}
	// Retries is a number, or workload.Unlimited.
	Retries int
	// TaskPolicy is a policy for tasks, with its parameters.
	TaskPolicy struct{ scheduler.Spec }
)

func init() {
	register(form{unit: "requests a second", hint: "a rate with its unit, like 0.15/s or 540/h", schema: text(`^` + number + `/(h|min|s)$`), word: true},
		func(s string) (PerSecond, bool) { x, ok := workload.ParseRate(s); return PerSecond(x), ok },
		func(r PerSecond) string { return writeNumber(float64(r)) + "/s" })
	registerParsed(form{unit: "distribution", values: "means in (0s, 8760h]", schema: text(`^(constant|exponential|lognormal|tokens):`), word: true},
		func(s string) (ServiceTime, error) {
			t, err := workload.ParseServiceTime(s)
			return ServiceTime(t), err
		},
		func(t ServiceTime) string { return workload.ServiceTime(t).String() })
	register(form{unit: "place=duration", values: "each place once, times in [0s, 87600h]", hint: "a region or zone and a duration, like us-east-1=12ms", schema: text(`^.+=.+$`), word: true},
		readRoundTrip, func(t RoundTrip) string { return t.Place + "=" + FormatDuration(t.Time) })
	registerParsed(form{unit: "rule", values: "qps above 0, 0 <= min <= max", schema: text(`^([a-z]+=[^,]+)(,[a-z]+=[^,]+)*$`), word: true},
		func(s string) (Autoscale, error) { a, err := workload.ParseAutoscaler(s); return Autoscale(a), err },
		func(a Autoscale) string { return workload.Autoscaler(a).String() })
	register(form{
		unit: "times", hint: "a whole number >= 0, or unlimited", words: []string{unlimited},
		schema: map[string]any{"anyOf": []any{map[string]any{"type": "integer", "minimum": 0}, map[string]any{"enum": []any{unlimited}}}},
	}, readRetries, writeRetries)
	registerParsed(form{unit: "policy", values: "policies for tasks", schema: text(`^[a-z-]+` + settingsPattern + `$`), word: true},
		func(s string) (TaskPolicy, error) {
			p, err := scheduler.Parse(s)
			if err == nil && !p.Entry.For(scheduler.KindTasks) {
				err = fmt.Errorf("%s is not for tasks", p.Entry.Name)
			}
			return TaskPolicy{p}, err
		}, func(p TaskPolicy) string { return p.String() })
}

// registerParsed is register for a type whose parser says what is wrong.
func registerParsed[T any](f form, parse func(text string) (T, error), write func(T) string) {
	f.explain = func(text string) error {
		_, err := parse(text)
		return err
	}
	register(f, func(text string) (T, bool) { v, err := parse(text); return v, err == nil }, write)
}

func readRoundTrip(s string) (RoundTrip, bool) {
	place, text, _ := strings.Cut(s, "=")
	d, ok := readDuration(text)
	return RoundTrip{place, d}, place != "" && ok && d >= 0 && d <= scenario.MaxDuration
}

const unlimited = "unlimited"

func readRetries(s string) (Retries, bool) {
	if s == unlimited {
		return workload.Unlimited, true
	}
	n, ok := readInt(s)
	return Retries(n), ok && n >= 0 && n < math.MaxInt32
}

func writeRetries(n Retries) string {
	if n == workload.Unlimited {
		return unlimited
	}
	return strconv.Itoa(int(n))
}
