package suite

import (
	"context"
	"strconv"
	"time"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

// SkyServeCase is one run: a window of a trace under a policy.
type SkyServeCase struct {
	Trace   *SkyServeTrace
	Offset  int
	Setting SkyServeSetting
	Policy  scheduler.Spec
}

// SkyServeRow is what one case came to, in ticks from the end of the first cold start on.
type SkyServeRow struct {
	SkyServeCase
	SpotTicks, OnDemandTicks, AvailableTicks int
	// Decreases counts the spot replicas lost over the whole window.
	Decreases int
	// ReadyTicks is in how many ticks each number of replicas was ready.
	ReadyTicks []int
}

// Cost is in ticks of a spot replica.
func (r SkyServeRow) Cost() int { return r.SpotTicks + skyServeRatio*r.OnDemandTicks }

// CountedTicks are the ticks that count.
func (r SkyServeRow) CountedTicks() int { return skyServeTicks - r.Setting.ColdTicks }

// SkyServeColumns are the columns of a SkyServeRow in CSV.
var SkyServeColumns = []string{
	"trace", "policy", "fallback", "n_extra", "cold_ticks", "offset_ticks", "ticks", "n_tar", "k",
	"spot_launched_ticks", "od_launched_ticks", "cost", "avail_ticks", "spot_decreases",
}

// Values returns the values of the columns.
func (r SkyServeRow) Values() []string {
	values := []string{r.Trace.Name, r.Setting.Policy, r.Setting.Fallback}
	for _, n := range []int{
		r.Setting.Extra, r.Setting.ColdTicks, r.Offset, skyServeTicks, skyServeTarget, skyServeRatio,
		r.SpotTicks, r.OnDemandTicks, r.Cost(), r.AvailableTicks, r.Decreases,
	} {
		values = append(values, strconv.Itoa(n))
	}
	return values
}

// Scenario returns the case as a service.
func (c SkyServeCase) Scenario() *scenario.Service { return c.Trace.scenario(c.Offset, c.Setting) }

// RunSkyServe runs the cases, workers at a time, and returns a row for each, in their
// order. A run that fails stops the suite.
func RunSkyServe(ctx context.Context, system *actors.System, cases []SkyServeCase, workers Workers) ([]SkyServeRow, error) {
	return RunEach(ctx, cases, workers, func(ctx context.Context, c SkyServeCase) (SkyServeRow, error) {
		service := c.Scenario()
		numbers := metrics.ServiceCollector{From: clock.At(service.ColdStart())}
		if err := service.Check(); err != nil {
			return SkyServeRow{}, err
		}
		err := system.Run(ctx, service.Run(c.Policy, &numbers))
		return skyServeRow(c, numbers.Summary()), err
	})
}

func skyServeRow(c SkyServeCase, s metrics.ServiceSummary) SkyServeRow {
	ticks := func(d time.Duration) int { return int(d / skyServeTick) }
	row := SkyServeRow{
		SkyServeCase: c, SpotTicks: s.SpotTime.Ticks(skyServeTick), OnDemandTicks: s.OnDemandTime.Ticks(skyServeTick),
		AvailableTicks: ticks(s.Available), Decreases: s.Preemptions,
	}
	for _, d := range s.ReadyTime {
		row.ReadyTicks = append(row.ReadyTicks, ticks(d))
	}
	return row
}

// Cases returns the runs of the settings: every trace at its offsets.
func (s *SkyServe) Cases(settings []SkyServeSetting) (cases []SkyServeCase, err error) {
	for n := range s.Traces {
		for _, offset := range s.Traces[n].Offsets {
			for _, setting := range settings {
				spec, err := scheduler.Parse(setting.spec)
				if err != nil {
					return nil, err
				}
				cases = append(cases, SkyServeCase{&s.Traces[n], offset, setting, spec})
			}
		}
	}
	return cases, nil
}
