// Package traces reads real histories of what a provider sold: spot prices as clouds
// and their users write them down, and how many spot instances could be had, as those
// who studied it published it.
//
// The one idea to hold: a reader takes bytes and either understands all of them or
// returns an Error that lists everything wrong, line by line. It never guesses a unit,
// nor whether 1 means available or unavailable, and never drops a row in silence, save
// exact repeats. A new format is one file, which registers itself.
package traces

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// PricePoint says that from At on, the price is Price.
type PricePoint struct {
	At    time.Time // UTC
	Price cloud.Price
}

// PriceSeries is the price history of one capacity pool and product.
type PriceSeries struct {
	// Zone is the region where the file names no zone, and empty where it names neither.
	Zone string
	// Region is derived from the zone where the file does not name it, and empty where
	// the zone's name does not say.
	Region string
	// InstanceType and Product are empty where the file does not name them.
	InstanceType string
	Product      string
	// Points are strictly increasing in At. Neighbours may have equal prices.
	Points []PricePoint
}

// PriceHistory is what one file holds.
type PriceHistory struct {
	// Name is the name the file was read under.
	Name string
	// SHA256 is the digest of the bytes read, in hexadecimal.
	SHA256 string
	// Format is the name of the format found.
	Format string
	// Rows is how many rows the file holds, repeats included.
	Rows int
	// Series are sorted by zone, instance type, product and region.
	Series []PriceSeries
	// Warnings tell what was read but may not be what was meant.
	Warnings []string
}

// ReadPrices reads a price history, called name in errors, and finds its format by
// content. What is wrong with the content comes back as one *Error.
func ReadPrices(name string, r io.Reader) (*PriceHistory, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	text := bytes.TrimPrefix(data, utf8Mark)
	in := &intake{findings: findings{Error: newError(name)}, byID: make(map[seriesID][]row)}
	format, known := priceFormats.find(text)
	switch {
	case !in.checkText(text):
	case !known:
		in.Problem(0, "not a known price history: looked for %s", strings.Join(priceFormats.docs(), ", and for "))
	default:
		format.read(text, in)
	}
	series := in.settle()
	if err := in.finish(); err != nil {
		return nil, err
	}
	return &PriceHistory{
		Name:     name,
		SHA256:   digest(data),
		Format:   format.name,
		Rows:     in.rows,
		Series:   series,
		Warnings: in.warnings,
	}, nil
}
