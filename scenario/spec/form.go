package spec

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// Rate is how often something happens, an hour.
type Rate float64

// Share is a part of something: 0.15 or 15%.
type Share float64

// Start is an instant, UTC, or an offset.
type Start scenario.Start

// Path is the name of a file. In a scenario file it is relative to that file.
type Path string

// form is how the values of one type are written.
type form struct {
	// unit is what the key's description says of it; empty if the key must say it.
	unit string
	// hint completes the sentence "must be".
	hint string
	// values is what a value may be, where the type alone tells.
	values string
	schema map[string]any
	// read returns the value that text means. A number is text without quotes.
	read func(text string) (reflect.Value, bool)
	// explain returns what is wrong with a text that read does not take; nil if hint says it.
	explain func(text string) error
	write   func(v reflect.Value) string
	// word: it is text, so that quotes around it change nothing; of a number that has words
	// instead of some values, those are in words.
	word  bool
	words []string
}

// forms has the form of every type a key can have.
var forms = map[reflect.Type]*form{}

func register[T any](f form, read func(string) (T, bool), write func(T) string) {
	f.read = func(text string) (reflect.Value, bool) {
		v, ok := read(text)
		return reflect.ValueOf(v), ok
	}
	f.write = func(v reflect.Value) string { return write(v.Interface().(T)) }
	forms[reflect.TypeFor[T]()] = &f
}

func text(pattern string) map[string]any {
	return map[string]any{"type": "string", "pattern": pattern}
}

const (
	number          = `-?(\d+(\.\d*)?|\.\d+)`
	durationPattern = `^(-?(\d+(\.\d*)?|\.\d+)(d|h|m|s|ms|us|µs|ns))+$`
)

func init() {
	register(form{unit: "text", values: "any text", schema: map[string]any{"type": "string"}, word: true},
		func(s string) (string, bool) { return s, true }, func(s string) string { return s })
	register(form{unit: "file", schema: map[string]any{"type": "string", "minLength": 1}, word: true, hint: "a file"},
		func(s string) (Path, bool) { return Path(s), s != "" }, func(p Path) string { return string(p.absolute()) })
	register(form{unit: "yes or no", values: "true or false", hint: "true or false", schema: map[string]any{"type": "boolean"}},
		func(s string) (bool, bool) { return s == "true", s == "true" || s == "false" }, strconv.FormatBool)
	register(form{hint: "a whole number >= 0", schema: map[string]any{"type": "integer", "minimum": 0}},
		func(s string) (uint64, bool) { n, err := strconv.ParseUint(s, 10, 64); return n, err == nil },
		func(n uint64) string { return strconv.FormatUint(n, 10) })
	register(form{hint: "a whole number", schema: map[string]any{"type": "integer"}}, readInt, strconv.Itoa)
	register(form{hint: "a number", schema: map[string]any{"type": "number"}}, readNumber, writeNumber)
	register(form{unit: "share", hint: "a number like 0.15 or a percentage like 15%",
		schema: map[string]any{"anyOf": []any{map[string]any{"type": "number"}, text(`^` + number + `%$`)}}},
		readShare, func(s Share) string { return writeNumber(float64(s)) })
	register(form{unit: "times an hour", hint: "a rate with its unit, like 0.15/h or 3.6/d", schema: text(`^` + number + `/(d|h|min|s)$`), word: true},
		readRate, func(r Rate) string { return writeNumber(float64(r)) + "/h" })
	register(form{unit: "dollars an hour", hint: "dollars an hour, like $3.06/h", schema: text(`^\$` + number + `/h$`), word: true},
		readPrice, func(p cloud.Price) string { return "$" + strconv.FormatFloat(p.Dollars(), 'f', -1, 64) + "/h" })
	register(form{unit: "duration", hint: "a duration with its unit, like 48h, 1h30m or 2d", schema: text(durationPattern), word: true},
		readDuration, FormatDuration)
	register(form{unit: "duration", hint: "a duration with its unit, like 1h, or continuous or none", word: true,
		schema: map[string]any{"anyOf": []any{map[string]any{"enum": []any{"continuous", "none"}}, text(durationPattern)}}},
		readCheckpoint, writeCheckpoint)
	register(form{unit: "instant, RFC 3339, or duration", hint: "an RFC 3339 instant like 2023-02-20T00:00:00Z, or a duration like 6h", word: true,
		schema: map[string]any{"anyOf": []any{map[string]any{"type": "string", "format": "date-time"}, text(durationPattern)}}},
		readStart, writeStart)
}

func readStart(s string) (Start, bool) {
	if d, ok := readDuration(s); ok {
		return Start{Offset: d}, d >= 0
	}
	t, err := time.Parse(time.RFC3339, s)
	return Start{Instant: t.UTC()}, err == nil
}

