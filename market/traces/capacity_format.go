package traces

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// capacityFormat is one way to write down what could be had.
type capacityFormat struct {
	name string
	// doc says what such a file is, for the error about a file that is none.
	doc string
	// looksLike tells from the first bytes whether the file claims to be of this format.
	looksLike func(head []byte) bool
	// asksPolarity tells that such a file does not say what its numbers mean.
	asksPolarity bool
	// read hands every series of text, which is UTF-8, to in, and every problem with it.
	read func(text []byte, in *capacityIntake)
}

var capacityFormats []capacityFormat

func registerCapacityFormat(f capacityFormat) {
	capacityFormats = append(capacityFormats, f)
	slices.SortFunc(capacityFormats, func(a, b capacityFormat) int { return strings.Compare(a.name, b.name) })
}

// LooksLikePrices tells whether data, which need not be all of a file, is meant for
// ReadPrices rather than for ReadCapacity.
func LooksLikePrices(data []byte) bool {
	text := head(data)
	return !slices.ContainsFunc(capacityFormats, func(f capacityFormat) bool { return f.looksLike(text) }) &&
		slices.ContainsFunc(priceFormats, func(f priceFormat) bool { return f.looksLike(text) })
}

// capacityIntake gathers the series of one file and what is wrong with them.
type capacityIntake struct {
	*Error
	options    CapacityOptions
	series     []CapacitySeries
	tickPrices []TickPrices
	warnings   []string
}

// identify finds the format of text, or notes why it cannot be read.
func (in *capacityIntake) identify(text []byte) (format capacityFormat, ok bool) {
	if !in.checkText(text) {
		return capacityFormat{}, false
	}
	var docs []string
	for _, f := range capacityFormats {
		if f.looksLike(head(text)) {
			return f, true
		}
		docs = append(docs, f.doc)
	}
	if LooksLikePrices(text) {
		in.Problem(0, "a price history, not an availability series (if it came packed, unpack it)")
		return capacityFormat{}, false
	}
	for _, f := range priceFormats {
		docs = append(docs, f.doc)
	}
	in.Problem(0, "not a known trace: looked for %s", strings.Join(docs, ", for "))
	return capacityFormat{}, false
}

// checkPolarity notes a polarity that contradicts a file which says itself what it counts.
func (in *capacityIntake) checkPolarity(f capacityFormat) {
	if !f.asksPolarity && in.options.Polarity == Unavailable {
		in.Problem(0, "polarity unavailable contradicts the file: a file of format %s says what is available", f.name)
	}
}

// count reads a number of instances.
func (in *capacityIntake) count(text string) (int, error) {
	number, err := parseCount(text)
	if err != nil {
		return 0, err
	}
	return in.options.Polarity.count(number)
}

// maxSpan is the longest series accepted. All spot markets are younger.
const maxSpan = 30 * 365 * 24 * time.Hour

// add takes a series, or notes what is wrong with it.
func (in *capacityIntake) add(s CapacitySeries) {
	if want := in.options.Gap; want != 0 && want != s.Gap {
		in.Problem(0, "%sa gap of %v was asked for, but %s", prefix(s), want, describeGap(s.Gap))
		return
	}
	if s.End > maxSpan {
		in.Problem(0, "%sspans %v, more than 30 years", prefix(s), s.End)
		return
	}
	if s.Region == "" {
		s.Region = RegionOf(s.Zone)
	}
	in.series = append(in.series, s)
}

func prefix(s CapacitySeries) string {
	if s.Zone == "" && s.InstanceType == "" {
		return ""
	}
	return s.String() + ": "
}

func describeGap(gap time.Duration) string {
	if gap == 0 {
		return "the times of the rows are not equally far apart"
	}
	return fmt.Sprintf("the times of the rows are %v apart", gap)
}

// warn notes what may not be what was meant.
func (in *capacityIntake) warn(format string, args ...any) {
	in.warnings = append(in.warnings, fmt.Sprintf(format, args...))
}

// err returns everything wrong with the file, or nil.
func (in *capacityIntake) err() error {
	if len(in.List) == 0 && len(in.series) == 0 && len(in.tickPrices) == 0 {
		in.Problem(0, "no rows")
	}
	return in.orNil()
}
