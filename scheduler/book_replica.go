package scheduler

import (
	"fmt"

	"github.com/bobby-math/tessera/cloud"
)

// OpenService notes that there is a service whose replicas are of gang instances.
func (b *Book) OpenService(gang int) { b.view.gang = gang }

// Retarget notes how many replicas of the service are wanted.
func (b *Book) Retarget(count int) {
	b.view.Target = count
	b.tell(News{Retargeted, cloud.None, cloud.None, cloud.None, cloud.NoReplica})
}

// LaunchReplica notes that a replica is asked for and returns its number.
func (b *Book) LaunchReplica(pool cloud.PoolID, purchase cloud.Purchase) cloud.ReplicaID {
	id := cloud.ReplicaID(len(b.view.replicas))
	first := cloud.InstanceID(len(b.view.instances))
	for range b.view.gang {
		b.view.Instance(b.Launch(pool, purchase, cloud.None)).Replica = id
	}
	b.view.replicas = append(b.view.replicas, Replica{
		ID: id, Pool: pool, Purchase: purchase, First: first, Gang: int32(b.view.gang),
	})
	return id
}

// Serve notes that a replica answers requests.
func (b *Book) Serve(id cloud.ReplicaID) {
	r := b.view.Replica(id)
	r.State = Serving
	b.tell(News{Served, r.Pool, cloud.None, cloud.None, id})
}

// refuseReplica notes that a replica was not granted: all its instances are or none.
func (b *Book) refuseReplica(r *Replica) {
	r.State = Gone
	for id := range r.Instances() {
		b.end(b.view.Instance(id))
	}
	b.tell(News{Refused, r.Pool, r.First, cloud.None, r.ID})
}

// preemptReplica notes that the provider took an instance of a replica, which is the end
// of the replica. What is left of it is noted with Terminate.
func (b *Book) preemptReplica(i *Instance) {
	if i.State == Ended {
		return // given back when another of the replica was taken, in the same breath
	}
	r := b.view.Replica(i.Replica)
	if r.State != Gone {
		r.State = Gone
		b.tell(News{Preempted, r.Pool, i.ID, cloud.None, r.ID})
	}
	b.end(i)
}

// TerminateReplica notes that a replica is given back. Its instances are noted one by one,
// with Terminate.
func (b *Book) TerminateReplica(id cloud.ReplicaID) { b.view.Replica(id).State = Gone }

// Alive tells whether an instance has not ended.
func (b *Book) Alive(id cloud.InstanceID) bool { return b.view.Instance(id).State != Ended }

// Recommend notes that the provider recommends to replace an instance.
func (b *Book) Recommend(id cloud.InstanceID) {
	i := b.view.Instance(id)
	i.AtRisk = true
	b.tell(News{Recommended, i.Pool, id, i.Task, i.Replica})
}

func (b *Book) checkReplica(id cloud.ReplicaID) error {
	switch {
	case id <= cloud.NoReplica || int(id) >= len(b.view.replicas):
		return fmt.Errorf("terminate: there is no replica %d", id)
	case b.view.Replica(id).First >= b.asked:
		return fmt.Errorf("terminate: replica %d is asked for in this very decision", id)
	case b.view.Replica(id).State == Gone:
		return fmt.Errorf("terminate: replica %d is gone", id)
	}
	return nil
}
