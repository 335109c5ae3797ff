package actors

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/scheduler"
)

// launchReplica asks the market for all instances of a replica.
func (p *policy) launchReplica(ctx actor.Context, a scheduler.Action) {
	free := p.view.Free()
	id := p.book.LaunchReplica(a.Pool, a.Purchase)
	first, gang := p.view.Replica(id).First, p.view.Replica(id).Gang
	if free < int(gang) {
		p.journal.Record(journal.Entry{
			At: p.kernel.now(), Kind: journal.Refuse, Reason: journal.OverLimit,
			Purchase: a.Purchase, Pool: a.Pool, Instance: first, Task: cloud.None, Replica: id,
		})
		p.refuse(ctx, first)
		return
	}
	turn := p.unbound + 1
	p.unbound += uint64(gang)
	post(ctx, p.markets[a.Pool], &p.kernel.bags.launch, launch{first, gang, a.Purchase, cloud.None, id, 0, turn})
}

// disband gives back what is left of a replica, if there is one, that lost an instance.
func (p *policy) disband(ctx actor.Context, id cloud.ReplicaID) {
	if id == cloud.NoReplica {
		return
	}
	for i := range p.view.Replica(id).Instances() {
		if p.book.Alive(i) {
			p.terminate(ctx, i)
		}
	}
}
