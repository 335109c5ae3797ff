package traces

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestErrors(t *testing.T) {
	const header = "Timestamp,AvailabilityZone,SpotPrice\n"
	const looked = `f: not a known price history: looked for the JSON of "aws ec2 describe-spot-price-history"` +
		` (objects with SpotPriceHistory or SpotPrice), and for CSV, separated by commas, whose header names Timestamp and SpotPrice`
	tests := []struct {
		name, text string
		want       []string
	}{
		{"an empty file", "", []string{`f: the file is empty`}},
		{"a file of blanks", "\ufeff \r\n\n", []string{`f: the file is empty`}},
		{"gzip", "\x1f\x8b\x08\x00", []string{`f: gzip: unpack it first`}},
		{"a spreadsheet", "PK\x03\x04", []string{`f: zip (or a spreadsheet): unpack it, or save it as CSV, first`}},
		{"UTF-16", "\xff\xfeT\x00", []string{`f: UTF-16: save it as UTF-8 first`}},
		{"binary", "Timestamp,SpotPrice\n\x00", []string{`f: binary data, not text`}},
		{"Latin-1", header + "\n2030-01-01T00:00:00Z,M\xfcnchen,1\n", []string{`f: line 3: bytes that are not UTF-8`}},
		{"prose", "Lorem ipsum, dolor\n", []string{looked}},
		{"JSON of another kind", `{"date": "2030-01-01"}`, []string{looked}},
		{"CSV without a header", "2030-01-01T00:00:00Z,0.1\n", []string{looked}},
		{"semicolons", "Timestamp;SpotPrice\n", []string{looked}},

		{"a header only", header, []string{`f: no rows`}},
		{"a missing column", "time,zone,SpotPrice\n", []string{
			`f: line 1: no column Timestamp: found only "time,zone,SpotPrice"`}},
		{"a column twice", "\nTimestamp,SpotPrice,spot_price\n", []string{`f: line 2: two columns called SpotPrice`}},
		{"no price", header + "2030-01-01T00:00:00Z,a,n/a\n2030-01-01T00:00:00Z,a,\n", []string{
			`f: line 2: SpotPrice "n/a" is not a price in dollars an hour`,
			`f: line 3: SpotPrice "" is not a price in dollars an hour`}},
		{"time and price wrong", header + "\n1700000000,a,NaN\n", []string{
			`f: line 3: Timestamp "1700000000" is a bare number (epoch seconds?): write a time as 2006-01-02T15:04:05Z`,
			`f: line 3: SpotPrice "NaN" is not a price in dollars an hour`}},
		{"the columns mixed up", "SpotPrice,Timestamp\n1700000000,0.1\n", []string{
			`f: line 2: Timestamp "0.1" is a bare number (epoch seconds?): write a time as 2006-01-02T15:04:05Z`,
			`f: line 2: SpotPrice "1700000000" is above $10000/h: is it in cents, or a time?`}},
		{"another century", header + "1999-12-31T23:59:59Z,a,1\n2000-01-01T01:00:00+02:00,a,1\n2101-01-01T00:00:00Z,a,1\n", []string{
			`f: line 2: Timestamp "1999-12-31T23:59:59Z" is not between the years 2000 and 2100`,
			`f: line 3: Timestamp "2000-01-01T01:00:00+02:00" is not between the years 2000 and 2100`,
			`f: line 4: Timestamp "2101-01-01T00:00:00Z" is not between the years 2000 and 2100`}},
		{"a cut last row", header + "2030-01-01T00:00:00Z,a,1\n2030-01-0", []string{
			`f: line 3: row of length 1 under a header of length 3: the file breaks off here`}},
		{"a long row", header + "2030-01-01T00:00:00Z,a,1,234\n", []string{
			`f: line 2: row of length 4 under a header of length 3`}},
		{"a quote in the middle", header + "2030-01-01T00:00:00Z,a\"b,1\n2030-01-01T00:00:00Z,a,-1\n", []string{
			`f: line 2: bare " in non-quoted-field`,
			`f: line 3: SpotPrice "-1" is negative`}},
		{"a quote without end", header + "2030-01-01T00:00:00Z,\"a,1\n\n", []string{
			`f: line 2: extraneous or missing " in quoted-field`}},
		{"two prices at one instant", header + "2030-01-01T00:00:00Z,a,2\n2030-01-01T00:00:00Z,b,3\n2030-01-01 01:00:00+01:00,a,1\n", []string{
			`f: line 4: a: $1/h at 2030-01-01T00:00:00Z, but $2/h on line 2`}},

		{"no rows in the pages", "{\"SpotPriceHistory\":[]}\n", []string{`f: no rows`}},
		{"JSON cut in a row", "{\"SpotPriceHistory\":[\n{\"SpotPrice\":\"0.1\",\n\n", []string{
			`f: line 2: the JSON breaks off here: is the file complete?`}},
		{"JSON cut in a string", "[\n{\"SpotPrice\":\n\"0.1", []string{
			`f: line 3: the JSON breaks off here: is the file complete?`}},
		{"JSON with a comma too many", "[{\"SpotPrice\":\"1\",\n\"Timestamp\":\"2030-01-01T00:00:00Z\"},\n]", []string{
			`f: line 3: invalid character ']' looking for beginning of value`}},
		{"a row without a price", "[{\"SpotPrice\":\"1\",\"Timestamp\":\"2030-01-01T00:00:00Z\"},\n{\"Timestamp\":\"2030-01-01T00:00:00Z\"}]", []string{
			`f: line 2: no SpotPrice`}},
		{"the line of the value, not of the row", "[{\n\"SpotPrice\":\n\"free\",\"InstanceType\":\n[1],\"Timestamp\":null},{\"SpotPrice\":\n\"free\",\"Timestamp\":\n\"now\"}]", []string{
			`f: line 4: InstanceType must be a string`,
			`f: line 5: SpotPrice "free" is not a price in dollars an hour`,
			`f: line 6: Timestamp "now" is not a time like 2006-01-02T15:04:05Z`}},
		{"a page of rows that are none", "{\"SpotPriceHistory\":\n[1,\"x\"]}", []string{
			`f: line 2: a row must be an object`,
			`f: line 2: a row must be an object`}},
		{"nesting", `["SpotPrice",` + strings.Repeat("[", 100_000), []string{
			`f: line 1: a row must be an object`,
			`f: line 1: values are nested too deep for a price history`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h, err := ReadPrices("f", strings.NewReader(test.text))
			if h != nil {
				t.Errorf("a history comes with the error: %+v", h)
			}
			if bad := new(Error); !errors.As(err, &bad) {
				t.Fatalf("%v is not an *Error", err)
			}
			if diff := cmp.Diff(test.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnErrorListsTwentyProblemsAndCountsTheRest(t *testing.T) {
	text := "Timestamp,SpotPrice\n" + strings.Repeat("2030-01-01T00:00:00Z,n/a\n", 153)
	_, err := ReadPrices("prices.csv", strings.NewReader(text))
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 21 {
		t.Fatalf("%d lines, want 21:\n%v", len(lines), err)
	}
	if want := `prices.csv: line 21: SpotPrice "n/a" is not a price in dollars an hour`; lines[19] != want {
		t.Errorf("got %q, want %q", lines[19], want)
	}
	if want := "prices.csv: ... and 133 more"; lines[20] != want {
		t.Errorf("got %q, want %q", lines[20], want)
	}
}

func TestLongCellsAreCut(t *testing.T) {
	_, err := ReadPrices("f", strings.NewReader("Timestamp,SpotPrice\n2030-01-01T00:00:00Z,"+strings.Repeat("é", 40)+"\n"))
	// 60 bytes are 30 letters of two bytes.
	want := fmt.Sprintf(`f: line 2: SpotPrice "%s"... is not a price in dollars an hour`, strings.Repeat("é", 30))
	if err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
