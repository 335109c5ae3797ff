package metrics

import "time"

// InstanceTime is time summed over instances, exactly: a hundred thousand of them for ten
// years are a million years, and a Duration ends at 292.
type InstanceTime struct {
	seconds int64
	rest    time.Duration // below a second
}

func (t *InstanceTime) add(instances int, each time.Duration) {
	n := int64(instances)
	rest := t.rest + time.Duration(n)*(each%time.Second)
	t.seconds += n*int64(each/time.Second) + int64(rest/time.Second)
	t.rest = rest % time.Second
}

// Seconds returns the time in seconds.
func (t InstanceTime) Seconds() float64 { return float64(t.seconds) + t.rest.Seconds() }
