// Package newmodel shows that a price or preemption model with a parameter of its own is one
// file: nothing else in the project knows these two.
package newmodel

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/scenario/spec"
)

func init() {
	market.RegisterPrice(market.PriceModel{
		Name: "drop", Title: "price that drops once", Doc: "the mean, and from an instant on the lowest price",
		Params: append(market.SharedPriceParams(), &market.Param{
			Name: "drop_at", Kind: market.KindDuration, Doc: "When the price drops: once.",
			Low: market.End{Value: time.Minute}, High: market.End{Value: 100 * time.Hour, Open: true}, Default: 2 * time.Hour,
		}),
		New: func(s market.PriceSpec, _ *rand.Rand) market.PriceProcess {
			return &drop{{At: 0, Price: s.Mean()}, {At: clock.At(s.Duration("drop_at")), Price: s.Price("floor")}}
		},
	})
	market.RegisterPreemption(market.PreemptionModel{
		Name: "age", Doc: "every spot instance lives so long",
		Params: []*market.Param{
			{
				Name: "age", Kind: market.KindDuration, Doc: "How long an instance lives.",
				Low: market.End{Value: time.Second}, Depends: "ten times the spread of the price, in hours",
				Derive: func(p *market.Pool) any { return time.Duration(10 * p.Price.Number("spread") * float64(time.Hour)) },
			},
			{Name: "mood", Kind: market.KindWord, Doc: "How it ends.", Choices: []string{"calm", "wild"}, Default: "calm"},
		},
		New: func(s market.PreemptionSpec, _ cloud.Price) market.Preemption { return age(s.Duration("age")) },
	})
}

type drop []market.PriceChange

func (d *drop) Next() (c market.PriceChange, ok bool) {
	if len(*d) > 0 {
		c, *d, ok = (*d)[0], (*d)[1:], true
	}
	return c, ok
}

type age time.Duration

func (age) Admits(cloud.Price) bool { return true }
func (a age) Fate(now clock.Time, _ float64) market.Fate {
	return market.Fate{At: now.Add(time.Duration(a)), Threshold: 1}
}
func (age) Period() time.Duration    { return 0 }
func (age) Step(cloud.Price) float64 { return 0 }

const head = "schema: tessera/v1\nmarket:\n  pools:\n    - "

func load(t *testing.T, pool string) (*spec.Resolved, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "s.yaml")
	if err := os.WriteFile(file, []byte(head+pool), 0o644); err != nil {
		t.Fatal(err)
	}
	return spec.Load(file, nil, nil)
}

func TestANewModelIsReadAndShown(t *testing.T) {
	r, err := load(t, "price: {model: drop, drop_at: 1h30m, mean: $0.4/h}\n      preemption: {model: age, mood: wild}\n")
	if err != nil {
		t.Fatal(err)
	}
	pool := r.Scenario.Pools[0]
	process := pool.Price.New(nil)
	process.Next()
	// The floor is a quarter of the mean.
	if c, _ := process.Next(); c.At != clock.At(90*time.Minute) || c.Price != cloud.PerHour(0.1) {
		t.Errorf("the price drops as %+v", c)
	}
	// The spread is 0.15 unless said.
	if fate := pool.Preemption.New(0).Fate(0, 0); fate.At != clock.At(90*time.Minute) {
		t.Errorf("an instance lives as %+v", fate)
	}
	var shown strings.Builder
	if err := r.Write(&shown, false); err != nil {
		t.Fatal(err)
	}
	contains(t, "show", shown.String(), "model: drop\n", "drop_at: 1h30m\n", "age: 1h30m\n", "mood: wild\n")
}

func TestWrongValuesOfANewModelAreProblemsWithTheirPlace(t *testing.T) {
	_, err := load(t, "price: {model: drop, drop_at: 100h}\n      preemption: {model: age, age: 0s, mood: sad}\n")
	if err == nil {
		t.Fatal("taken")
	}
	contains(t, "the error", err.Error(),
		":4:37: market.pools[0].price.drop_at: 100h0m0s must be in [1m0s, 100h0m0s)",
		":5:37: market.pools[0].preemption.age: 0s must be >= 1s",
		`:5:47: market.pools[0].preemption.mood: "sad" must be one of calm, wild`)
}

func TestANewModelIsDocumented(t *testing.T) {
	schema, err := spec.Schema()
	if err != nil {
		t.Fatal(err)
	}
	var start strings.Builder
	if err := spec.WriteDefault(&start); err != nil {
		t.Fatal(err)
	}
	contains(t, "the schema", string(schema), `"drop_at": {`, `"x-range": "[1m, 100h)"`, `"x-default": "ten times the spread of the price, in hours"`)
	contains(t, "the reference", spec.Reference(),
		"| `drop_at` | When the price drops (drop): once. | duration | [1m, 100h) | 2h |",
		"| `spread` | Standard deviation of the price, as a share of mean (drop, ou, simple",
		"| `mood` | How it ends (age). | word | one of calm, wild | calm |",
		"`age`: every spot instance lives so long;")
	contains(t, "init", start.String(), "drop_at: 2h\n", "# age: 1h30m\n", "mood: calm\n")
}

func contains(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s has no %q:\n%s", what, part, text)
		}
	}
}
