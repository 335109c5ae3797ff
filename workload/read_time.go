package workload

import (
	"errors"
	"math"
	"strconv"
	"time"
)

// longest is the longest time a task file may hold: 100 years of 365 days.
const longest = 100 * 365 * 24 * time.Hour

// timeForms says how to write a time.
const timeForms = "write hours as 1.5 or a duration as 90m, at most 100 years"

// parseTime reads a number of hours, rounded to the nearest nanosecond, or a Go
// duration. A number outside of [0, longest] comes back outside of it, on its side.
func parseTime(text string) (d time.Duration, ok bool) {
	hours, err := strconv.ParseFloat(text, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		d, err = time.ParseDuration(text)
		return d, err == nil
	}
	if math.IsNaN(hours) {
		return 0, false
	}
	ns := math.Round(hours * float64(time.Hour))
	return time.Duration(min(max(ns, -1), float64(longest)*2)), true
}
