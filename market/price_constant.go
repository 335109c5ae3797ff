package market

import "math/rand/v2"

func init() {
	registerPrice(PriceModel{
		Name:  "constant",
		Title: "constant price",
		Doc:   "the mean, always",
		New: func(s PriceSpec, _ *rand.Rand) PriceProcess {
			return &recorded{changes: []PriceChange{{At: 0, Price: s.Mean}}}
		},
	})
}
