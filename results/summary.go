package results

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"strconv"
)

// SummarySchema names the form of summary.json; it changes when a field changes its
// meaning or goes.
const SummarySchema = "tessera/summary/v1"

// Summary sums up the runs of a sweep: for each point of the sweep, each policy,
// each metric, a distribution and how it differs from that of the baseline under the same
// seeds.
type Summary struct {
	Schema string `json:"schema"`
	// Baseline is the policy the others are compared with.
	Baseline string `json:"baseline"`
	// Metrics are described in the order in which they are in every policy.
	Metrics []MetricInfo `json:"metrics"`
	Points  []Point      `json:"points"`
	// Replicates are the axes whose values are pooled like seeds; nil for none.
	Replicates []string `json:"replicates,omitempty"`
}

// MetricInfo says what the numbers of a column are.
type MetricInfo struct {
	Column  string `json:"column"`
	Metric  string `json:"metric"`
	Unit    string `json:"unit"`
	Meaning string `json:"meaning"`
	// MoreIsBetter as of Column.
	MoreIsBetter bool `json:"more_is_better,omitempty"`
}

// Point is a combination of values of the axes.
type Point struct {
	Axes     []Axis        `json:"axes"`
	Policies []PolicyPoint `json:"policies"`
}

// PolicyPoint is a policy at a point.
type PolicyPoint struct {
	Policy      string `json:"policy"`
	Clairvoyant bool   `json:"clairvoyant"`
	// Runs counts all its runs at the point, Failed those of them without numbers.
	Runs   int `json:"runs"`
	Failed int `json:"failed"`
	// Metrics are in the order of Summary.Metrics.
	Metrics []Distribution `json:"metrics"`
}

// Distribution is the values of one metric over the runs of a policy at a point. A number
// of nothing is null, and so is the end of an interval without bound.
type Distribution struct {
	Column string `json:"column"`
	// N counts the values; of the runs that have none, Warnings tell.
	N int `json:"n"`
	Interval
	SD     Number `json:"sd"`
	Min    Number `json:"min"`
	Median Number `json:"median"`
	P90    Number `json:"p90"`
	P99    Number `json:"p99"`
	Max    Number `json:"max"`
	// Warnings belong to the mean, its interval and the quantiles.
	Warnings []string `json:"warnings"`
	// Difference is the one from the baseline; nil for the baseline itself.
	Difference *Difference `json:"difference"`
}

// Interval is a mean with its 95 % interval.
type Interval struct {
	Mean Number `json:"mean"`
	Low  Number `json:"ci95_low"`
	High Number `json:"ci95_high"`
	// Method made the interval: "t" (Student), or "bootstrap-t" where the values are too
	// skewed for it (stats.Skewed).
	Method string `json:"ci95_method"`
}

// Difference is a policy less the baseline, seed by seed.
type Difference struct {
	// N counts the seeds under which both have a value.
	N int `json:"n"`
	Interval
	// Relative is the mean over that of the baseline (stats.Pairs.Relative); null if that is
	// zero.
	Relative     Number `json:"relative"`
	RelativeLow  Number `json:"relative_ci95_low"`
	RelativeHigh Number `json:"relative_ci95_high"`
	// WinRate is the share of seeds under which the policy is better (Column.HigherIsBetter), a
	// tie half a win.
	WinRate     Number `json:"win_rate"`
	WinRateLow  Number `json:"win_rate_ci95_low"`
	WinRateHigh Number `json:"win_rate_ci95_high"`
	Ties        int    `json:"ties"`
	// P is the two-sided p-value that there is no difference (stats.SignFlip); PHolm the
	// same corrected for the number of policies at this point.
	P        Number   `json:"p"`
	PHolm    Number   `json:"p_holm"`
	Warnings []string `json:"warnings"`
}

// Number is a float64 that is null in JSON if it is not finite; null reads back as NaN.
type Number float64

// MarshalJSON writes the number so that it reads back the same.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.Finite() {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(n), 'g', -1, 64), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Number) UnmarshalJSON(text []byte) error {
	if bytes.Equal(text, []byte("null")) {
		*n = Number(math.NaN())
		return nil
	}
	x, err := strconv.ParseFloat(string(text), 64)
	*n = Number(x)
	return err
}

// Finite reports whether there is a number.
func (n Number) Finite() bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

// WriteJSON writes the summary; equal summaries give equal bytes.
func (s *Summary) WriteJSON(to io.Writer) error {
	out := json.NewEncoder(to)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	return out.Encode(s)
}
