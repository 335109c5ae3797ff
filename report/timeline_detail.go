package report

import (
	"slices"
	"strings"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// elsewhere are, of each kind that is a slice or a mark, the fields that its name, its track
// or another slice shows. All others are its details.
var elsewhere = map[journal.Kind]string{
	journal.Launch:    "pool instance replica task purchase",
	journal.Refuse:    "pool replica purchase reason",
	journal.Ready:     "pool instance",
	journal.Start:     "pool instance task overhead_h",
	journal.Complete:  "instance task",
	journal.Notice:    "pool instance lead_h", // in seconds
	journal.Rebalance: "pool instance",
	journal.Preempt:   "pool instance purchase",
	journal.Terminate: "pool instance purchase",
	journal.Close:     "pool instance purchase",
	journal.Interrupt: "task",
	journal.Turn:      "pool",
	journal.Decide:    "pool because purchase price_usd_per_h",
	journal.Serve:     "pool replica cold_start_s",
}

var detailed = detailedFields()

func detailedFields() map[journal.Kind][]journal.Field {
	all := map[journal.Kind][]journal.Field{}
	for _, k := range journal.Kinds() {
		other := strings.Fields(elsewhere[k])
		for _, f := range k.Fields() {
			if !slices.Contains(other, f.Key) {
				all[k] = append(all[k], f)
			}
		}
	}
	return all
}

// details returns first and the details of the present entry. They hold until the next call.
func (r *TimelineRun) details(first ...detail) []detail {
	r.list = append(r.list[:0], first...)
	fields := detailed[r.entry.Kind]
	for i := range fields {
		if f := &fields[i]; f.In(&r.entry) {
			r.list = append(r.list, r.detail(f))
		}
	}
	return r.list
}

func (r *TimelineRun) detail(f *journal.Field) detail {
	switch f.Unit {
	case journal.Word:
		return text(f.Key, f.Word(&r.entry))
	case journal.PoolName:
		return text(f.Key, r.names.Pools[f.Number(&r.entry)].Name.String())
	case journal.TaskName:
		return text(f.Key, r.names.Task(cloud.TaskID(f.Number(&r.entry))))
	}
	return number(f.Key, f.Amount(&r.entry))
}
