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
