package stats

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"

	"gonum.org/v1/gonum/stat"
)

// firstCheck is the number of samples at the first check; each further one doubles it.
const firstCheck = 20

// Until is a rule for when there are samples enough: when half the width of the 95 %
// interval of a metric's mean is below a bound.
//
// Checking after every sample stops where the spread happens to be small, and the interval
// then misses the mean more often than its level says (Law, Simulation Modeling and
// Analysis, section 9.4.1; Chow and Robbins, On the Asymptotic Theory of Fixed-Width
// Sequential Confidence Intervals for the Mean, 1965). So an Until checks only at 20, 40,
// 80 ... samples, and at Max. The bias left is less than a point: intervals at the stop
// cover the mean in 94 to 95 % (TestUntilCoverage); intervals corrected for the number of
// checks (Bonferroni) would cover it in 99 % and take twice the samples.
type Until struct {
	// Metric is the name of what is to be known well enough, as in ci(cost).
	Metric string
	// Width bounds half the width of the interval: in units of the metric, or a share of
	// the mean if Relative. Range (0, inf); smaller takes more samples, in inverse square.
	Width    float64
	Relative bool
	// Max bounds the samples. Range [20, inf).
	Max int
}

var untilForm = regexp.MustCompile(`^\s*ci\(\s*([A-Za-z][A-Za-z0-9_.-]*)\s*\)\s*<\s*([^\s%]+)\s*(%?)\s*$`)

// ParseUntil reads a rule like "ci(cost)<1%", relative to the mean, or "ci(cost)<0.5", in
// the unit of the metric, to be followed up to a limit of samples, 20 or more. Whether
// there is such a metric is the caller's to check.
func ParseUntil(text string, limit int) (Until, error) {
	parts := untilForm.FindStringSubmatch(text)
	if parts == nil {
		return Until{}, fmt.Errorf("until %q: must be ci(METRIC)<WIDTH or ci(METRIC)<PERCENT%%, as in ci(cost)<1%%", text)
	}
	u := Until{Metric: parts[1], Relative: parts[3] == "%", Max: limit}
	var err error
	u.Width, err = strconv.ParseFloat(parts[2], 64)
	if u.Relative {
		u.Width /= 100
	}
	var errs []error
	if err != nil || !(u.Width > 0) || math.IsInf(u.Width, 0) {
		errs = append(errs, fmt.Errorf("until %q: width %s must be a number > 0", text, parts[2]))
	}
	if limit < firstCheck {
		errs = append(errs, fmt.Errorf("until %q: limit of %d samples must be >= %d, the first check", text, limit, firstCheck))
	}
	return u, errors.Join(errs...)
}

// Next returns how many samples there must be at the next check; 0 if those that there are
// are enough, or as many as there may be.
func (u Until) Next(samples []float64) int {
	n := len(samples)
	if next := u.checkAfter(n - 1); n < next {
		return next
	}
	half := halfWidth(samples)
	if u.Relative {
		half /= math.Abs(stat.Mean(samples, nil))
	}
	if half < u.Width || n >= u.Max {
		return 0
	}
	return u.checkAfter(n)
}

// checkAfter returns the number of samples at the first check after n.
func (u Until) checkAfter(n int) int {
	next := firstCheck
	for next <= n {
		next *= 2
	}
	return min(next, u.Max)
}
