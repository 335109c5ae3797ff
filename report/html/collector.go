package html

import (
	"slices"

	"github.com/bobby-math/tessera/results"
)

// Collector makes a Page of the runs of a sweep, in one pass.
type Collector struct {
	summarizer *results.Summarizer
	failures   Failures
	first      []*results.Run
}

// NewCollector returns one. Runs are pooled along the axes that are replicates.
func NewCollector(replicates []string) *Collector {
	return &Collector{summarizer: results.NewSummarizer(results.Summarized, replicates)}
}

// Add takes the next run.
func (c *Collector) Add(r *results.Run) {
	c.summarizer.Add(r)
	c.failures.add(r)
	if len(c.first) == 0 || c.first[0].Seed == r.Seed && slices.Equal(c.first[0].Axes, r.Axes) {
		kept := *r
		c.first = append(c.first, &kept)
	}
}

// First returns the runs of all policies at the first point under the first seed: those for
// a timeline.
func (c *Collector) First() []*results.Run { return c.first }

// Bounds that keep a page of any sweep below 2 MB.
const (
	// maxDistributions bounds points times policies times metrics; of a larger sweep the
	// first points are shown.
	maxDistributions = 1000
	// maxValues bounds the values of all distributions together.
	maxValues = 60_000
)

// Baseline returns the policy with a name, as results.Summarizer does.
func (c *Collector) Baseline(name string) (string, error) { return c.summarizer.Baseline(name) }

// Page returns the page of the runs, compared with the baseline, or with the default one if
// that is empty.
func (c *Collector) Page(baseline string) (*Page, error) {
	c.summarizer.DropEmpty()
	sum, err := c.summarizer.Summary(baseline)
	if err != nil {
		return nil, err
	}
	p := &Page{summary: sum, points: len(sum.Points), Failures: c.failures}
	shown, distributions := 0, 0
	for _, point := range sum.Points {
		distributions += len(point.Policies) * len(sum.Metrics)
		if shown > 0 && distributions > maxDistributions {
			distributions -= len(point.Policies) * len(sum.Metrics)
			break
		}
		shown++
	}
	sum.Points = sum.Points[:shown]
	p.samples = c.samples(sum, maxValues/max(1, distributions))
	return p, nil
}

func (c *Collector) samples(sum *results.Summary, most int) [][][]Sample {
	points := make([][][]Sample, len(sum.Points))
	for i, point := range sum.Points {
		points[i] = make([][]Sample, len(point.Policies))
		for k := range point.Policies {
			for m := range sum.Metrics {
				points[i][k] = append(points[i][k], newSample(c.summarizer.Values(i, k, m), min(most, maxSample)))
			}
		}
	}
	return points
}
