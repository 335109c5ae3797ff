package traces

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/cloud"
)

func writeNative(t testing.TB, series ...CapacitySeries) string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteCapacity(&out, series); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestWriteCapacity(t *testing.T) {
	got := writeNative(t,
		CapacitySeries{Zone: "zb", InstanceType: `big, "x"`, Points: []CapacityPoint{{0, Unlimited}, {1500 * time.Millisecond, 0}}, End: 2 * time.Second},
		CapacitySeries{Zone: "za", InstanceType: "y", Gap: time.Second, Points: ticks(time.Second, 3, 0), End: 2 * time.Second,
			Prices: []TimedPrice{{0, cloud.PerHour(0.25)}, {500 * time.Millisecond, cloud.PerHour(1e-9)}}},
	)
	want := `time,zone,instance_type,price,available
0,za,y,0.25,3
0.5,za,y,0.000000001,
1,za,y,,0
2,za,y,,
0,zb,"big, ""x""",,inf
1.5,zb,"big, ""x""",,0
2,zb,"big, ""x""",,
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWrittenTimesCountFromTheEarliestStart(t *testing.T) {
	day := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	got := writeNative(t,
		CapacitySeries{Zone: "za", Start: day.Add(time.Hour), Points: ticks(1, 1), End: 60 * time.Second},
		CapacitySeries{Zone: "zb", Start: day, Points: ticks(1, 1), End: 60 * time.Second},
	)
	want := "time,zone,instance_type,price,available\n3600,za,,,1\n3660,za,,,\n0,zb,,,1\n60,zb,,,\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWriteCapacityRefuses(t *testing.T) {
	day := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	err := WriteCapacity(&bytes.Buffer{}, []CapacitySeries{
		{Zone: "za", InstanceType: "x", Points: ticks(1, 1)},
		{Zone: "zb", InstanceType: "x", Points: ticks(1, 1), Start: day},
		{Zone: "za", InstanceType: "x", Points: ticks(1, 0)},
	})
	want := "native format: za x is there twice\n" +
		"native format: za x and zb x: one has dates and the other has none, so that their times do not compare"
	if bad := (*Error)(nil); !errors.As(err, &bad) || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestWriteErrorIsPassedOn(t *testing.T) {
	err := WriteCapacity(brokenWriter{}, []CapacitySeries{{Zone: "z", Points: ticks(1, 1)}})
	if err == nil || err.Error() != "the disk is full" {
		t.Errorf("got %v", err)
	}
}

// What is written reads back the same, rows in any order.
func TestNativeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []CapacitySeries
		for _, zone := range []string{"eu-north-1a", "eu-north-1b"} {
			for _, instanceType := range []string{"x9", `y "big", 1`} {
				if rapid.Bool().Draw(t, "there") {
					want = append(want, drawCapacity(t, zone, instanceType))
				}
			}
		}
		if want == nil {
			t.Skip("no series")
		}
		var out bytes.Buffer
		if err := WriteCapacity(&out, want); err != nil {
			t.Fatal(err)
		}
		lines := slices.Collect(strings.Lines(out.String()))
		rows := rapid.Permutation(lines[1:]).Draw(t, "rows")
		text := lines[0] + strings.Join(rows, "")
		histories, err := ReadCapacity("drawn", strings.NewReader(text), CapacityOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, histories[0].Series); diff != "" {
			t.Fatal(diff)
		}
	})
}

// drawCapacity draws a series of ticks, or one at times so uneven that they are none.
func drawCapacity(t *rapid.T, zone, instanceType string) CapacitySeries {
	s := CapacitySeries{Zone: zone, Region: "eu-north-1", InstanceType: instanceType}
	n := rapid.IntRange(1, 20).Draw(t, "points")
	number := rapid.OneOf(rapid.IntRange(0, maxCount), rapid.Just(Unlimited))
	var at time.Duration
	if rapid.Bool().Draw(t, "ticks") {
		s.Gap = time.Duration(rapid.Int64Range(1, 1e15).Draw(t, "gap"))
		for range n {
			s.Points = append(s.Points, CapacityPoint{at, number.Draw(t, "number")})
			at += s.Gap
		}
		s.End = at
	} else {
		for k := range n {
			s.Points = append(s.Points, CapacityPoint{at, number.Draw(t, "number")})
			at += time.Duration(1_000*k + rapid.IntRange(1, 999).Draw(t, "gap")) // ever longer
		}
		s.End = s.Points[n-1].At // the last point holds for no time
		if n > 2 && rapid.Bool().Draw(t, "holds") {
			s.End = at
		}
	}
	var priced time.Duration
	for rapid.Bool().Draw(t, "another price") && priced <= s.Points[n-1].At {
		s.Prices = append(s.Prices, TimedPrice{priced, cloud.Price(rapid.Int64Range(0, int64(maxPrice)).Draw(t, "price"))})
		priced += time.Duration(rapid.Int64Range(1, 1e15).Draw(t, "price gap"))
	}
	return s
}

// A series by ticks, written as JSON in either polarity, reads back the same.
func TestTickRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		up := rapid.SliceOfN(rapid.Bool(), 1, 50).Draw(t, "up")
		inverted := rapid.Bool().Draw(t, "inverted")
		space := rapid.SampledFrom([]string{"", " ", "\n  "}).Draw(t, "space")
		polarity, yes, no := AvailableAny, "1", "0"
		if inverted {
			polarity, yes, no = Unavailable, "0", "1"
		}
		var data, prices []string
		want := CapacitySeries{Zone: "eu-north-1a", Region: "eu-north-1", InstanceType: "x", Gap: 7 * time.Second}
		for k, u := range up {
			at := time.Duration(k) * want.Gap
			price := cloud.Price(rapid.Int64Range(0, int64(maxPrice)).Draw(t, "price"))
			available, word := 0, no
			if u {
				available, word = Unlimited, yes
			}
			want.Points = append(want.Points, CapacityPoint{at, available})
			want.Prices = append(want.Prices, TimedPrice{at, price})
			data, prices = append(data, word), append(prices, formatNanos(int64(price)))
		}
		want.End = time.Duration(len(up)) * want.Gap
		fields := rapid.Permutation([]string{
			fmt.Sprintf(`"data":%s[%s]`, space, strings.Join(data, ","+space)),
			fmt.Sprintf(`"prices": [%s%s]`, strings.Join(prices, space+","), space),
			`"metadata":{"gap_seconds":7}`,
			`"note":[{"data":[]}]`,
		}).Draw(t, "fields")
		text := "{" + strings.Join(fields, ","+space) + "}"
		histories, err := ReadCapacity("eu-north-1a_x.json", strings.NewReader(text), CapacityOptions{Polarity: polarity})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]CapacitySeries{want}, histories[0].Series); diff != "" {
			t.Fatal(diff)
		}
	})
}

// A log of nodes counts as many as a set of them holds, in any order of lines.
func TestNodeLogRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		there := map[string]bool{}
		var lines []string
		want := []CapacityPoint{{0, 0}}
		var at time.Duration
		for range rapid.IntRange(1, 30).Draw(t, "events") {
			at += time.Duration(rapid.IntRange(1, 1e6).Draw(t, "ms")) * time.Millisecond
			node := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "node")
			action := "add"
			if there[node] {
				action = "remove"
				delete(there, node)
			} else {
				there[node] = true
			}
			lines = append(lines, fmt.Sprintf("%d,%s,%s\r\n", at.Milliseconds(), action, node))
			want = append(want, CapacityPoint{at, len(there)})
		}
		text := strings.Join(rapid.Permutation(lines).Draw(t, "lines"), "")
		histories, err := ReadCapacity("log", strings.NewReader(text), CapacityOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, histories[0].Series[0].Points); diff != "" {
			t.Fatal(diff)
		}
	})
}
