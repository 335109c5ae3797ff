package tests

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/scheduler"
)

// recorder is a policy that keeps the News it hears, and the view of its run.
type recorder struct {
	scheduler.Policy
	news []scheduler.News
	view *scheduler.View
}

func (r *recorder) Hear(n scheduler.News) { r.news = append(r.news, n) }

func (r *recorder) Decide(v *scheduler.View) []scheduler.Action {
	r.view = v
	return r.Policy.Decide(v)
}

// fold returns a fresh view of pools with news applied, one by one.
func fold(pools []market.Pool, limit, gang int, news []scheduler.News) *scheduler.View {
	seen := make([]scheduler.Pool, len(pools))
	for n, p := range pools {
		seen[n] = scheduler.Pool{Name: p.Name, OnDemand: p.OnDemand, Bid: p.Preemption.MaxPrice()}
	}
	v := scheduler.NewView(seen, limit, gang)
	for n := range news {
		v.Apply(&news[n])
	}
	return v
}

// shown is all that a view shows, as text, but for Now and News.
func shown(v *scheduler.View) string {
	var b strings.Builder
	fmt.Fprintf(&b, "target %d, free %d, alive %d, waiting %d\n", v.Target, v.Free(), v.Alive(), v.Waiting())
	for n, p := range v.Pools {
		fmt.Fprintf(&b, "pool %d %+v\n", n, p)
	}
	for id := range v.NextTask() {
		b.WriteString(showTask(*v.Task(id)))
	}
	for id := range v.NextInstance() {
		b.WriteString(showInstance(*v.Instance(id)))
	}
	for id := cloud.ReplicaID(1); id < v.NextReplica(); id++ {
		fmt.Fprintf(&b, "replica %+v\n", *v.Replica(id))
	}
	for t := range v.Pending() {
		fmt.Fprintf(&b, "pending %d\n", t.ID)
	}
	for i := range v.Idle() {
		fmt.Fprintf(&b, "idle %d\n", i.ID)
	}
	return b.String()
}

func showTask(t scheduler.Task) string {
	return fmt.Sprintln("task", t.ID, t.State, t.Arrival, t.Deadline, t.Work, t.Saved, t.Working, t.Preemptions, t.Launches, t.Instance)
}

func showInstance(i scheduler.Instance) string {
	return fmt.Sprintln("instance", i.ID, i.Pool, i.Purchase, i.State, i.Noticed, i.AtRisk, i.Task, i.Replica)
}

// checkFold fails unless the news of a run, applied to a fresh view, make the view of its end.
func checkFold(t rapid.TB, r *recorder, pools []market.Pool, limit, gang int, kinds map[scheduler.NewsKind]int) {
	if r.view == nil {
		return // nothing was ever decided
	}
	for _, n := range r.news {
		kinds[n.Kind]++
	}
	if got, want := shown(fold(pools, limit, gang, r.news)), shown(r.view); got != want {
		t.Fatalf("the news make\n%s\nthe view is\n%s", got, want)
	}
}

// The view of a run is the fold of the news its agent got, and of nothing else.
func TestTheViewIsTheFoldOfTheNews(t *testing.T) {
	kinds := map[scheduler.NewsKind]int{}
	for seed := range uint64(worlds) {
		s := randomWorld(seed)
		r := &recorder{Policy: s.newPolicy()}
		s.Policy = r
		simulate(t, s.Config)
		checkFold(t, r, s.Pools, s.MaxInstances, 0, kinds)
	}
	rapid.Check(t, func(rt *rapid.T) {
		s, text := drawService(rt)
		spec, err := scheduler.Parse(text)
		if err != nil {
			rt.Fatal(err)
		}
		c, err := s.Run(spec, s.Tasks(), &journal.Log{})
		if err != nil {
			rt.Fatal(err)
		}
		r := &recorder{Policy: c.Policy}
		c.Policy = r
		if err := system.Run(t.Context(), c); err != nil {
			rt.Fatal(err)
		}
		checkFold(rt, r, s.Pools, c.MaxInstances, s.Service.Gang, kinds)
	})
	for kind := scheduler.PriceChanged; kind <= scheduler.Terminated; kind++ {
		if kinds[kind] == 0 {
			t.Errorf("no news of kind %d in any run", kind)
		}
	}
}

// partitioned is a policy that runs every task in the pool of its number, and no other there.
type partitioned struct{ actions []scheduler.Action }

func (p *partitioned) Decide(v *scheduler.View) []scheduler.Action {
	p.actions = p.actions[:0]
	for t := range v.Pending() {
		purchase := cloud.Spot
		if t.Preemptions > 1 {
			purchase = cloud.OnDemand
		}
		p.actions = append(p.actions, scheduler.LaunchFor(t.ID, cloud.PoolID(int(t.ID)%len(v.Pools)), purchase))
	}
	for i := range v.Idle() {
		p.actions = append(p.actions, scheduler.Terminate(i.ID))
	}
	return p.actions
}

