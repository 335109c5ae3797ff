package suite

import (
	"context"
	"fmt"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/optimum"
)

// SkyServeWindow is what a case's optimum depends on.
type SkyServeWindow struct {
	Trace             *SkyServeTrace
	Offset, ColdTicks int
}

// Window returns the window of c.
func (c SkyServeCase) Window() SkyServeWindow {
	return SkyServeWindow{c.Trace, c.Offset, c.Setting.ColdTicks}
}

// Optimum returns the least cost, in ticks of a spot replica, of three replicas ready in
// every tick of the window from the end of the first cold start on, for somebody who knows
// the future. Like the cost of a row it is counted from there on; the artifact's integer
// programme also counts the ticks before.
func (w SkyServeWindow) Optimum() (int, error) {
	o := optimum.Service{
		Tick: skyServeTick, Ticks: skyServeTicks, ColdTicks: w.ColdTicks, CountFrom: w.ColdTicks,
		Wanted: []int{skyServeTarget}, OnDemand: []cloud.Price{skyServeRatio * skyServePrice},
	}
	for _, z := range w.Trace.Zones {
		zone := optimum.Zone{Price: []cloud.Price{skyServePrice}}
		for _, count := range w.Trace.window(z, w.Offset) {
			zone.Capacity = append(zone.Capacity, int(count))
		}
		o.Zones = append(o.Zones, zone)
	}
	plan, err := o.Solve()
	if err != nil {
		return 0, fmt.Errorf("skyserve %s, offset %d: %w", w.Trace.Name, w.Offset, err)
	}
	return int(plan.Cost / cloud.Dollar), nil
}

// SkyServeOptima returns the optimum of the window of every case, having solved workers at
// a time.
func SkyServeOptima(ctx context.Context, cases []SkyServeCase, workers Workers) (map[SkyServeWindow]int, error) {
	optima := map[SkyServeWindow]int{}
	var windows []SkyServeWindow
	for _, c := range cases {
		if _, seen := optima[c.Window()]; !seen {
			optima[c.Window()] = 0
			windows = append(windows, c.Window())
		}
	}
	costs, err := RunEach(ctx, windows, workers, func(_ context.Context, w SkyServeWindow) (int, error) { return w.Optimum() })
	for n, cost := range costs {
		optima[windows[n]] = cost
	}
	return optima, err
}
