package traces

import (
	"regexp"

	"github.com/bobby-math/tessera/input"
)

// tickPricesHead is how an object of arrays begins.
var tickPricesHead = regexp.MustCompile(`^\s*\{\s*"([^"\\]*)"\s*:\s*\[`)

func init() {
	capacityFormats.register(format[*capacityIntake]{
		name: "tick-prices-json",
		doc:  `JSON {"ZONE_TYPE":[...],...} of prices by tick for the series of other files, as of SkyNomad`,
		looksLike: func(head []byte) bool {
			m := tickPricesHead.FindSubmatch(head)
			if m == nil {
				return false
			}
			_, _, ok := PoolOfName(string(m[1]))
			return ok
		},
		read: readTickPrices,
	})
}

// readTickPrices reads an object whose keys name capacity pools and whose values are
// their prices, dollars an hour for every tick.
func readTickPrices(text []byte, in *capacityIntake) {
	r := newJSONReader(text, in.Error)
	r.failOnce(r.object(func(key string) error {
		zone, instanceType, ok := PoolOfName(key)
		if !ok {
			in.Problem(r.line(), "%s names no zone", input.Quote(key))
		}
		t := TickPrices{Zone: zone, Region: RegionOf(zone), InstanceType: instanceType}
		err := numbers(r, key, &t.Prices, parsePrice)
		in.tickPrices = append(in.tickPrices, t)
		return err
	}))
}

// JoinPrices gives the prices by tick of all histories to the series of the same zone and
// instance type, which must have as many points and no prices yet. The *Error names those
// that do not fit, and the files with prices for no series at all.
func JoinPrices(histories []*CapacityHistory) error {
	wrong := newError("join prices")
	for _, from := range histories {
		joined := 0
		for _, t := range from.TickPrices {
			joined += t.join(from.Name, histories, wrong)
		}
		if joined == 0 && len(from.TickPrices) > 0 {
			wrong.Problem(0, "%s: no series of its zones and types is there to take the prices", from.Name)
		}
	}
	return wrong.orNil()
}

// join returns how many series t belongs to.
func (t TickPrices) join(from string, histories []*CapacityHistory, wrong *Error) (joined int) {
	for _, h := range histories {
		for i := range h.Series {
			s := &h.Series[i]
			if s.Zone != t.Zone || s.InstanceType != t.InstanceType {
				continue
			}
			joined++
			switch {
			case len(s.Prices) > 0:
				wrong.Problem(0, "%s: %v: has prices already; there are others in %s", h.Name, s, from)
			case len(s.Points) != len(t.Prices):
				wrong.Problem(0, "%s: %v: %d numbers, but %d prices in %s", h.Name, s, len(s.Points), len(t.Prices), from)
			default:
				s.setPrices(t.Prices)
			}
		}
	}
	return joined
}