// numbering gives what an agent learns of its own ids, dense in the order of learning.
type numbering[ID ~int32] map[ID]ID

func (n numbering[ID]) of(id ID) ID {
	if id < 0 {
		return id // cloud.None
	}
	if _, known := n[id]; !known {
		n[id] = ID(len(n))
	}
	return n[id]
}

// An agent that learns of some pools and tasks only, by its own numbers, has a view of them that
// is no other than that of one who learns of all.
func TestAViewOfSomePoolsAndTasksIsAViewOfItsOwn(t *testing.T) {
	compared := 0
	for seed := range uint64(worlds) {
		s := randomWorld(seed)
		for len(s.Pools) < 5 {
			s.Pools = append(s.Pools, s.pool(len(s.Pools)))
		}
		s.Pools, s.MaxInstances, s.Drain = s.Pools[:5], 0, false
		for n := range s.Tasks {
			s.Tasks[n].Moves = nil // made for fewer pools
		}
		whole := &recorder{Policy: &partitioned{}}
		s.Policy = whole
		simulate(t, s.Config)
		if whole.view == nil {
			continue
		}
		pools := numbering[cloud.PoolID]{3: 0, 1: 1}
		tasks, instances := numbering[cloud.TaskID]{}, numbering[cloud.InstanceID]{}
		var news []scheduler.News
		for _, n := range whole.news {
			if _, mine := pools[n.Pool]; n.Pool != cloud.None && !mine || n.Task != cloud.None && n.Task%5 != 1 && n.Task%5 != 3 {
				continue
			}
			n.Pool, n.Task, n.Instance = pools.of(n.Pool), tasks.of(n.Task), instances.of(n.Instance)
			news = append(news, n)
		}
		v := fold([]market.Pool{s.Pools[3], s.Pools[1]}, 0, 0, news)
		if int(v.NextTask()) != len(tasks) || int(v.NextInstance()) != len(instances) {
			t.Fatalf("seed %d: %d tasks and %d instances are known, want %d and %d", seed, v.NextTask(), v.NextInstance(), len(tasks), len(instances))
		}
		for theirs, ours := range pools {
			if v.Pools[ours] != whole.view.Pools[theirs] {
				t.Fatalf("seed %d: pool %d is %+v, want %+v", seed, ours, v.Pools[ours], whole.view.Pools[theirs])
			}
		}
		for theirs, ours := range tasks {
			want := *whole.view.Task(theirs)
			want.ID, want.Instance = ours, instances.of(want.Instance)
			if got := *v.Task(ours); showTask(got) != showTask(want) {
				t.Fatalf("seed %d: %swant %s", seed, showTask(got), showTask(want))
			}
		}
		for theirs, ours := range instances {
			want := *whole.view.Instance(theirs)
			want.ID, want.Pool, want.Task = ours, pools.of(want.Pool), tasks.of(want.Task)
			if got := *v.Instance(ours); showInstance(got) != showInstance(want) {
				t.Fatalf("seed %d: %swant %s", seed, showInstance(got), showInstance(want))
			}
			compared++
		}
	}
	if compared < 100 {
		t.Errorf("only %d instances were compared", compared)
	}
}

// closing is a policy that is closed, and may fail at it.
type closing struct {
	scheduler.Policy
	err    error
	closed int
}

func (c *closing) Close() error {
	c.closed++
	return c.err
}

func TestAPolicyIsClosedWhenItsRunEnds(t *testing.T) {
	stuck := errors.New("stuck")
	illegal := &turns{{scheduler.Terminate(math.MaxInt32)}}
	for _, c := range []struct {
		name   string
		policy closing
		want   string
	}{
		{"a run that succeeds", closing{Policy: policy("greedy")}, ""},
		{"a policy that fails to close", closing{Policy: policy("greedy"), err: stuck}, "policy own at 10h0m0s: close: stuck"},
		{"an illegal action", closing{Policy: illegal, err: stuck}, "there is no instance"},
		{"a panic", closing{Policy: &panicking{0, policy("greedy")}, err: stuck}, "out of ideas"},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := quiet()
			run.PolicyName, run.Policy = "own", &c.policy
			err := system.Run(t.Context(), run)
			var blamed *actors.PolicyError
			if (err == nil) != (c.want == "") || err != nil && (!errors.As(err, &blamed) || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want a PolicyError with %q", err, c.want)
			}
			if c.policy.closed != 1 {
				t.Errorf("closed %d times", c.policy.closed)
			}
		})
	}
}