func writeStart(s Start) string {
	if s.Instant.IsZero() {
		return FormatDuration(s.Offset)
	}
	return s.Instant.Format(time.RFC3339Nano)
}

// plain tells whether s is a number as people write it: no hexadecimals, infinities or
// underscores, and no exponent of more than three digits.
func plain(s string) bool {
	digits := func(s string) string { return strings.TrimLeft(s, "0123456789") }
	sign := func(s string) string {
		if s != "" && (s[0] == '+' || s[0] == '-') {
			return s[1:]
		}
		return s
	}
	s = sign(s)
	rest := digits(s)
	whole := len(s) - len(rest)
	if fraction, point := strings.CutPrefix(rest, "."); point {
		rest = digits(fraction)
		whole += len(fraction) - len(rest)
	}
	if whole == 0 || rest == "" {
		return whole > 0
	}
	exponent := sign(rest[1:])
	return (rest[0] == 'e' || rest[0] == 'E') && exponent != "" && len(exponent) <= 3 && digits(exponent) == ""
}

func readNumber(s string) (float64, bool) {
	if !plain(s) {
		return 0, false
	}
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil
}

func writeNumber(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

func readInt(s string) (int, bool) {
	x, ok := readNumber(s)
	return int(x), ok && x == math.Trunc(x) && math.Abs(x) <= 1e15
}

func readShare(s string) (Share, bool) {
	if percent, ok := strings.CutSuffix(s, "%"); ok && !strings.ContainsAny(percent, "eE") {
		s = percent + "e-2"
	}
	x, ok := readNumber(s)
	return Share(x), ok
}

// perHour are the units of a rate.
var perHour = map[string]float64{"d": 1. / 24, "h": 1, "min": 60, "s": 3600}

func readRate(s string) (Rate, bool) {
	count, unit, _ := strings.Cut(s, "/")
	x, ok := readNumber(count)
	scale, known := perHour[unit]
	return Rate(x * scale), ok && known
}

func readPrice(s string) (cloud.Price, bool) {
	const dearest = 1e9 // far beyond what is allowed, and no overflow
	dollars, priced := strings.CutPrefix(s, "$")
	dollars, hourly := strings.CutSuffix(dollars, "/h")
	x, ok := readNumber(dollars)
	return cloud.PerHour(x), ok && priced && hourly && math.Abs(x) <= dearest
}

var days = regexp.MustCompile(`^(-?)(\d{1,6}(?:\.\d+)?)d(.*)$`)

// readDuration reads a Go duration, with days of 24 hours before it if there are any.
func readDuration(s string) (time.Duration, bool) {
	if s == "0" || strings.HasPrefix(s, "+") {
		return 0, false
	}
	var m []string
	if strings.Contains(s, "d") {
		m = days.FindStringSubmatch(s)
	}
	if m == nil {
		d, err := time.ParseDuration(s)
		return d, err == nil
	}
	n, err := strconv.ParseFloat(m[2], 64)
	whole := time.Duration(math.Round(n * 24 * float64(time.Hour)))
	if err != nil || n > 100_000 {
		return 0, false
	}
	if m[3] != "" {
		rest, err := time.ParseDuration(m[3])
		if err != nil || rest < 0 || rest > 1e6*time.Hour || strings.ContainsAny(m[3][:1], "+-") {
			return 0, false
		}
		whole += rest
	}
	if m[1] == "-" {
		whole = -whole
	}
	return whole, true
}

// FormatDuration writes d as a scenario has it, with no more units than it takes: 48h.
func FormatDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func readCheckpoint(s string) (workload.Checkpoint, bool) {
	switch s {
	case "continuous":
		return workload.Continuously, true
	case "none":
		return workload.Nothing, true
	}
	d, ok := readDuration(s)
	return workload.Checkpoint(d), ok
}

func writeCheckpoint(c workload.Checkpoint) string {
	switch c {
	case workload.Continuously:
		return "continuous"
	case workload.Nothing:
		return "none"
	}
	return FormatDuration(time.Duration(c))
}

func (f *form) value(t *Tree) (reflect.Value, error) {
	switch {
	case t.Null:
		return reflect.Value{}, errors.New("has no value")
	case t.Quoted && !f.word && !slices.Contains(f.words, t.Text):
		return reflect.Value{}, fmt.Errorf("%q must be %s, without quotes", t.Text, f.hint)
	}
	v, ok := f.read(t.Text)
	if !ok && f.explain != nil {
		return v, f.explain(t.Text)
	}
	if !ok {
		return reflect.Value{}, fmt.Errorf("%s must be %s", quote(t.Text), f.hint)
	}
	return v, nil
}

func quote(s string) string {
	if len(s) > 60 {
		s = strings.ToValidUTF8(s[:60], "") + "..."
	}
	return strconv.Quote(s)
}

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
		}, func(p TaskPolicy) string { return withAbsoluteFiles(p.Spec).String() })
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
