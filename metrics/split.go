package metrics

import (
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// Split hands the entries of a run of tasks beside a service to two writers: to Service
// those of the service, its requests and the instances of its replicas, to Batch those of
// the tasks and their instances. Both get what concerns the market and the end.
type Split struct {
	Service, Batch journal.Writer

	batch map[cloud.InstanceID]bool // the living instances that are not of a replica
}

// Record takes the next entry.
func (s *Split) Record(e journal.Entry) {
	switch e.Kind {
	case journal.Price, journal.Capacity, journal.Stall, journal.End:
		s.Service.Record(e)
		s.Batch.Record(e)
	case journal.Target, journal.Serve, journal.Down, journal.Request, journal.Respond, journal.Retry, journal.Fail:
		s.Service.Record(e)
	case journal.Arrive, journal.Start, journal.Complete, journal.Interrupt, journal.Unfinished, journal.Turn:
		s.Batch.Record(e)
	case journal.Refuse:
		s.to(e.Replica == cloud.NoReplica).Record(e)
	case journal.Launch:
		if e.Replica == cloud.NoReplica {
			if s.batch == nil {
				s.batch = map[cloud.InstanceID]bool{}
			}
			s.batch[e.Instance] = true
		}
		s.to(s.batch[e.Instance]).Record(e)
	case journal.Preempt, journal.Terminate, journal.Close:
		s.to(s.batch[e.Instance]).Record(e)
		delete(s.batch, e.Instance)
	default:
		s.to(s.batch[e.Instance]).Record(e)
	}
}

func (s *Split) to(batch bool) journal.Writer {
	if batch {
		return s.Batch
	}
	return s.Service
}
