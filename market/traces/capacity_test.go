package traces

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bobby-math/tessera/cloud"
)

// readFixture reads the one history of a file in testdata/capacity.
func readFixture(t *testing.T, name string, o CapacityOptions) *CapacityHistory {
	t.Helper()
	data, err := os.ReadFile("testdata/capacity/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return readOne(t, name, string(data), o)
}

func readOne(t *testing.T, name, text string, o CapacityOptions) *CapacityHistory {
	t.Helper()
	histories, err := ReadCapacity(name, strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(histories) != 1 {
		t.Fatalf("%d histories, want 1", len(histories))
	}
	return histories[0]
}

// ticks makes the points of a series with a gap.
func ticks(gap time.Duration, available ...int) []CapacityPoint {
	var points []CapacityPoint
	for k, n := range available {
		points = append(points, CapacityPoint{time.Duration(k) * gap, n})
	}
	return points
}

// milliDollars makes prices at the ticks of a gap.
func milliDollars(gap time.Duration, prices ...int64) []TimedPrice {
	var out []TimedPrice
	for k, p := range prices {
		out = append(out, TimedPrice{time.Duration(k) * gap, cloud.Price(p * 1e6)})
	}
	return out
}

func TestCountsByTick(t *testing.T) {
	h := readFixture(t, "eu-north-1a_x9_4.json", CapacityOptions{Polarity: Available})
	want := []CapacitySeries{{
		Zone: "eu-north-1a", Region: "eu-north-1", InstanceType: "x9_4",
		Gap:    time.Minute,
		Points: ticks(time.Minute, 0, 0, 3, 4, 4, 1, 0, 2, 2, 2),
		End:    10 * time.Minute, // ten ticks
	}}
	if diff := cmp.Diff(want, h.Series); diff != "" {
		t.Error(diff)
	}
	if h.Format != "spot-traces-json" || h.Polarity != Available || h.Warnings != nil {
		t.Errorf("got %+v", h)
	}
}

func TestWindowOfPreemptions(t *testing.T) {
	h := readFixture(t, "windows/eu-north-1a_x9_1/0.json", CapacityOptions{Polarity: Unavailable})
	const gap = 5 * time.Minute
	want := []CapacitySeries{{
		Zone: "eu-north-1a", Region: "eu-north-1", InstanceType: "x9_1", // of the folder
		Start:  time.Date(2031, 5, 1, 10, 0, 0, 0, time.UTC),
		Gap:    gap,
		Points: ticks(gap, Unlimited, 0, 0, Unlimited, Unlimited, Unlimited), // 1 is none
		Prices: milliDollars(gap, 400, 400, 410, 410, 500, 400),              // 0.4 nano-dollars are rounded off
		End:    30 * time.Minute,
	}}
	if diff := cmp.Diff(want, h.Series); diff != "" {
		t.Error(diff)
	}
}

func TestPolarityTurnsTheNumbersRound(t *testing.T) {
	const text = `{"metadata":{"gap_seconds":1},"data":[1,0]}`
	for polarity, want := range map[Polarity][]int{
		Available:    {1, 0},
		AvailableAny: {Unlimited, 0},
		Unavailable:  {0, Unlimited},
	} {
		s := readOne(t, "f", text, CapacityOptions{Polarity: polarity}).Series[0]
		if diff := cmp.Diff(ticks(time.Second, want...), s.Points); diff != "" {
			t.Errorf("%v: %s", polarity, diff)
		}
	}
}

func TestWithoutPolarityTheTwoAreNamed(t *testing.T) {
	_, err := ReadCapacity("w.json", strings.NewReader(`{"metadata":{"gap_seconds":1},"data":[1,0]}`), CapacityOptions{})
	if unsaid := (*PolarityError)(nil); !errors.As(err, &unsaid) || unsaid.Name != "w.json" {
		t.Fatalf("%v is not a *PolarityError about w.json", err)
	}
	for _, want := range []string{"w.json: no polarity", "available (", "unavailable (", "spot-traces", "sky-spot"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not contain %q", err, want)
		}
	}
}

func TestGapGivenReplacesTheOneDeclared(t *testing.T) {
	o := CapacityOptions{Polarity: Available, Gap: 195 * time.Second}
	h := readOne(t, "f", `{"metadata":{"gap_seconds":300},"data":[1,0]}`, o)
	if s := h.Series[0]; s.Gap != o.Gap || s.Points[1].At != o.Gap || s.End != 2*o.Gap {
		t.Errorf("got %+v", s)
	}
	want := []string{"metadata.gap_seconds is 300; the gap asked for, 3m15s, is taken"}
	if diff := cmp.Diff(want, h.Warnings); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{`{"metadata":{"gap_seconds":195},"data":[1,0]}`, `{"metadata":{},"data":[1,0]}`, `{"data":[1,0]}`} {
		if h := readOne(t, "f", text, o); h.Warnings != nil || h.Series[0].Gap != o.Gap {
			t.Errorf("%s: got %+v", text, h)
		}
	}
}

func TestZoneOfTheMetadataComesFirst(t *testing.T) {
	o := CapacityOptions{Polarity: Unavailable}
	h := readFixture(t, "windows/eu-north-1b_x9_1/0.json", o)
	s := h.Series[0]
	// 12:00 at +02:00 is 10:00 UTC.
	if want := time.Date(2031, 5, 1, 10, 0, 0, 250e6, time.UTC); s.Zone != "eu-north-1b" || !s.Start.Equal(want) || h.Warnings != nil {
		t.Errorf("got %+v", h)
	}
	h = readOne(t, "us-east-1a_x.json", `{"metadata":{"gap_seconds":1,"zone":"us-east-1b"},"data":[1,0]}`, o)
	want := []string{`metadata.zone is "us-east-1b", though the name of the file says us-east-1a`}
	if diff := cmp.Diff(want, h.Warnings); diff != "" {
		t.Error(diff)
	}
	if s := h.Series[0]; s.Zone != "us-east-1b" || s.InstanceType != "x" {
		t.Errorf("got %+v", s)
	}
}

func TestDatedPolls(t *testing.T) {
	h := readFixture(t, "availability-2031-05-01_eu-north-1c_x9_1.csv", CapacityOptions{})
	want := []CapacitySeries{{
		Zone: "eu-north-1c", Region: "eu-north-1", InstanceType: "x9_1",
		Start: time.Date(2031, 5, 1, 10, 0, 0, 0, time.UTC),
		// The third poll is 2 s late: no ticks.
		Points: []CapacityPoint{{0, 1}, {180 * time.Second, 0}, {362 * time.Second, 0}, {542 * time.Second, 2}},
		End:    542 * time.Second,
	}}
	if diff := cmp.Diff(want, h.Series); diff != "" {
		t.Error(diff)
	}
	if h.Format != "skynomad-csv" || h.Polarity != Available {
		t.Errorf("got %+v", h)
	}
}

func TestGapMakesTicksOfDatedPolls(t *testing.T) {
	const gap = 3 * time.Minute
	h := readFixture(t, "availability-2031-05-01_eu-north-1c_x9_1.csv", CapacityOptions{Gap: gap})
	if s := h.Series[0]; s.Gap != gap || s.End != 4*gap || cmp.Diff(ticks(gap, 1, 0, 0, 2), s.Points) != "" {
		t.Errorf("got %+v", s)
	}
	want := []string{"taken as ticks of 3m0s; by its date the last row is 2s off"} // 542 s, not 540
	if diff := cmp.Diff(want, h.Warnings); diff != "" {
		t.Error(diff)
	}
}

func TestDatedPollsInAnyOrder(t *testing.T) {
	h := readOne(t, "f", "Availability,note,DATE\n0,x,2031-05-01T10:02:00Z\n1.0,,2031-05-01 10:00:00\n1,,2031-05-01T12:01:00+02:00\n0,x,2031-05-01T10:02:00Z\n",
		CapacityOptions{Polarity: AvailableAny})
	s := h.Series[0]
	if s.Gap != time.Minute || s.End != 3*time.Minute || cmp.Diff(ticks(time.Minute, Unlimited, Unlimited, 0), s.Points) != "" {
		t.Errorf("got %+v", s)
	}
}

func TestJoinPrices(t *testing.T) {
	polls := readFixture(t, "availability-2031-05-01_eu-north-1c_x9_1.csv", CapacityOptions{})
	prices := readFixture(t, "prices.json", CapacityOptions{})
	if len(prices.Series) != 0 || len(prices.TickPrices) != 2 || prices.Format != "tick-prices-json" {
		t.Fatalf("got %+v", prices)
	}
	if err := JoinPrices([]*CapacityHistory{prices, polls}); err != nil {
		t.Fatal(err)
	}
	want := []TimedPrice{
		{0, cloud.PerHour(0.25)}, {180 * time.Second, cloud.PerHour(0.25)},
		{362 * time.Second, cloud.PerHour(0.3)}, {542 * time.Second, cloud.PerHour(0.3)},
	}
	if diff := cmp.Diff(want, polls.Series[0].Prices); diff != "" {
		t.Error(diff)
	}
}

func TestJoinPricesNamesWhatDoesNotFit(t *testing.T) {
	o := CapacityOptions{Polarity: Available}
	for name, test := range map[string]struct {
		series string
		prices string
		want   string
	}{
		"another length": {`{"metadata":{"gap_seconds":1},"data":[1,0,0]}`, `{"us-east-1a_x":[1,2]}`,
			"join prices: us-east-1a_x.json: us-east-1a x: 3 numbers, but 2 prices in p.json"},
		"prices already": {`{"metadata":{"gap_seconds":1},"data":[1],"prices":[1]}`, `{"us-east-1a_x":[1]}`,
			"join prices: us-east-1a_x.json: us-east-1a x: has prices already; there are others in p.json"},
		"other zones": {`{"metadata":{"gap_seconds":1},"data":[1]}`, `{"us-east-1b_x":[1],"us-east-1a_y":[1]}`,
			"join prices: p.json: no series of its zones and types is there to take the prices"},
	} {
		t.Run(name, func(t *testing.T) {
			err := JoinPrices([]*CapacityHistory{
				readOne(t, "us-east-1a_x.json", test.series, o), readOne(t, "p.json", test.prices, o)})
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestLogOfNodes(t *testing.T) {
	h := readFixture(t, "nodes.csv", CapacityOptions{})
	want := []CapacitySeries{{
		Points: []CapacityPoint{
			{0, 0}, {60 * time.Second, 2},
			{90 * time.Second, 3}, // the line that goes back
			{120 * time.Second, 2}, {300 * time.Second, 1},
		},
		End: 300 * time.Second,
	}}
	if diff := cmp.Diff(want, h.Series); diff != "" {
		t.Error(diff)
	}
	wantWarnings := []string{"line 4: goes back in time (1 such lines): the lines are sorted, and of several at one time the last holds"}
	if diff := cmp.Diff(wantWarnings, h.Warnings); diff != "" {
		t.Error(diff)
	}
}

func TestLogOfCountsKeepsTheLastOfATime(t *testing.T) {
	h := readFixture(t, "counts.csv", CapacityOptions{})
	want := []CapacityPoint{{0, 2}, {120 * time.Second, 0}} // at 60 s nothing changed
	if s := h.Series[0]; s.End != 120*time.Second || s.Gap != 0 || cmp.Diff(want, s.Points) != "" {
		t.Errorf("got %+v", s)
	}
}

func TestPollsThatGoBackAreSorted(t *testing.T) {
	h := readFixture(t, "polls.txt", CapacityOptions{})
	// By time: 8 and then 5 at 10:01, of which the later line holds, 8 at 10:02, 5 at 10:03.
	want := []CapacityPoint{{0, 8}, {time.Minute, 5}, {2 * time.Minute, 8}, {3 * time.Minute, 5}}
	s := h.Series[0]
	if diff := cmp.Diff(want, s.Points); diff != "" {
		t.Error(diff)
	}
	if !s.Start.Equal(time.Date(2031, 5, 1, 10, 0, 0, 0, time.UTC)) || s.End != 3*time.Minute || len(h.Warnings) != 1 {
		t.Errorf("got %+v", h)
	}
}

func TestLogInJSON(t *testing.T) {
	h := readFixture(t, "log.txt", CapacityOptions{})
	// The last line stands for a minute from 2 min on.
	want := []CapacitySeries{{Points: []CapacityPoint{{0, 2}, {2 * time.Minute, 1}}, End: 3 * time.Minute}}
	if diff := cmp.Diff(want, h.Series); diff != "" {
		t.Error(diff)
	}
	if h.Format != "event-json" {
		t.Errorf("format %s", h.Format)
	}
}

func TestNative(t *testing.T) {
	h := readFixture(t, "native.csv", CapacityOptions{})
	const half = 500 * time.Millisecond
	want := []CapacitySeries{
		{ // the row with neither ends it, and makes the last gap like the others
			Zone: "eu-north-1a", Region: "eu-north-1", InstanceType: "x9_1", Gap: half,
			Points: ticks(half, 3, 0, Unlimited),
			Prices: []TimedPrice{{0, cloud.PerHour(0.25)}, {time.Second, cloud.PerHour(0.3)}},
			End:    1500 * time.Millisecond,
		},
		{ // nothing is known before 60 s; without an end, the gap of 30 s goes on once
			Zone: "eu-north-1b", Region: "eu-north-1", InstanceType: "x9_1", Gap: 30 * time.Second,
			Points: []CapacityPoint{{60 * time.Second, 1}, {90 * time.Second, 0}},
			Prices: []TimedPrice{{0, cloud.PerHour(0.5)}},
			End:    120 * time.Second,
		},
	}
	if diff := cmp.Diff(want, h.Series); diff != "" {
		t.Error(diff)
	}
	wantWarnings := []string{"line 7: eu-north-1b x9_1: no available (1 such rows): the number before goes on"}
	if diff := cmp.Diff(wantWarnings, h.Warnings); diff != "" {
		t.Error(diff)
	}
}

func TestPackedFilesReadTheSame(t *testing.T) {
	text, err := os.ReadFile("testdata/capacity/eu-north-1a_x9_4.json")
	if err != nil {
		t.Fatal(err)
	}
	o := CapacityOptions{Polarity: Available}
	plain := readOne(t, "eu-north-1a_x9_4.json", string(text), o)
	packed := packGzip(t, append([]byte("\ufeff"), text...))
	h := readOne(t, "eu-north-1a_x9_4.json.gz", string(packed), o)
	if diff := cmp.Diff(plain.Series, h.Series); diff != "" {
		t.Error(diff)
	}
	if h.SHA256 != digest(packed) || h.SHA256 == plain.SHA256 {
		t.Errorf("the digest %s is not of the bytes as they are stored", h.SHA256)
	}
}

func packGzip(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestFolderOfWindows(t *testing.T) {
	histories, err := ReadCapacityFS("dir", os.DirFS("testdata/capacity/windows"), CapacityOptions{Polarity: Unavailable})
	if err != nil {
		t.Fatal(err)
	}
	var names, zones []string
	for _, h := range histories {
		names, zones = append(names, h.Name), append(zones, h.Series[0].Zone)
	}
	// Without README.md.
	if diff := cmp.Diff([]string{"dir/eu-north-1a_x9_1/0.json", "dir/eu-north-1b_x9_1/0.json"}, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"eu-north-1a", "eu-north-1b"}, zones); diff != "" {
		t.Error(diff)
	}
	if err := checkAligned(histories); err != nil { // the starts differ by less than a gap
		t.Error(err)
	}
}

func TestFolderErrorJoinsAllFiles(t *testing.T) {
	_, err := ReadCapacityFS("d", fstest.MapFS{
		"a.json":       {Data: []byte("{")},
		"sub/b.csv":    {Data: []byte("date,availability\n")},
		"good.csv":     {Data: []byte("0,1\n")},
		".git/c.json":  {Data: []byte("{")},
		"sub/._b.json": {Data: []byte("{")},
	}, CapacityOptions{})
	want := "d/a.json: not a known trace"
	if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.HasSuffix(err.Error(), "\nd/sub/b.csv: no rows") {
		t.Errorf("got %v", err)
	}
}

func TestReadErrorOfCapacityIsPassedOn(t *testing.T) {
	broken := errors.New("the disk is gone")
	_, err := ReadCapacity("a.json", iotest.ErrReader(broken), CapacityOptions{})
	if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "a.json: ") {
		t.Errorf("got %v", err)
	}
}

func TestLooksLikePrices(t *testing.T) {
	for text, want := range map[string]bool{
		"Timestamp,SpotPrice\n":                     true,
		`[{"SpotPrice":"1"}]`:                       true,
		"time,zone,instance_type,price,available\n": false, // though price histories have an InstanceType
		`{"metadata":{},"data":[1]}`:                false,
		"date,availability\n":                       false,
		"prose":                                     false,
		"":                                          false,
		"\x1f\x8b":                                  false,
		`{"us-east-1a_v100_1": [1.5]}`:              false,
		"0,add,node1\n":                             false,
		"InstanceType,ProductDescription,Timestamp,Spot Price": true,
	} {
		if got := LooksLikePrices([]byte(text)); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestChanges(t *testing.T) {
	s := CapacitySeries{Points: ticks(time.Second, 2, 2, 0, 0, 1, 1)}
	want := []CapacityPoint{{0, 2}, {2 * time.Second, 0}, {4 * time.Second, 1}}
	if diff := cmp.Diff(want, s.Changes()); diff != "" {
		t.Error(diff)
	}
}
