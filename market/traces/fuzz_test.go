package traces

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func FuzzReadPricesAWSJSON(f *testing.F) {
	addFiles(f, "testdata/*.json")
	for _, seed := range []string{
		`[{"SpotPrice":"0.1","Timestamp":"2030-01-01T00:00:00Z"},{"SpotPrice":1e-3,"Timestamp":"2030-01-01 00:00:01"}]`,
		`[{"SpotPrice":"0.1","Timestamp":"2030-01-01T00:00:00Z"}][[{"SpotPriceHistory":null}]]`,
		"{\"SpotPriceHistory\":{\"SpotPrice\":[1],\n\"Timestamp\":\"\\ud800\"",
		`["SpotPrice",[[[[[`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(checkReading)
}

func FuzzReadPricesCSV(f *testing.F) {
	addFiles(f, "testdata/*.csv")
	for _, seed := range []string{
		"\ufeffTimestamp,SpotPrice\r\n2030-01-01T00:00:00Z,0.1\r\n2030-01-01T00:00:00.5+01:00,\"0\"\r\n",
		"SpotPrice,Timestamp\n0.1\n\"0.2,2030-01-01",
		"spot_price,time stamp,REGION\n1e4,2100-12-31 23:59:59,\n10000.1,1700000000,x\n",
		"Timestamp,SpotPrice\n2030-01-01T00:00:00Z,0.1\n2030-01-01T00:00:00Z,0.2\n\n\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(checkReading)
}

func addFiles(f *testing.F, pattern string) {
	names, err := filepath.Glob(pattern)
	if err != nil || names == nil {
		f.Fatalf("no seeds %s: %v", pattern, err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// checkReading holds what must be true of any bytes.
func checkReading(t *testing.T, data []byte) {
	h, err := ReadPrices("some file", bytes.NewReader(data))
	again, errAgain := ReadPrices("some file", bytes.NewReader(data))
	if !reflect.DeepEqual(h, again) || !reflect.DeepEqual(err, errAgain) {
		t.Errorf("read twice: %+v, %v\nand %+v, %v", h, err, again, errAgain)
	}
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			if !strings.HasPrefix(line, "some file: ") {
				t.Errorf("%q does not name the file", line)
			}
		}
		return
	}
	if h.Rows == 0 || len(h.Series) == 0 {
		t.Errorf("neither rows nor an error: %+v", h)
	}
	for _, s := range h.Series {
		checkSeries(t, s)
		Inspect(s)
	}
}

func checkSeries(t *testing.T, s PriceSeries) {
	for i, p := range s.Points {
		if i > 0 && !p.At.After(s.Points[i-1].At) {
			t.Errorf("%v: %v does not come after %v", s, p, s.Points[i-1])
		}
		if p.At.Location() != time.UTC {
			t.Errorf("%v: %v is not UTC", s, p)
		}
		if p.Price < 0 {
			t.Errorf("%v: %v is negative", s, p)
		}
	}
}
