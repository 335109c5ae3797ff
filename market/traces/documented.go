package traces

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// document is what the publisher of a data set says of its series.
type document struct {
	name string
	gap  time.Duration
	days float64
	// values are the fingerprints of the series.
	values []string
}

// documents are published series that have been seen copied with another gap, or are not
// as long as their README says (skypilot-org/spot-traces at 221da1aa). The fingerprints
// identify them whatever their name and the gap they declare.
var documents = []document{
	{"spot-traces availability/1-node/aws-02-15-2023", 195 * time.Second, 45, []string{
		"785526c4bf3f1c79", "ce7064cbd99f8893", "2f6cf99efee45b51", "a11ee8231fc03ce5", "124ee77c0bb5b217",
		"dd5bf89b024df0dd", "3bc8c6c1c8ab01ba", "7418988e6fbd6753", "8e03626275f3bca6"}},
	{"spot-traces availability/1-node/aws-10-26-2022", 600 * time.Second, 13, []string{
		"3b5ecad3fe915ccf", "27b2610f7b82a454", "820c55f22b404d58", "c57d8cee8d4fdfa3",
		"441c883c61a1a6ad", "626720f002ea9f9d", "a2c1baae04c61a6a", "5fce59c9a96406d1"}},
	{"spot-traces preemption/4-node/aws-08-03-2023", 300 * time.Second, 13, []string{
		"377b19b29cd90faf", "f5c1c5d738eb3a8b", "ff1d3f2b43318dbc"}},
}

// documentedWarnings reports where series differ from what their publisher says of them.
func documentedWarnings(series []CapacitySeries) (warnings []string) {
	for _, s := range series {
		print := fingerprint(s)
		for _, d := range documents {
			if !slices.Contains(d.values, print) {
				continue
			}
			if s.Gap != d.gap {
				warnings = append(warnings, fmt.Sprintf("%sthe gap is %v, but these are the values of %s, whose gap is %v",
					s.id().prefix(), s.Gap, d.name, d.gap))
			} else if days := s.End.Hours() / 24; math.Abs(days-d.days) > 1 {
				warnings = append(warnings, fmt.Sprintf("%sspans %.1f days, but %s is documented as %g days",
					s.id().prefix(), days, d.name, d.days))
			}
		}
	}
	return warnings
}

// fingerprint returns a digest of what a series says could be had, whatever its gap and
// name: of the numbers at its ticks, or, without ticks, of its changes. That a number is
// not known but for being above 0 makes no difference to 1.
func fingerprint(s CapacitySeries) string {
	var text []byte
	for _, p := range s.Points {
		if s.Gap == 0 {
			text = append(strconv.AppendInt(text, int64(p.At), 10), ':')
		}
		n := p.Available
		if n == Unlimited {
			n = 1
		}
		text = append(strconv.AppendInt(text, int64(n), 10), ',')
	}
	const enough = 16 // letters; there are a few dozen series in the world
	return digest(text)[:enough]
}

// WarnOfTwins adds a warning to every history with a series whose values occur in an
// earlier one too, under another name or with another gap. Series that never change are
// all alike, and are passed over.
func WarnOfTwins(histories []*CapacityHistory) {
	type seen struct {
		file string
		gap  time.Duration
	}
	first := make(map[string]seen)
	for _, h := range histories {
		for _, s := range h.Series {
			if len(s.Changes()) == 1 {
				continue
			}
			print := fingerprint(s)
			twin, known := first[print]
			switch {
			case !known:
				first[print] = seen{h.Name, s.Gap}
			case twin.gap != s.Gap:
				h.Warnings = append(h.Warnings, fmt.Sprintf("%sthe values are those of %s, but the gap is %v there and %v here",
					s.id().prefix(), twin.file, twin.gap, s.Gap))
			default:
				h.Warnings = append(h.Warnings, fmt.Sprintf("%sthe same series as %s", s.id().prefix(), twin.file))
			}
		}
	}
}
