package traces

import "cmp"

// What a row of a price history can hold.
const (
	timestamp = iota
	spotPrice
	zone
	region
	instanceType
	product
)

// columnNames are the names AWS gives them.
var columnNames = []string{
	"Timestamp", "SpotPrice", "AvailabilityZone", "Region", "InstanceType", "ProductDescription",
}

// columnsNeeded are those that every row has.
const columnsNeeded = 2

// intake gathers the rows of one file and what is wrong with them.
type intake struct {
	findings
	rows int
	byID map[seriesID][]row

	zeroPrices, noOffsets, mixedZones tally
}

// add takes the cells of one row, or notes what is wrong with it.
func (in *intake) add(line int, cells []cell) {
	lacking := false
	for c, name := range columnNames[:columnsNeeded] {
		if cells[c].line == 0 {
			in.Problem(line, "no %s", name)
			lacking = true
		}
	}
	if lacking {
		return
	}
	when, what := cells[timestamp], cells[spotPrice]
	at, offset, errTime := parseTime(when.text)
	in.note(when.line, columnNames[timestamp]+" ", errTime)
	price, errPrice := parsePrice(what.text)
	in.note(what.line, columnNames[spotPrice]+" ", errPrice)
	if errTime != nil || errPrice != nil {
		return
	}
	if price == 0 {
		in.zeroPrices.count(what.line)
	}
	if !offset {
		in.noOffsets.count(when.line)
	}
	in.rows++
	id := seriesID{cells[zone].text, cells[region].text, cells[instanceType].text, cells[product].text}
	id.zone = cmp.Or(id.zone, id.region)
	id.region = cmp.Or(id.region, RegionOf(id.zone))
	in.byID[id] = append(in.byID[id], row{PricePoint{at, price}, line})
}

// settle returns the series of the file, sorted, and notes the rows that contradict
// each other. Without zones that is no mistake: rows of several zones are mixed then, and
// the higher price keeps a simulated bill on the safe side.
func (in *intake) settle() []PriceSeries {
	return settle(in.byID, func(id seriesID, a, b row) {
		if id.zoneless() {
			in.mixedZones.count(b.from)
			return
		}
		in.Problem(b.from, "%v: %v at %s, but %v on line %d", id, b.Price, stamp(b.At), a.Price, a.from)
	})
}

// finish warns of what was tallied and returns everything wrong with the file, or nil.
func (in *intake) finish() error {
	if in.rows == 0 && len(in.List) == 0 {
		in.Problem(0, "no rows")
	}
	in.warnOf(in.zeroPrices, columnNames[spotPrice]+" is 0", "such rows", "is that a missing value?")
	in.warnOf(in.noOffsets, columnNames[timestamp]+" has no offset", "such rows", "read as UTC")
	in.warnOf(in.mixedZones, "no "+columnNames[zone]+", and two prices at one instant", "times",
		"zones are mixed, and the higher price is taken")
	return in.orNil()
}
