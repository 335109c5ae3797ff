package report

import (
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/replay"
)

// A spot instance at $0.25/h launched at 1 h, ready and at work since 1.5 h with 0.5 h of
// overhead, billed since it is ready: at 4 h it has done 2 of 3 h and run up 2.5 x 0.25 $.
func TestStateSaysWhyAndWhatItCost(t *testing.T) {
	hours := func(x float64) clock.Time { return clock.At(time.Duration(x * float64(time.Hour))) }
	pools := []market.Pool{market.NewPool(cloud.Pool{Zone: "a", InstanceType: "m"}, cloud.PerHour(1), cloud.PerHour(0.25))}
	pools[0].Billing = market.Billing{Since: market.SinceReady, Basis: market.MovingPrice, Granularity: time.Second}
	state := replay.New(pools, hours(4))
	for _, e := range []journal.Entry{
		{Kind: journal.Price, Price: cloud.PerHour(0.25), Instance: cloud.None, Task: cloud.None},
		{At: hours(1), Kind: journal.Arrive, Pool: cloud.None, Instance: cloud.None, Span: 3 * time.Hour, Deadline: clock.Never},
		{At: hours(1), Kind: journal.Decide, Because: journal.Arrived, Count: 1, Pending: 1, Purchase: cloud.Spot, Price: cloud.PerHour(0.25), Instance: cloud.None, Task: cloud.None},
		{At: hours(1), Kind: journal.Launch, Purchase: cloud.Spot, Price: cloud.PerHour(0.25)},
		{At: hours(1.5), Kind: journal.Ready, Purchase: cloud.Spot, Task: cloud.None},
		{At: hours(1.5), Kind: journal.Start, Span: 30 * time.Minute},
		{At: hours(5), Kind: journal.Complete, Pool: cloud.None},
	} {
		state.Record(e)
	}
	var b strings.Builder
	if err := State(&b, "Greedy", Names{Pools: pools}, state); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Greedy at 4.0000 h\n",
		"last acted at 1.0000 h, with 1 tasks pending, because: task arrived.\n    Launch spot instance 0 task 0 in a/m at $0.25/h\n",
		"Next, at 5.0000 h: Complete task 0 on instance 0.\n",
		"Cost so far: $0.62, of which $0.00 is billed and $0.62 running up.", // 0.625
		"Tasks: 0 done, 1 working, 0 placed, 0 pending.",
		"2.00 of 3.00 h",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
}
