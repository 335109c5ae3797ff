package market

import (
	"slices"
	"testing"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// TestBidIsTheMostThatIsPaid: at the bid an instance lives on and another is granted;
// a nano-dollar an hour above it both fall, the older first, and a third is refused.
func TestBidIsTheMostThatIsPaid(t *testing.T) {
	const bid = cloud.Price(400_000_000)
	spot := NewSpot(recordedPool(PreemptionSpec{Model: "bid", Params: Params{"bid": bid}},
		PriceChange{0, bid - 1}, PriceChange{at(10), bid}, PriceChange{at(20), bid + 1}, PriceChange{at(30), bid}), 1)
	steps := []struct {
		price   cloud.Price
		fallen  []cloud.InstanceID
		granted bool
	}{
		{bid - 1, nil, true},
		{bid, nil, true},
		{bid + 1, []cloud.InstanceID{0, 1}, false},
		{bid, nil, true},
	}
	for i, want := range steps {
		now := spot.Due()
		_, fallen := spot.Advance(now)
		_, reason := spot.Ask(now, cloud.InstanceID(i), 0, uint64(i))
		if spot.Price() != want.price || !slices.Equal(fallen, want.fallen) || (reason == journal.NoReason) != want.granted {
			t.Errorf("at %v: price %v, fallen %v, reason %v; want %+v", now, spot.Price(), fallen, reason, want)
		}
		if !want.granted && reason != journal.AboveBid {
			t.Errorf("at %v: refused for %v", now, reason)
		}
	}
}

func TestMaxPriceIsTheBid(t *testing.T) {
	if got := (PreemptionSpec{Model: "bid", Params: Params{"bid": cloud.Price(7)}}).MaxPrice(); got != 7 {
		t.Errorf("of a bid: %v", got)
	}
	if got := (PreemptionSpec{Model: "hazard", Params: Params{"bid": cloud.Price(7)}}).MaxPrice(); got != 0 {
		t.Errorf("of a hazard: %v", got)
	}
}
