package traces

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func FuzzReadCapacityTicks(f *testing.F) {
	addFiles(f, "testdata/capacity/*.json")
	addFiles(f, "testdata/capacity/windows/*/*.json")
	for _, seed := range []string{
		`{"data":[0,1,NaN],"metadata":{"gap_seconds":1e-9}}`,
		`{"metadata":{"gap_seconds":60,"zone":"z","start_time":"2031-01-01T00:00:00Z"},"data":[],"prices":[1e3]}`,
		`{"us-east-1a_x":[1,2` + "\n" + `],"us-east-1a_x":[]}`,
		`{"data":"[","prices":{}}{`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(checkCapacity)
}

func FuzzReadCapacityCSV(f *testing.F) {
	addFiles(f, "testdata/capacity/*.csv")
	for _, seed := range []string{
		"\ufeffavailability,date\r\n1,2031-01-01 00:00:00\r\n0.0,2031-01-01T00:00:00.5Z\r\n",
		"date,availability\n2000-01-01 00:00:00,1\n2100-12-31 23:59:59,0\n",
		"time,zone,instance_type,price,available\n1e-9,z,t,0,inf\n1,z,t,,\n1,z,u,1e4,\n",
		"time,zone,instance_type,price,available\n0,,,,1\n1,,,,1\n2,,,,1\n2.5,,,,\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(checkCapacity)
}

func FuzzReadCapacityLog(f *testing.F) {
	addFiles(f, "testdata/capacity/*.txt")
	for _, seed := range []string{
		"0,add,a\r\n1,add,b\r\n1,remove,a\r\n",
		"946080000000,1\n0,1\n",
		"2031-01-01,00:00:00,3\n2030-01-01, 00:00:00, 0\n",
		`[1,"add",{"nodes":["a"],"duration":946080000000}]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(checkCapacity)
}

func FuzzReadCapacityPacked(f *testing.F) {
	archive := packTar(f, "us-east-1a_x/0.json", windowUp, "._0.json", "\x00", "b.csv", "0,1\n5,2\n")
	f.Add(archive)
	f.Add(archive[:700])
	f.Add(packGzip(f, archive))
	f.Add(packGzip(f, []byte("0,1\n")))
	f.Fuzz(checkCapacity)
}

// checkCapacity holds what must be true of any bytes, read with any options.
func checkCapacity(t *testing.T, data []byte) {
	for _, o := range []CapacityOptions{
		{},
		{Polarity: Available},
		{Polarity: AvailableAny, Gap: time.Minute},
		{Polarity: Unavailable},
	} {
		histories, err := ReadCapacity("some file", bytes.NewReader(data), o)
		again, errAgain := ReadCapacity("some file", bytes.NewReader(data), o)
		if !reflect.DeepEqual(histories, again) || !reflect.DeepEqual(err, errAgain) {
			t.Errorf("read twice: %+v, %v\nand %+v, %v", histories, err, again, errAgain)
		}
		if err != nil {
			checkCapacityError(t, err)
			continue
		}
		for _, h := range histories {
			if len(h.Series) == 0 && len(h.TickPrices) == 0 {
				t.Errorf("neither series nor an error: %+v", h)
			}
			for _, s := range h.Series {
				checkCapacitySeries(t, s)
			}
		}
		WarnOfTwins(histories)
		_ = JoinPrices(histories)
		_ = checkAligned(histories)
	}
}

func checkCapacityError(t *testing.T, err error) {
	var bad *Error
	var unsaid *PolarityError
	if !errors.As(err, &bad) && !errors.As(err, &unsaid) {
		t.Errorf("%v is neither an *Error nor a *PolarityError", err)
	}
	for line := range strings.Lines(err.Error()) {
		if !strings.HasPrefix(line, "some file:") {
			t.Errorf("%q does not name the file", line)
		}
	}
}

func checkCapacitySeries(t *testing.T, s CapacitySeries) {
	if len(s.Points) == 0 {
		t.Fatalf("%v has no points", s)
	}
	for i, p := range s.Points {
		if i > 0 && p.At <= s.Points[i-1].At || i > 0 && s.Gap > 0 && p.At-s.Points[i-1].At != s.Gap {
			t.Errorf("%v: %v after %v, gap %v", s, p, s.Points[i-1], s.Gap)
		}
		if p.Available < 0 || p.Available > maxCount && p.Available != Unlimited {
			t.Errorf("%v: %v", s, p)
		}
	}
	if last := s.Points[len(s.Points)-1].At; s.Points[0].At < 0 || s.End < last+s.Gap || s.Gap > 0 && s.End != last+s.Gap || s.End > maxSpan {
		t.Errorf("%v: from %v by %v to %v, end %v", s, s.Points[0].At, s.Gap, last, s.End)
	}
	for i, p := range s.Prices {
		if i > 0 && p.At <= s.Prices[i-1].At || p.At < 0 || p.Price < 0 || p.Price > maxPrice {
			t.Errorf("%v: %v", s, p)
		}
	}
	stats := InspectCapacity(s)
	if !(stats.Availability >= 0 && stats.Availability <= 1) || stats.Up.Total+stats.Down.Total != stats.Span || !(stats.Mean >= 0) {
		t.Errorf("%v: %+v", s, stats)
	}
	checkNativeCopy(t, s)
}

// checkNativeCopy checks that a series comes through the native format unchanged, but for
// its date.
func checkNativeCopy(t *testing.T, s CapacitySeries) {
	var out bytes.Buffer
	if err := WriteCapacity(&out, []CapacitySeries{s}); err != nil {
		t.Fatal(err)
	}
	histories, err := ReadCapacity("copy", &out, CapacityOptions{})
	if err != nil {
		t.Fatalf("%v: %v", s, err)
	}
	same := histories[0].Series[0]
	s.Start, s.Region = time.Time{}, same.Region
	if s.Gap == 0 {
		same.Gap = 0 // changes that happen to be equally far apart
	}
	if !reflect.DeepEqual(s, same) {
		t.Errorf("%+v\ncomes back as\n%+v", s, same)
	}
}
