package spec

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/bobby-math/tessera/market"
	"pgregory.net/rapid"
)

// leaf is a key with a value, by its path in the first pool.
type leaf struct {
	path string
	key  *Key
}

func leaves(k *Key, path string) (list []leaf) {
	for _, c := range k.Keys {
		below := join(path, c.Name)
		if c.IsList {
			below += "[0]"
		}
		if c.Keys != nil {
			list = append(list, leaves(c, below)...)
		} else if !c.IsList {
			list = append(list, leaf{below, c})
		}
	}
	return list
}

// using sets what else must hold for a key to be used and so checked; what begins with a key
// here is of it.
var using = map[string]string{
	"market.pools[0].provisioning.cv": "market.pools[0].provisioning.shape=lognormal",
	"job.":                            "job.work=3h",
	"service.":                        "service.replicas=3",
	"service.load.cv":                 "service.load.shape=lognormal",
	"service.on_warning":              "market.pools[0].notice.rebalance=1m",
	"service.requests.":               "service.requests.process=gamma service.requests.rate=1/s",
}

func init() { // a parameter that the default model has not, by a model that has it
	use := func(kind, model string, params, standard []*market.Param) {
		for _, p := range params {
			if !slices.Contains(standard, p) {
				using["market.pools[0]."+kind+"."+p.Name] = "market.pools[0]." + kind + ".model=" + model
			}
		}
	}
	price, _ := market.FindPriceModel(market.DefaultPriceModel)
	for _, m := range market.PriceModels() {
		if m.Synthetic {
			use("price", m.Name, m.Params, price.Params)
		}
	}
	models := market.PreemptionModels()
	at := slices.IndexFunc(models, func(m market.PreemptionModel) bool { return m.Name == market.DefaultPreemptionModel })
	for _, m := range models {
		use("preemption", m.Name, m.Params, models[at].Params)
	}
}

// problemsOf loads the default scenario with one key set and returns what is wrong with it.
func problemsOf(t *testing.T, l leaf, text string) Problems {
	t.Helper()
	var overrides []Override
	for of, settings := range using {
		for setting := range strings.FieldsSeq(settings) {
			if path, value, _ := strings.Cut(setting, "="); strings.HasPrefix(l.path, of) && path != l.path {
				overrides = append(overrides, Override{path, Text(value, Origin{})})
			}
		}
	}
	_, err := Load("", nil, append(overrides, Override{l.path, Text(text, Origin{Source: FromFlag, Name: "--x", Set: true})}))
	if err == nil {
		return nil
	}
	return err.(Problems)
}

// The range that the documents give a key is the one that is checked: its ends are taken
// if they belong to it, and what lies beyond is a problem at that very key.
func TestRangesAreTrue(t *testing.T) {
	tested := 0
	for _, l := range leaves(Root(), "") {
		low, high := parseRange(l.key.Range)
		for _, end := range []struct {
			bound
			beyond float64
		}{{low, -1}, {high, 1}} {
			if l.path == "seed" || strings.HasSuffix(l.path, ".gap") || strings.HasSuffix(l.path, ".offset") || strings.HasSuffix(l.path, ".bin") || l.path == "job.checkpoint_gb" {
				continue // no number lies beyond; or they need a file
			}
			v, ok := l.key.form.read(end.text)
			if end.text == "" || !ok {
				continue // an end that depends on other keys, or none
			}
			tested++
			if found := problemsOf(t, l, end.text); end.open != found.explain(l.path, true) {
				t.Errorf("%s: %s, range %s: %v", l.path, end.text, l.key.Range, found)
			}
			if beyond := l.key.form.write(shift(v, end.beyond)); !problemsOf(t, l, beyond).explain(l.path, true) {
				t.Errorf("%s: %s is taken, range %s", l.path, beyond, l.key.Range)
			}
		}
	}
	if tested < 30 {
		t.Errorf("only %d ends of ranges were tested", tested)
	}
}

// Every word a key offers is taken.
func TestChoicesAreTaken(t *testing.T) {
	for _, l := range leaves(Root(), "") {
		for _, word := range l.key.Choices {
			if word == "trace" || strings.HasSuffix(l.path, "polarity") || strings.HasSuffix(l.path, "process") {
				continue // they need a file
			}
			if found := problemsOf(t, l, word); found != nil {
				t.Errorf("%s: %s: %v", l.path, word, found)
			}
		}
	}
}

// What is shown reads as the same scenario, and shows the same again.
func TestShownScenariosReadTheSame(t *testing.T) {
	all := leaves(Root(), "")
	rapid.Check(t, func(t *rapid.T) {
		var overrides []Override
		for range rapid.IntRange(0, 6).Draw(t, "settings") {
			l := rapid.SampledFrom(all).Draw(t, "key")
			var texts []string
			low, high := parseRange(l.key.Range)
			texts = append(append([]string{low.text, high.text}, l.key.Choices...), "7m", "$0.41/h", "3", "0.3", "true", "x y")
			text := rapid.SampledFrom(texts).Draw(t, "value")
			overrides = append(overrides, Override{l.path, Text(text, Origin{Source: FromFlag, Name: "--x", Set: true})})
		}
		r, err := Load("", nil, overrides)
		if err != nil {
			t.Skip("not a scenario")
		}
		var once, twice bytes.Buffer
		if err := r.Write(&once, rapid.Bool().Draw(t, "origins")); err != nil {
			t.Fatal(err)
		}
		again, err := loadText(t, once.String())
		if err != nil {
			t.Fatalf("%v\n%s", err, once.String())
		}
		if diff := same(r.Scenario, again.Scenario); diff != "" {
			t.Fatal(diff)
		}
		once.Reset()
		if err := r.Write(&once, false); err != nil {
			t.Fatal(err)
		}
		if err := again.Write(&twice, false); err != nil || once.String() != twice.String() {
			t.Fatalf("%v\n%s\n%s", err, once.String(), twice.String())
		}
	})
}
