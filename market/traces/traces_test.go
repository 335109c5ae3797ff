package traces

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bobby-math/tessera/cloud"
)

// point makes a PricePoint of RFC 3339 and nano-dollars an hour.
func point(at string, price cloud.Price) PricePoint {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err)
	}
	return PricePoint{t.UTC(), price}
}

func readFile(t *testing.T, path string) *PriceHistory {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := ReadPrices(filepath.Base(path), bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func readText(t *testing.T, text string) *PriceHistory {
	t.Helper()
	h, err := ReadPrices("prices", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestAWSPages(t *testing.T) {
	h := readFile(t, "testdata/two_pages.json")
	// 13:00 at +02:00 is 11:00 UTC: that row stands in both pages and counts once. The
	// row of January lies before the rest, as the oldest row of a download does.
	want := []PriceSeries{
		{"eu-north-1a", "eu-north-1", "g6.xlarge", "Linux/UNIX", []PricePoint{
			point("2031-01-31T23:59:59Z", 450_000_000),
			point("2031-03-04T12:00:00.25Z", 500_000_000),
		}},
		{"eu-north-1a", "eu-north-1", "g6.xlarge", "Windows", []PricePoint{
			point("2031-03-04T11:00:00Z", 750_000_000),
		}},
		{"eu-north-1b", "eu-north-1", "g6.xlarge", "Linux/UNIX", []PricePoint{
			point("2031-03-04T12:00:00Z", 412_300_000),
		}},
	}
	if diff := cmp.Diff(want, h.Series); diff != "" {
		t.Error(diff)
	}
	if h.Name != "two_pages.json" || h.Format != "aws-json" || h.Rows != 5 || h.Warnings != nil {
		t.Errorf("got %+v", h)
	}
}

func TestAWSShapes(t *testing.T) {
	const a = `{"Timestamp":"2031-01-01T00:00:00Z","SpotPrice":"0.1","AvailabilityZone":"z"}`
	const b = `{"SpotPrice":0.2,"Timestamp":"2031-01-02T00:00:00Z","AvailabilityZone":"z"}`
	want := []PriceSeries{{Zone: "z", Points: []PricePoint{
		point("2031-01-01T00:00:00Z", 100_000_000),
		point("2031-01-02T00:00:00Z", 200_000_000),
	}}}
	for name, text := range map[string]string{
		"one page":                       `{"SpotPriceHistory":[` + b + `,` + a + `]}`,
		"a page whose token comes first": `{"NextToken":"x","SpotPriceHistory":[` + a + `,` + b + `]}`,
		"pages one after the other":      `{"SpotPriceHistory":[` + a + `]}{"SpotPriceHistory":[` + b + `]}`,
		"an array of rows":               `[` + a + `,` + b + `]`,
		"an array of pages":              `[{"SpotPriceHistory":[` + a + `]},{"SpotPriceHistory":[` + b + `]}]`,
		"rows one a line":                a + "\n" + b + "\n",
		"an empty last page":             `{"SpotPriceHistory":[` + a + `,` + b + `]}{"SpotPriceHistory":[]}`,
		"a page of null":                 `{"SpotPriceHistory":null}[` + a + `,` + b + `]`,
		"a byte order mark":              "\ufeff[" + a + `,` + b + `]`,
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, readText(t, text).Series); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCSVColumnsInAnyOrder(t *testing.T) {
	h := readFile(t, "testdata/shuffled.csv")
	// 22:05 at -0200 is 00:05 UTC of the next day.
	want := []PriceSeries{
		{"us-east-1f", "us-east-1", "m7.metal", "SUSE Linux", []PricePoint{
			point("2030-06-01T00:00:00Z", 900_000_000),
		}},
		{"us-west-2-lax-1a", "us-west-2", "c7.large", "Linux/UNIX", []PricePoint{
			point("2030-06-01T00:00:00Z", 30_000_000),
			point("2030-06-01T00:05:00Z", 30_500_000),
			point("2030-06-01T00:10:00Z", 31_000_000),
		}},
	}
	if diff := cmp.Diff(want, h.Series); diff != "" {
		t.Error(diff)
	}
	if h.Format != "price-csv" || h.Rows != 5 {
		t.Errorf("format %s with %d rows, want price-csv with 5", h.Format, h.Rows)
	}
	// The blank line counts: the row without an offset is the sixth.
	wantWarnings := []string{"line 6: Timestamp has no offset (1 such rows): read as UTC"}
	if diff := cmp.Diff(wantWarnings, h.Warnings); diff != "" {
		t.Error(diff)
	}
}

func TestCSVWithoutZone(t *testing.T) {
	want := []PriceSeries{
		{"ap-south-1", "ap-south-1", "", "", []PricePoint{
			point("2030-01-02T00:00:00Z", 1_900_000),
			point("2030-01-02T06:00:00Z", 2_100_000),
		}},
		{"sa-east-1", "sa-east-1", "", "", []PricePoint{
			point("2030-01-02T03:00:00Z", 4_000_000),
		}},
	}
	if diff := cmp.Diff(want, readFile(t, "testdata/region_only.csv").Series); diff != "" {
		t.Error(diff)
	}
}

func TestCSVOfWindows(t *testing.T) {
	plain := readText(t, "Timestamp,SpotPrice\n2030-01-01T00:00:00Z,0.1\n2030-01-02T00:00:00Z,0.2\n")
	for name, text := range map[string]string{
		"byte order mark":         "\ufeffTimestamp,SpotPrice\n2030-01-01T00:00:00Z,0.1\n2030-01-02T00:00:00Z,0.2\n",
		"CRLF":                    "Timestamp,SpotPrice\r\n2030-01-01T00:00:00Z,0.1\r\n2030-01-02T00:00:00Z,0.2\r\n",
		"everything quoted":       "\"Timestamp\",\"SpotPrice\"\n\"2030-01-01T00:00:00Z\",\"0.1\"\n\"2030-01-02T00:00:00Z\",\"0.2\"\n",
		"no newline at the end":   "Timestamp,SpotPrice\n2030-01-01T00:00:00Z,0.1\n2030-01-02T00:00:00Z,0.2",
		"spaces around the cells": "Timestamp , SpotPrice\n 2030-01-01T00:00:00Z , 0.1 \n2030-01-02T00:00:00Z, \"0.2\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(plain.Series, readText(t, text).Series); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDigestIsOfTheBytesRead(t *testing.T) {
	// The byte order mark is no part of the text, but it is of the file.
	text := "\ufeffTimestamp,SpotPrice\n2030-01-01T00:00:00Z,0.1\n"
	digest := sha256.Sum256([]byte(text))
	if got, want := readText(t, text).SHA256, hex.EncodeToString(digest[:]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestZeroPriceIsReadWithAWarning(t *testing.T) {
	h := readText(t, "Timestamp,SpotPrice\n2030-01-01T00:00:00Z,0.1\n2030-01-02T00:00:00Z,0\n2030-01-03T00:00:00Z,0.00\n")
	want := []string{"line 3: SpotPrice is 0 (2 such rows): is that a missing value?"}
	if diff := cmp.Diff(want, h.Warnings); diff != "" {
		t.Error(diff)
	}
}

func TestReadErrorIsPassedOn(t *testing.T) {
	broken := errors.New("the disk is gone")
	_, err := ReadPrices("prices.csv", iotest.ErrReader(broken))
	if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "prices.csv: ") {
		t.Errorf("got %v", err)
	}
	if bad := new(Error); errors.As(err, &bad) {
		t.Error("a disk that fails is no fault of the content")
	}
}

// Of the prices that a region without zones has at one instant, the highest is taken.
func TestMixedZones(t *testing.T) {
	text := "Timestamp,Region,SpotPrice\n2030-01-01T00:00:00Z,r,2\n2030-01-01T00:00:00Z,r,3\n2030-01-01T00:00:00Z,r,1\n"
	h, err := ReadPrices("f", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if points := h.Series[0].Points; len(points) != 1 || points[0].Price != cloud.PerHour(3) {
		t.Errorf("points %v, want one of $3/h", points)
	}
	// Sorted by price, 1 on line 4 meets 2 on line 2, and 2 meets 3 on line 3.
	want := []string{"line 4: no AvailabilityZone, and two prices at one instant (2 times): zones are mixed, and the higher price is taken"}
	if diff := cmp.Diff(want, h.Warnings); diff != "" {
		t.Error(diff)
	}
}
