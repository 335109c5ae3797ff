package traces

// CheckAligned returns an *Error that names the files which do not go together with the
// first of the histories as zones of one market: series without ticks, or with another
// gap, number of ticks or, where both have dates, a start a gap or more away.
func CheckAligned(histories []*CapacityHistory) error {
	wrong := newError("not aligned")
	var first *CapacitySeries
	var firstFile string
	for _, h := range histories {
		for i := range h.Series {
			s := &h.Series[i]
			if s.Gap == 0 {
				wrong.Problem(0, "%s: %shas no ticks", h.Name, prefix(*s))
				continue
			}
			if first == nil {
				first, firstFile = s, h.Name
			}
			if s.Gap != first.Gap {
				wrong.Problem(0, "%s: %sgap %v, but %v in %s", h.Name, prefix(*s), s.Gap, first.Gap, firstFile)
			}
			if len(s.Points) != len(first.Points) {
				wrong.Problem(0, "%s: %s%d ticks, but %d in %s", h.Name, prefix(*s), len(s.Points), len(first.Points), firstFile)
			}
			dated := !s.Start.IsZero() && !first.Start.IsZero()
			if dated && s.Start.Sub(first.Start).Abs() >= first.Gap {
				wrong.Problem(0, "%s: %sstarts at %s, but at %s in %s", h.Name, prefix(*s), stamp(s.Start), stamp(first.Start), firstFile)
			}
		}
	}
	return wrong.orNil()
}
