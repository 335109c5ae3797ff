package traces

import (
	"fmt"
	"strings"
	"time"

	"github.com/bobby-math/tessera/input"
)

// offsetLayouts are the ways to write an offset from UTC.
var offsetLayouts = []string{"Z07:00", "Z0700", "Z07"}

// parseTime reads a time in RFC 3339, with a T or a space in the middle. Without an
// offset it is UTC, and offset is false.
func parseTime(text string) (at time.Time, offset bool, err error) {
	layout := "2006-01-02T15:04:05"
	if len(text) > 10 && text[10] == ' ' {
		layout = time.DateTime
	}
	at, offset, ok := parseLayouts(layout, text)
	at = at.UTC()
	switch {
	case !ok && isDigits(strings.Replace(text, ".", "", 1)):
		return at, false, fmt.Errorf("%s is a bare number (epoch seconds?): write a time as 2006-01-02T15:04:05Z", input.Quote(text))
	case !ok:
		return at, false, fmt.Errorf("%s is not a time like 2006-01-02T15:04:05Z", input.Quote(text))
	case at.Year() < 2000 || at.Year() > 2100:
		return at, false, fmt.Errorf("%s is not between the years 2000 and 2100", input.Quote(text))
	}
	return at, offset, nil
}

func parseLayouts(layout, text string) (at time.Time, offset, ok bool) {
	for _, suffix := range offsetLayouts {
		if at, err := time.Parse(layout+suffix, text); err == nil {
			return at, true, true
		}
	}
	at, err := time.Parse(layout, text)
	return at, false, err == nil
}

// stamp writes a time as RFC 3339.
func stamp(t time.Time) string { return t.Format(time.RFC3339Nano) }
