package spec

import (
	"math"
	"strconv"
	"strings"

	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// The types of values that only a service has.
type (
	// PerSecond is how often requests come in, a second.
	PerSecond float64
	// ServiceTime is written as workload.ParseServiceTime reads it.
	ServiceTime workload.ServiceTime
	// Autoscale is written as workload.ParseAutoscaler reads it.
	Autoscale workload.Autoscaler
	// Retries is a number, or workload.Unlimited.
	Retries int
	// TaskPolicy is a policy for tasks, with its parameters.
	TaskPolicy struct{ scheduler.Spec }
)

func init() {
	register(form{unit: "requests a second", hint: "a rate with its unit, like 0.15/s or 540/h", schema: text(`^` + number + `/(h|min|s)$`), word: true},
		readPerSecond, func(r PerSecond) string { return writeNumber(float64(r)) + "/s" })
	register(form{unit: "distribution", hint: "like exponential:mean=10s, constant:mean=2s, lognormal:mean=10s,cv=1 or tokens:input=0.2ms,output=20ms",
		values: "means in (0s, 8760h]", schema: text(`^(constant|exponential|lognormal|tokens):`), word: true},
		func(s string) (ServiceTime, bool) {
			t, err := workload.ParseServiceTime(s)
			return ServiceTime(t), err == nil
		},
		func(t ServiceTime) string { return workload.ServiceTime(t).String() })
	register(form{unit: "rule", hint: "like qps=0.05,min=1,max=10,window=60s,up=300s,down=1200s; qps must be there",
		values: "qps above 0, 0 <= min <= max", schema: text(`^([a-z]+=[^,]+)(,[a-z]+=[^,]+)*$`), word: true},
		func(s string) (Autoscale, bool) {
			a, err := workload.ParseAutoscaler(s)
			return Autoscale(a), err == nil
		},
		func(a Autoscale) string { return workload.Autoscaler(a).String() })
	register(form{unit: "times", hint: "a whole number >= 0, or unlimited",
		schema: map[string]any{"anyOf": []any{map[string]any{"type": "integer", "minimum": 0}, map[string]any{"enum": []any{unlimited}}}}},
		readRetries, writeRetries)
	register(form{unit: "policy", hint: "a policy for tasks, like greedy or fallback:after=3", values: "policies for tasks", schema: text(`^[a-z-]+(:[a-z_]+=[a-z0-9-]+)*$`), word: true},
		func(s string) (TaskPolicy, bool) {
			p, err := scheduler.Parse(s)
			return TaskPolicy{p}, err == nil && p.Entry.New != nil
		}, func(p TaskPolicy) string { return p.String() })
}

// perSecond are the units of a rate of requests.
var perSecond = map[string]float64{"h": 3600, "min": 60, "s": 1}

func readPerSecond(s string) (PerSecond, bool) {
	count, unit, _ := strings.Cut(s, "/")
	x, ok := readNumber(count)
	by, known := perSecond[unit]
	return PerSecond(x / max(by, 1)), ok && known
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
