package actors

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// change is a replica that became ready, or no longer is.
type change struct {
	replica cloud.ReplicaID
	ready   bool
}

// notify hands a change on to the balancer for when it learns next. One that knows at once
// learns when all that become ready at this instant have, so that they share what waits; of
// those that are gone it learns before.
func (s *service) notify(ctx actor.Context, c change) {
	d := &s.requests
	d.unseen = append(d.unseen, c)
	if !d.syncing {
		d.syncing, d.syncAt = true, s.nextSync()
		s.kernel.schedule(ctx, d.syncAt, clock.Arrival, synchronise, s.self, 0)
	}
	if !c.ready && s.spec.KnowsAtOnce() {
		d.learn()
	}
}

// nextSync returns when the balancer learns next: at this instant if its work and market are
// still under way, for it learns after them.
func (s *service) nextSync() clock.Time {
	now := s.kernel.now()
	if s.spec.KnowsAtOnce() {
		return now
	}
	sync := clock.At(s.spec.Sync)
	next := (now + sync - 1) / sync * sync
	if next == now && s.kernel.present.Phase() > clock.Arrival {
		next += sync
	}
	return next
}

// synchronise lets the balancer see which replicas are ready, and sends what waited for them.
func (s *service) synchronise(ctx actor.Context) {
	s.requests.syncing = false
	s.requests.learn()
	s.drain(ctx)
}

// learn passes on to the balancer what it has not seen.
func (d *requestTable) learn() {
	for _, c := range d.unseen {
		if c.ready {
			d.balancer.Add(c.replica)
		} else {
			d.balancer.Remove(c.replica)
		}
	}
	d.unseen = d.unseen[:0]
}
