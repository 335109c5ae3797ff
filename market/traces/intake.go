package traces

import "fmt"

// A column is what a row of a price history can hold.
type column int

const (
	timestamp column = iota
	spotPrice
	zone
	region
	instanceType
	product
	columns int = iota
)

// columnNames are the names AWS gives them.
var columnNames = [columns]string{
	"Timestamp", "SpotPrice", "AvailabilityZone", "Region", "InstanceType", "ProductDescription",
}

// cell is one value as it was written, and its line. The zero cell was not written.
type cell struct {
	text string
	line int
}

// record is a row as it was written.
type record struct {
	line  int
	cells [columns]cell
}

// intake gathers the rows of one file and what is wrong with them.
type intake struct {
	*Error
	rows int
	byID map[seriesID][]row

	zeroPrices, noOffsets, mixedZones tally
}

// tally counts rows and remembers the line of the first.
type tally struct{ rows, line int }

func (t *tally) count(line int) {
	if t.rows == 0 {
		t.line = line
	}
	t.rows++
}

func newIntake(name string) *intake {
	return &intake{Error: newError(name), byID: make(map[seriesID][]row)}
}

// add takes one row, or notes what is wrong with it.
func (in *intake) add(r *record) {
	if !in.complete(r) {
		return
	}
	when, what := r.cells[timestamp], r.cells[spotPrice]
	at, offset, errTime := parseTime(when.text)
	if errTime != nil {
		in.Problem(when.line, "%s %v", columnNames[timestamp], errTime)
	}
	price, errPrice := parsePrice(what.text)
	if errPrice != nil {
		in.Problem(what.line, "%s %v", columnNames[spotPrice], errPrice)
	}
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
	id := r.id()
	in.byID[id] = append(in.byID[id], row{PricePoint{at, price}, r.line})
}

// complete tells whether r has what every row needs, and notes what it lacks.
func (in *intake) complete(r *record) bool {
	ok := true
	for _, c := range []column{timestamp, spotPrice} {
		if r.cells[c].line == 0 {
			in.Problem(r.line, "no %s", columnNames[c])
			ok = false
		}
	}
	return ok
}

// id returns the series r belongs to.
func (r *record) id() seriesID {
	id := seriesID{
		zone:         r.cells[zone].text,
		region:       r.cells[region].text,
		instanceType: r.cells[instanceType].text,
		product:      r.cells[product].text,
	}
	if id.zone == "" {
		id.zone = id.region
	}
	if id.region == "" {
		id.region = RegionOf(id.zone)
	}
	return id
}

// settle returns the series of the file, sorted, and notes the rows that contradict
// each other. Without zones that is no mistake: rows of several zones are mixed then, and
// the higher price keeps a simulated bill on the safe side.
func (in *intake) settle() []PriceSeries {
	return settle(in.byID, func(id seriesID, a, b row) {
		if a.from > b.from {
			a, b = b, a
		}
		if id.zoneless() {
			in.mixedZones.count(b.from)
			return
		}
		in.Problem(b.from, "%v: %v at %s, but %v on line %d", id, b.Price, stamp(b.At), a.Price, a.from)
	})
}

// err returns everything wrong with the file, or nil.
func (in *intake) err() error {
	if in.rows == 0 && len(in.List) == 0 {
		in.Problem(0, "no rows")
	}
	return in.orNil()
}

func (in *intake) warnings() []string {
	var warnings []string
	if t := in.zeroPrices; t.rows > 0 {
		warnings = append(warnings, fmt.Sprintf(
			"line %d: %s is 0 (%d such rows): is that a missing value?", t.line, columnNames[spotPrice], t.rows))
	}
	if t := in.noOffsets; t.rows > 0 {
		warnings = append(warnings, fmt.Sprintf(
			"line %d: %s has no offset (%d such rows): read as UTC", t.line, columnNames[timestamp], t.rows))
	}
	if t := in.mixedZones; t.rows > 0 {
		warnings = append(warnings, fmt.Sprintf(
			"line %d: no %s, and two prices at one instant (%d times): zones are mixed, and the higher price is taken",
			t.line, columnNames[zone], t.rows))
	}
	return warnings
}
