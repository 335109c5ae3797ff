package html

import "strconv"

// Steps is a quantity that changes at instants and holds in between, zero before the first.
type Steps []Step

// Step says that the quantity is Value from Hour on.
type Step struct{ Hour, Value float64 }

// set changes the quantity. Of changes at one instant the last counts.
func (s *Steps) set(hour, value float64) {
	list := *s
	switch n := len(list); {
	case n > 0 && list[n-1].Hour == hour:
		list[n-1].Value = value
	case n == 0 || list[n-1].Value != value:
		*s = append(list, Step{hour, value})
	}
}

func (s *Steps) add(hour, change float64) {
	now := 0.0
	if n := len(*s); n > 0 {
		now = (*s)[n-1].Value
	}
	s.set(hour, now+change)
}

// thinned returns about most of the steps, if there are more: of each of equal parts of the
// time until end the lowest, the highest and the last, so that no peak is lost.
func (s Steps) thinned(most int, end float64) Steps {
	parts := max(1, most/3)
	if len(s) <= most {
		return s
	}
	var kept Steps
	for from := 0; from < len(s); {
		part := int(s[from].Hour / end * float64(parts))
		to, low, high := from, from, from
		for ; to < len(s) && int(s[to].Hour/end*float64(parts)) == part; to++ {
			if s[to].Value < s[low].Value {
				low = to
			}
			if s[to].Value > s[high].Value {
				high = to
			}
		}
		for i := from; i < to; i++ {
			if i == low || i == high || i == to-1 {
				kept = append(kept, s[i])
			}
		}
		from = to
	}
	return kept
}

// MarshalJSON writes the hours and the values as two lists.
func (s Steps) MarshalJSON() ([]byte, error) {
	if s == nil {
		return []byte("null"), nil
	}
	var hours, values []float64
	for _, step := range s {
		hours, values = append(hours, step.Hour), append(values, step.Value)
	}
	b := append(appendHours([]byte{'['}, hours), ',')
	return append(appendNumbers(b, values), ']'), nil
}

// Moments are instants, in hours.
type Moments []float64

// MarshalJSON writes them to the second.
func (m Moments) MarshalJSON() ([]byte, error) {
	if m == nil {
		return []byte("null"), nil
	}
	return appendHours(nil, m), nil
}

func appendHours(b []byte, hours []float64) []byte {
	b = append(b, '[')
	for i, hour := range hours {
		b = appendHour(b, i, hour)
	}
	return append(b, ']')
}

// appendHour appends the i-th of some instants, to a third of a second.
func appendHour(b []byte, i int, hour float64) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	b = strconv.AppendFloat(b, hour, 'f', 4, 64)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	return b
}
