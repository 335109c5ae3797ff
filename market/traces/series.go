package traces

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// seriesID tells series apart.
type seriesID struct{ zone, region, instanceType, product string }

func (s *PriceSeries) id() seriesID {
	return seriesID{s.Zone, s.Region, s.InstanceType, s.Product}
}

// String names the series by what is known of zone, instance type and product.
func (s PriceSeries) String() string { return s.id().String() }

func (id seriesID) String() string {
	known := slices.DeleteFunc([]string{id.zone, id.instanceType, id.product},
		func(name string) bool { return name == "" })
	if len(known) == 0 {
		return "unnamed series"
	}
	return strings.Join(known, " ")
}

// zoneless tells whether the file names no zone: the region, if any, stands for it.
func (id seriesID) zoneless() bool { return id.zone == "" || id.zone == id.region }

// prefix is the name of a series before what is said of it, or "".
func (id seriesID) prefix() string {
	if id.zone == "" && id.instanceType == "" {
		return ""
	}
	return id.String() + ": "
}

func compareIDs(a, b seriesID) int {
	return cmp.Or(
		strings.Compare(a.zone, b.zone),
		strings.Compare(a.instanceType, b.instanceType),
		strings.Compare(a.product, b.product),
		strings.Compare(a.region, b.region),
	)
}

// row is a price point and where it is from: a line of a file, or a file of many.
type row struct {
	PricePoint
	from int
}

// settle makes series of rows in any order and drops repeats. Of two rows that give one
// instant of a series different prices it calls clash, with the earlier place first, and
// keeps the higher.
func settle(byID map[seriesID][]row, clash func(id seriesID, a, b row)) []PriceSeries {
	var series []PriceSeries
	for _, id := range slices.SortedFunc(maps.Keys(byID), compareIDs) {
		rows := byID[id]
		slices.SortFunc(rows, func(a, b row) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Price, b.Price), cmp.Compare(a.from, b.from))
		})
		rows = slices.CompactFunc(rows, func(a, b row) bool { return a.At.Equal(b.At) && a.Price == b.Price })
		points := make([]PricePoint, 0, len(rows))
		for i, r := range rows {
			if i > 0 && r.At.Equal(rows[i-1].At) {
				a, b := rows[i-1], r
				if a.from > b.from {
					a, b = b, a
				}
				clash(id, a, b)
				points = points[:len(points)-1]
			}
			points = append(points, r.PricePoint)
		}
		series = append(series, PriceSeries{id.zone, id.region, id.instanceType, id.product, points})
	}
	return series
}

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
		wrong.Problem(0, "%v at %s: %v in %s, but %v in %s",
			id, stamp(a.At), a.Price, histories[a.from].Name, b.Price, histories[b.from].Name)
	})
	if err := wrong.orNil(); err != nil {
		return nil, err
	}
	return series, nil
}
