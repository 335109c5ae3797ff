package suite

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scheduler"
)

// MultiRow is what one case over several regions came to.
type MultiRow struct {
	MultiCase
	metrics.MultiJobSummary
}

// Met tells whether the deadline was met.
func (r MultiRow) Met() bool { return r.Done && r.Finish <= r.Job.Deadline }

// MultiColumns are the columns of a MultiRow in CSV; a name carries its unit.
var MultiColumns = []string{
	"scenario", "regions", "trace_idx", "policy", "task_h", "deadline_h", "restart_overhead_h", "billing",
	"cost_usd", "final_region", "spot_ticks", "ondemand_ticks", "idle_ticks", "finish_tick", "deadline_met", "region_switches",
	"guarantee", "clairvoyant", "egress_usd",
}

// Values returns the values of the columns. A deadline met is 1.
func (r MultiRow) Values() []string {
	return []string{
		r.Scenario.Name, strings.Join(r.Scenario.Regions, "|"), strconv.Itoa(r.Window), r.Policy.String(),
		short(r.Job.Work.Hours()), short(r.Job.Deadline.Hours()), short(r.Job.Overhead.Hours()), string(r.Job.Billing),
		short(r.Job.Cost(r.MultiJobSummary).Dollars()), r.Job.Regions[r.FinalRegion].Name,
		strconv.Itoa(r.SpotTicks), strconv.Itoa(r.OnDemandTicks), strconv.Itoa(r.IdleTicks),
		strconv.Itoa(r.FinishTick), bit(r.Met()), strconv.Itoa(r.Switches),
		string(r.Job.Guarantee), bit(r.Policy.Entry.Clairvoyant), short(r.Egress.Dollars()),
	}
}

// RunMulti does for cases over several regions what Run does.
func RunMulti(ctx context.Context, system *actors.System, cases []MultiCase, workers Workers) ([]MultiRow, error) {
	if err := CheckMulti(cases); err != nil {
		return nil, err
	}
	return RunEach(ctx, cases, workers, func(ctx context.Context, c MultiCase) (MultiRow, error) {
		numbers := c.Job.Collector()
		err := system.Run(ctx, c.Job.Run(c.Policy, numbers))
		return MultiRow{c, numbers.Summary()}, err
	})
}

// CheckMulti returns everything that is wrong with the cases, or nil.
func CheckMulti(cases []MultiCase) error {
	var errs []error
	for n, c := range cases {
		if !c.Policy.Entry.For(scheduler.KindJob) {
			errs = append(errs, fmt.Errorf("policy %s is not for one job with a deadline", c.Policy))
		}
		if n > 0 && cases[n-1].Job == c.Job {
			continue // of another policy
		}
		if err := c.Job.Check(); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
