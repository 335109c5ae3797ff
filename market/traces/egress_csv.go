package traces

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/input"
)

// egressColumns are the columns of a matrix of egress prices, as of SkyNomad.
var egressColumns = []string{"from_region", "to_region", "price_usd_per_gb"}

// EgressPrices are what it costs to bring data from one region to another.
type EgressPrices struct {
	// Name is the name of the file, SHA256 the digest of its bytes in hexadecimal.
	Name, SHA256 string

	perGB map[regionPair]egressPrice
}

// regionPair is a way from a region to another.
type regionPair struct{ from, to string }

// egressPrice is the price of a GB and the line that says so.
type egressPrice struct {
	dollars cloud.Money
	line    int
}

// ReadEgress reads a CSV file, called name in errors, whose header names from_region,
// to_region and price_usd_per_gb; it may be packed with gzip. A row that repeats another
// counts once. What is wrong with the content comes back as one *Error.
func ReadEgress(name string, r io.Reader) (*EgressPrices, error) {
	data, content, err := readPacked(name, r)
	if err != nil {
		return nil, err
	}
	wrong := newError(name)
	p := &EgressPrices{Name: name, SHA256: digest(data), perGB: map[regionPair]egressPrice{}}
	if text := bytes.TrimPrefix(content, utf8Mark); wrong.checkText(text) {
		wrong.readCSV(text, egressColumns, len(egressColumns), func(line int, cells []cell) {
			p.add(wrong, line, regionPair{cells[0].text, cells[1].text}, cells[2].text)
		})
	}
	if len(wrong.List) == 0 && len(p.perGB) == 0 {
		wrong.Problem(0, "no rows")
	}
	if err := wrong.orNil(); err != nil {
		return nil, err
	}
	return p, nil
}

// add takes a row, or notes what is wrong with it.
func (p *EgressPrices) add(wrong *Error, line int, pair regionPair, text string) {
	nanoDollars, err := dollarsAGB.parse(text)
	price := cloud.Money(nanoDollars)
	wrong.note(line, egressColumns[2]+" ", err)
	if pair.from == "" || pair.to == "" {
		wrong.Problem(line, "a row must name %s and %s", egressColumns[0], egressColumns[1])
	}
	if pair.from == pair.to && price != 0 {
		wrong.Problem(line, "%s within %s: must be 0", input.Quote(text), input.Quote(pair.from))
	}
	before, twice := p.perGB[pair]
	if !twice {
		p.perGB[pair] = egressPrice{price, line}
	} else if before.dollars != price && err == nil {
		wrong.Problem(line, "another price from %s to %s than on line %d", input.Quote(pair.from), input.Quote(pair.to), before.line)
	}
}

// PerGB returns the price of bringing a GB from a region to another; within a region it is
// nothing. The error says that the file has none.
func (p *EgressPrices) PerGB(from, to string) (cloud.Money, error) {
	price, ok := p.perGB[regionPair{from, to}]
	if !ok && from != to {
		return 0, fmt.Errorf("%s: no price from %s to %s", p.Name, from, to)
	}
	return price.dollars, nil
}

// Matrix returns the price of a GB from each region to each. The error names every pair
// that the file lacks.
func (p *EgressPrices) Matrix(regions []string) ([][]cloud.Money, error) {
	rows := make([][]cloud.Money, len(regions))
	var errs []error
	missing := map[regionPair]bool{}
	for a, from := range regions {
		rows[a] = make([]cloud.Money, len(regions))
		for b, to := range regions {
			price, err := p.PerGB(from, to)
			if pair := (regionPair{from, to}); err != nil && !missing[pair] {
				missing[pair] = true
				errs = append(errs, err)
			}
			rows[a][b] = price
		}
	}
	return rows, errors.Join(errs...)
}
