package traces

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bobby-math/tessera/cloud"
)

func TestEgressBetweenRegions(t *testing.T) {
	f, err := os.Open("testdata/egress.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := ReadEgress("egress.csv", f)
	if err != nil {
		t.Fatal(err)
	}
	const cent = cloud.Dollar / 100
	got, err := p.Matrix([]string{"eu-north-1", "eu-south-7", "eu-north-1"})
	want := [][]cloud.Money{{0, 2 * cent, 0}, {3*cent + cent/20, 0, 3*cent + cent/20}, {0, 2 * cent, 0}}
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	_, err = p.Matrix([]string{"ap-west-9", "eu-south-7", "eu-north-1", "eu-south-7"})
	const missing = "egress.csv: no price from ap-west-9 to eu-south-7\n" +
		"egress.csv: no price from eu-south-7 to ap-west-9"
	if err == nil || err.Error() != missing {
		t.Errorf("got\n%v\nwant\n%s", err, missing)
	}
}

func TestEgressTellsAllThatIsWrong(t *testing.T) {
	const header = "from_region,to_region,price_usd_per_gb\n"
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"no file", "", []string{"f: the file is empty"}},
		{"no rows", header, []string{"f: no rows"}},
		{"missing columns", "from_region,price\na,1\n", []string{
			`f: line 1: no column to_region: found only "from_region,price"`,
			`f: line 1: no column price_usd_per_gb: found only "from_region,price"`}},
		{"bad rows of every kind", header + "a,b,-0.01\na,c,NaN\na,d,\nb,,0.1\na,a,0.1\na,e,2000\na,f\n", []string{
			`f: line 2: price_usd_per_gb "-0.01" is negative`,
			`f: line 3: price_usd_per_gb "NaN" is not a price in dollars a GB`,
			`f: line 4: price_usd_per_gb "" is not a price in dollars a GB`,
			`f: line 5: a row must name from_region and to_region`,
			`f: line 6: "0.1" within "a": must be 0`,
			`f: line 7: price_usd_per_gb "2000" is above $100.00 a GB: is it in cents, or of a TB?`,
			`f: line 8: row of length 2 under a header of length 3`}},
		{"two prices of one way", header + "a,b,0.01\nb,a,0.02\na,b,0.010\na,b,0.03\n", []string{
			`f: line 5: another price from "a" to "b" than on line 2`}},
		{"gzip that breaks off", "\x1f\x8b\x08", []string{"f: gzip: the data breaks off: is the file complete?"}},
	} {
		_, err := ReadEgress("f", strings.NewReader(test.text))
		if err == nil || err.Error() != strings.Join(test.want, "\n") {
			t.Errorf("%s: got\n%v\nwant\n%s", test.name, err, strings.Join(test.want, "\n"))
		}
	}
}

func FuzzReadEgress(f *testing.F) {
	addFiles(f, "testdata/egress.csv")
	f.Add([]byte("\ufefffrom region,PRICE_USD_PER_GB,TOREGION\r\na,1e2,b\r\na,0,a\r\n"))
	f.Add([]byte("from_region,to_region,price_usd_per_gb\na,b,\"0.1\nb"))
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ReadEgress("some file", bytes.NewReader(data))
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				if !strings.HasPrefix(line, "some file: ") {
					t.Errorf("%q does not name the file", line)
				}
			}
			return
		}
		if len(p.perGB) == 0 {
			t.Error("neither prices nor an error")
		}
		for pair := range p.perGB {
			price, err := p.PerGB(pair.from, pair.to)
			if err != nil || price < 0 || price > maxEgress || pair.from == pair.to && price != 0 {
				t.Errorf("%v costs %v, %v", pair, price, err)
			}
		}
	})
}

func TestEgressOfAWS(t *testing.T) {
	f, err := os.Open("../../../shared/traces/skynomad/aws_egress_pricing.csv")
	if err != nil {
		t.Skip("the egress prices of AWS are not here")
	}
	defer f.Close()
	p, err := ReadEgress("aws_egress_pricing.csv", f)
	if err != nil {
		t.Fatal(err)
	}
	// 34 regions, each to all others.
	if len(p.perGB) != 34*33 {
		t.Errorf("%d prices, want %d", len(p.perGB), 34*33)
	}
	if price, err := p.PerGB("us-east-1", "us-east-2"); err != nil || price != cloud.Dollar/100 {
		t.Errorf("from us-east-1 to us-east-2: %v, %v, want a cent", price, err)
	}
}
