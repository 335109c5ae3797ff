package sweep

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scenario/spec"
	"github.com/bobby-math/tessera/stats"
)

// planSchema names the form of the plan in a folder.
const planSchema = "tessera/plan/v1"

// Plan is all the runs of a sweep, without what is needed to run them: enough to know
// which are finished and to write them in order.
//
// The order of runs: the points, the last axis changing fastest; at a point the seeds, as
// they were given; under a seed the policies, as the scenario has them.
type Plan struct {
	Schema string `json:"schema"`
	// Engine is the version of the program; other versions may give other results.
	Engine string   `json:"engine"`
	Axes   []string `json:"axes"`
	// Replicates are the axes along which runs are pooled like seeds.
	Replicates []string `json:"replicates,omitempty"`
	// Seeds are those of every point, or the most there may be if Until is set.
	Seeds Seeds `json:"seeds"`
	// Until is the rule that says when a point has seeds enough, as stats.ParseUntil reads
	// it; empty if all seeds are run.
	Until  string  `json:"until,omitempty"`
	Points []Point `json:"points"`
}

// Point is one combination of values of the axes.
type Point struct {
	Values []string `json:"values"`
	// Content is the SHA-256 of what a run depends on besides seed, policy and engine.
	Content  Content  `json:"content"`
	Policies []Policy `json:"policies"`
}

// Content is a SHA-256, in hexadecimal where it is written.
type Content [sha256.Size]byte

// MarshalText and UnmarshalText make a Content a text in JSON.
func (c Content) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, c[:]), nil }

// UnmarshalText is the reverse of MarshalText.
func (c *Content) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(c)) {
		return fmt.Errorf("%q is no SHA-256", text)
	}
	_, err := hex.Decode(c[:], text)
	return err
}

// Policy is a policy with its parameters, as users type it.
type Policy struct {
	Name        string `json:"name"`
	Clairvoyant bool   `json:"clairvoyant,omitempty"`
	// Digest is the SHA-256 over the files that the policy is made from; empty if it is made
	// from none.
	Digest string `json:"digest,omitempty"`
}

// One returns the plan of a scenario under its own seed.
func One(r *spec.Resolved, engine string) *Plan {
	return &Plan{
		Schema: planSchema, Engine: engine, Seeds: Seeds{r.Scenario.Seed},
		Points: []Point{{Content: r.Content(), Policies: policiesOf(r.Scenario)}},
	}
}

// Row returns the row of a run of a plan that One made.
func (p *Plan) Row(policy int, seed uint64, s *metrics.Summary) *results.Run {
	point := &p.Points[0]
	of := point.Policies[policy]
	return p.row(point, seed, of, Record{ID: p.id(point, seed, of), Summary: s})
}

// Runs returns how many runs there are, or may be if Until is set.
func (p *Plan) Runs() (runs int) {
	for i := range p.Points {
		runs += len(p.Points[i].Policies) * len(p.Seeds)
	}
	return runs
}

// ID is the address of a run: SHA-256 over all that it depends on.
type ID [sha256.Size]byte

func (id ID) String() string { return hex.EncodeToString(id[:]) }

func (p *Plan) id(point *Point, seed uint64, policy Policy) ID {
	text := make([]byte, 0, 256)
	text = append(text, "tessera run\n"...)
	text = append(append(text, p.Engine...), '\n')
	text = append(hex.AppendEncode(text, point.Content[:]), '\n')
	text = append(strconv.AppendUint(text, seed, 10), '\n')
	text = append(text, policy.Name...)
	if policy.Digest != "" {
		text = append(append(text, '\n'), policy.Digest...)
	}
	return sha256.Sum256(text)
}

// until returns the rule for when there are seeds enough, and the metric it is about.
func (p *Plan) until() (*stats.Until, results.Column, error) {
	if p.Until == "" {
		return nil, results.Column{}, nil
	}
	rule, err := stats.ParseUntil(p.Until, len(p.Seeds))
	if err != nil {
		return nil, results.Column{}, err
	}
	columns, err := results.ParseMetrics([]string{rule.Metric})
	if err != nil {
		return nil, results.Column{}, fmt.Errorf("until %q: %w", p.Until, err)
	}
	return &rule, columns[0], nil
}

// write writes the plan as JSON, a point at a time, for there may be a million; equal plans
// give equal bytes.
func (p *Plan) write(to io.Writer) error {
	head := *p
	head.Points = []Point{}
	out := bufio.NewWriterSize(to, 1<<16)
	out.Write(bytes.TrimSuffix(encoded(head), []byte("]}")))
	for i := range p.Points {
		if i > 0 {
			out.WriteByte(',')
		}
		out.Write(encoded(&p.Points[i]))
	}
	out.WriteString("]}\n")
	return out.Flush()
}

func encoded(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // there is nothing in a plan that has no JSON
	}
	return text
}

// digest is that of the file of the plan.
func (p *Plan) digest() string {
	h := sha256.New()
	if err := p.write(h); err != nil {
		panic(err) // a digest takes everything
	}
	return hex.EncodeToString(h.Sum(nil))
}

// differs says in what other, the plan of a folder, is another than p.
func (p *Plan) differs(other *Plan) string {
	samePoint := func(a, b Point) bool {
		return a.Content == b.Content && slices.Equal(a.Values, b.Values) && slices.Equal(a.Policies, b.Policies)
	}
	switch {
	case p.Engine != other.Engine:
		return "it was run by another version of tessera (" + other.Engine + ")"
	case !slices.Equal(p.Axes, other.Axes) || !slices.Equal(p.Replicates, other.Replicates):
		return fmt.Sprintf("its axes are %q", other.Axes)
	case !slices.EqualFunc(p.Points, other.Points, samePoint):
		return "its scenario, its input files, its policies or the values of its axes are others"
	case !slices.Equal(p.Seeds, other.Seeds):
		return "its seeds are " + other.Seeds.String()
	}
	return fmt.Sprintf("its rule for enough seeds is %q", other.Until)
}
