// Package cloud is the vocabulary the other packages share: pools, instances, tasks,
// prices and money.
package cloud

// PoolID numbers the capacity pools of a scenario from 0.
type PoolID int32

// InstanceID numbers the instances a policy asks for from 0, in order of asking. A
// refused request keeps its number.
type InstanceID int32

// TaskID numbers the tasks of a workload from 0, in order of arrival.
type TaskID int32

// ReplicaID numbers the replicas of a service a policy asks for from 1, in order of asking.
type ReplicaID int32

// NoReplica stands for no replica.
const NoReplica ReplicaID = 0

// None stands for no pool, no instance or no task.
const None = -1

// Pool names a capacity pool: the machines of one type in one zone, which share a spot
// price and a capacity.
type Pool struct {
	Region       string `json:"region"`
	Zone         string `json:"zone"`
	InstanceType string `json:"instance_type"`
}

func (p Pool) String() string { return p.Zone + "/" + p.InstanceType }

// Purchase is how an instance is bought.
type Purchase uint8

const (
	// OnDemand is bought at the list price and never preempted.
	OnDemand Purchase = iota
	// Spot is bought at the moving price and can be preempted.
	Spot
)

func (p Purchase) String() string {
	if p == Spot {
		return "spot"
	}
	return "on-demand"
}
