package traces

// MergePrices makes one history of the pages or files of one download. Rows that repeat
// across files count once; where two files give one instant of a series different
// prices, the *Error names both. The series are sorted as in a PriceHistory.
func MergePrices(histories ...*PriceHistory) ([]PriceSeries, error) {
	byID := make(map[seriesID][]row)
	for i, h := range histories {
		for _, s := range h.Series {
			for _, p := range s.Points {
				byID[s.id()] = append(byID[s.id()], row{p, i})
			}
		}
	}
	wrong := newError("merge")
	series := settle(byID, func(id seriesID, a, b row) {
		if a.from > b.from {
			a, b = b, a
		}
		wrong.Problem(0, "%v at %s: %v in %s, but %v in %s",
			id, stamp(a.At), a.Price, histories[a.from].Name, b.Price, histories[b.from].Name)
	})
	if err := wrong.orNil(); err != nil {
		return nil, err
	}
	return series, nil
}
