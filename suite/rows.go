package suite

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"
)

// Columns are the columns of a row of CantBeLate, in order. More may follow later.
var Columns = []string{
	"trace_env", "trace_id", "window_start_tick", "policy", "task_h", "deadline_h", "restart_overhead_h",
	"cost_usd", "finish_tick", "finish_h", "deadline_met", "spot_ticks", "ondemand_ticks", "idle_ticks",
	"preemptions", "spot_launches", "ondemand_launches", "guarantee", "clairvoyant",
}

// Values returns the values of the columns. A deadline met is 1, a policy that knows the
// future is 1.
func (r Row) Values() []string {
	number := strconv.Itoa
	hours := func(d time.Duration) string { return short(d.Hours()) }
	return []string{
		r.Env, number(r.Window.ID), number(r.Window.Start), r.Policy.String(), hours(r.Job.Work), hours(r.Job.Deadline), hours(r.Job.Overhead),
		short(r.Cost.Dollars()), number(r.FinishTick), hours(r.Finish), bit(r.Met()), number(r.SpotTicks), number(r.OnDemandTicks), number(r.IdleTicks),
		number(r.Preemptions), number(r.SpotLaunches), number(r.OnDemandLaunches), string(r.Job.Guarantee), bit(r.Policy.Entry.Clairvoyant),
	}
}

// short writes x as the shortest decimal that reads back as x.
func short(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func bit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// Valued is a row of a table.
type Valued interface{ Values() []string }

// WriteCSV writes the rows below a header of columns.
func WriteCSV[R Valued](w io.Writer, columns []string, rows []R) error {
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return err
	}
	for _, r := range rows {
		if err := out.Write(r.Values()); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
