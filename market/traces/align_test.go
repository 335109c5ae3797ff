package traces

import (
	"errors"
	"testing"
	"time"
)

func TestCheckAligned(t *testing.T) {
	series := func(zone string, gap time.Duration, n int, start time.Time) CapacitySeries {
		return CapacitySeries{Zone: zone, InstanceType: "x", Gap: gap, Start: start, Points: make([]CapacityPoint, n)}
	}
	day := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	a := &CapacityHistory{Name: "a.json", Series: []CapacitySeries{series("a", time.Minute, 5, day)}}
	for name, test := range map[string]struct {
		other CapacitySeries
		want  string
	}{
		"the same":             {series("b", time.Minute, 5, day), ""},
		"no date":              {series("b", time.Minute, 5, time.Time{}), ""},
		"less than a gap late": {series("b", time.Minute, 5, day.Add(59*time.Second)), ""},
		"a gap early":          {series("b", time.Minute, 5, day.Add(-time.Minute)), "not aligned: b.json: b x: starts at 2030-12-31T23:59:00Z, but at 2031-01-01T00:00:00Z in a.json"},
		"no ticks":             {series("b", 0, 5, day), "not aligned: b.json: b x: has no ticks"},
		"gap and length": {series("b", time.Second, 4, day),
			"not aligned: b.json: b x: gap 1s, but 1m0s in a.json\nnot aligned: b.json: b x: 4 ticks, but 5 in a.json"},
	} {
		t.Run(name, func(t *testing.T) {
			err := checkAligned([]*CapacityHistory{a, {Name: "b.json", Series: []CapacitySeries{test.other}}})
			got := ""
			if err != nil {
				got = err.Error()
			}
			if bad := (*Error)(nil); got != test.want || err != nil && !errors.As(err, &bad) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if err := checkAligned(nil); err != nil {
		t.Error(err)
	}
}

// checkAligned returns an *Error that names the files which do not go together with the
// first of the histories as zones of one market: series without ticks, or with another
// gap, number of ticks or, where both have dates, a start a gap or more away.
func checkAligned(histories []*CapacityHistory) error {
	wrong := newError("not aligned")
	var first *CapacitySeries
	var firstFile string
	for _, h := range histories {
		for i := range h.Series {
			s := &h.Series[i]
			if s.Gap == 0 {
				wrong.Problem(0, "%s: %shas no ticks", h.Name, s.id().prefix())
				continue
			}
			if first == nil {
				first, firstFile = s, h.Name
			}
			if s.Gap != first.Gap {
				wrong.Problem(0, "%s: %sgap %v, but %v in %s", h.Name, s.id().prefix(), s.Gap, first.Gap, firstFile)
			}
			if len(s.Points) != len(first.Points) {
				wrong.Problem(0, "%s: %s%d ticks, but %d in %s", h.Name, s.id().prefix(), len(s.Points), len(first.Points), firstFile)
			}
			dated := !s.Start.IsZero() && !first.Start.IsZero()
			if dated && s.Start.Sub(first.Start).Abs() >= first.Gap {
				wrong.Problem(0, "%s: %sstarts at %s, but at %s in %s", h.Name, s.id().prefix(), stamp(s.Start), stamp(first.Start), firstFile)
			}
		}
	}
	return wrong.orNil()
}
