package traces

import (
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	noon := time.Date(2030, 6, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]struct {
		at     time.Time
		offset bool
	}{
		"2030-06-01T12:00:00Z":           {noon, true},
		"2030-06-01T12:00:00+00:00":      {noon, true},
		"2030-06-01 12:00:00+00:00":      {noon, true},
		"2030-06-01T14:30:00+02:30":      {noon, true},
		"2030-06-01T08:00:00-0400":       {noon, true},
		"2030-06-01 12:00:00+00":         {noon, true},
		"2030-06-01T12:00:00":            {noon, false},
		"2030-06-01 12:00:00":            {noon, false},
		"2030-06-01T12:00:00.5Z":         {noon.Add(500 * time.Millisecond), true},
		"2030-06-01 12:00:00.000001":     {noon.Add(time.Microsecond), false},
		"2030-06-01T12:00:00.000+00:00":  {noon, true},
		"2000-01-01T00:00:00Z":           {time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), true},
		"2100-12-31T23:59:59.999999999Z": {time.Date(2100, 12, 31, 23, 59, 59, 999999999, time.UTC), true},
	} {
		at, offset, err := parseTime(text)
		if err != nil || at != want.at || offset != want.offset {
			t.Errorf("%s: got %v, %v, %v, want %v, %v", text, at, offset, err, want.at, want.offset)
		}
	}
}

func TestParseTimeRefuses(t *testing.T) {
	for _, text := range []string{
		"", "2030-06-01", "2030-06-01T12:00", "06/01/2030 12:00:00", "2030-02-30T00:00:00Z",
		"2030-06-01T12:00:00 UTC", "1700000000", "1700000000000", "1.7e9", "45000.5",
	} {
		if at, _, err := parseTime(text); err == nil {
			t.Errorf("%q was read as %v", text, at)
		}
	}
}
