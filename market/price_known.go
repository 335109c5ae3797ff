package market

import "math/rand/v2"

func init() {
	RegisterPrice(PriceModel{
		Name:   "constant",
		Title:  "constant price",
		Doc:    "the mean, always",
		Params: []*Param{priceMean},
		New: func(s PriceSpec, _ *rand.Rand) PriceProcess {
			return &recorded{changes: []PriceChange{{At: 0, Price: s.Mean()}}}
		},
	})
}

func init() {
	RegisterPrice(PriceModel{
		Name:   "trace",
		Title:  "recorded prices",
		Doc:    "the recorded changes; after the last one its price holds",
		Params: []*Param{priceMean},
		New: func(s PriceSpec, _ *rand.Rand) PriceProcess {
			return &recorded{changes: s.Changes}
		},
	})
}

// recorded replays changes that are known.
type recorded struct{ changes []PriceChange }

func (p *recorded) Next() (PriceChange, bool) {
	if len(p.changes) == 0 {
		return PriceChange{}, false
	}
	change := p.changes[0]
	p.changes = p.changes[1:]
	return change, true
}
