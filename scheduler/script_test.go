package scheduler

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

var update = flag.Bool("update", false, "write the decisions into the scripts; read every changed line")

// TestScripts runs the scripts in testdata: state in, decision out. A script is lines of
//
//	policy NAME[:k=v]      a new tenant with this policy
//	pool NAME SPOT ONDEMAND [BID]   prices in $/h
//	limit N                instances it may hold
//	price POOL SPOT        the market reprices
//	arrive [N]             N tasks come in (default 1)
//	ready|notice|preempt|refuse INSTANCE...
//	complete TASK...
//	wait DURATION          time passes; each decide lets a minute pass itself
//	decide                 the policy decides; below it stand its actions, one a line
//	                       after ">", which are carried out
//	# comment
func TestScripts(t *testing.T) {
	checkScripts(t, "testdata/*.txt", func(p Spec) actor { return newTenant(forTasks(t, p)) })
}

// actor obeys the lines of a script. It answers with what the policy decides.
type actor interface {
	obey(t *testing.T, line int, words []string) []string
}

// checkScripts runs the scripts that match a pattern. At each line "policy" a new actor
// takes over.
func checkScripts(t *testing.T, pattern string, begin func(Spec) actor) {
	scripts, err := filepath.Glob(pattern)
	if err != nil || len(scripts) == 0 {
		t.Fatalf("scripts: %v, %v", scripts, err)
	}
	for _, path := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := runScript(t, string(text), begin)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(text) {
				t.Errorf("decisions differ from the script; it would read\n%s", got)
			}
		})
	}
}

// runScript returns the script with the decisions the policy takes.
func runScript(t *testing.T, text string, begin func(Spec) actor) string {
	var out strings.Builder
	var s actor
	for n, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if strings.HasPrefix(line, ">") {
			continue // an old decision
		}
		out.WriteString(line + "\n")
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case words[0] == "policy":
			spec, err := Parse(words[1])
			if err != nil {
				t.Fatalf("line %d: %v", n+1, err)
			}
			s = begin(spec)
		default:
			for _, action := range s.obey(t, n+1, words) {
				out.WriteString("> " + action + "\n")
			}
		}
	}
	return out.String()
}

// tenant is a policy and its book, driven by hand.
type tenant struct {
	policy Policy
	view   *View
	book   *Book
	names  map[string]cloud.PoolID
}

func forTasks(t *testing.T, s Spec) Policy {
	t.Helper()
	p, err := s.NewForTasks()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// forOne makes the policy of s without the tenant.
func forOne[P any](t *testing.T, s Spec) P {
	t.Helper()
	p, err := s.Entry.New(s.Args)
	if err != nil {
		t.Fatal(err)
	}
	return p.(P)
}

func newTenant(p Policy) *tenant {
	v := NewView(nil, 0, 0)
	return &tenant{policy: p, view: v, book: NewBook(v), names: map[string]cloud.PoolID{}}
}

// obey carries out one line and returns the actions of a decision.
func (s *tenant) obey(t *testing.T, line int, words []string) []string {
	fail := func(what any) { t.Fatalf("line %d: %v: %v", line, words, what) }
	price := func(text string) cloud.Price {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			fail(err)
		}
		return cloud.PerHour(x)
	}
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		if err != nil {
			fail(err)
		}
		return n
	}
	each := func(do func(int)) {
		for _, w := range words[1:] {
			do(number(w))
		}
	}
	switch words[0] {
	case "pool":
		p := Pool{Name: cloud.Pool{Zone: words[1]}, Spot: price(words[2]), OnDemand: price(words[3]), Capacity: math.MaxInt32}
		if len(words) > 4 {
			p.Bid = price(words[4])
		}
		s.names[words[1]] = cloud.PoolID(len(s.view.Pools))
		s.view.Pools = append(s.view.Pools, p)
	case "limit":
		s.view.limit = number(words[1])
	case "price":
		s.view.Apply(priceNews(s.view, s.names[words[1]], price(words[2])))
	case "arrive":
		n := 1
		if len(words) > 1 {
			n = number(words[1])
		}
		for range n {
			n := NewsOf(Arrived, s.view.Now)
			n.Task, n.Deadline, n.Work = s.view.NextTask(), clock.Never, time.Hour
			s.view.Apply(&n)
		}
	case "ready":
		each(func(i int) { s.view.Apply(instanceNews(s.view, Ready, cloud.InstanceID(i))) })
	case "notice":
		each(func(i int) { s.view.Apply(instanceNews(s.view, Noticed, cloud.InstanceID(i))) })
	case "refuse":
		each(func(i int) { s.view.Apply(instanceNews(s.view, Refused, cloud.InstanceID(i))) })
	case "preempt":
		each(func(i int) { s.preempt(cloud.InstanceID(i)) })
	case "complete":
		each(func(i int) { s.view.Apply(instanceNews(s.view, Completed, s.view.Task(cloud.TaskID(i)).Instance)) })
	case "wait":
		d, err := time.ParseDuration(words[1])
		if err != nil {
			fail(err)
		}
		s.view.Now = s.view.Now.Add(d)
	case "decide":
		actions, err := s.decide()
		if err != nil {
			fail(err)
		}
		return actions
	default:
		fail("unknown word")
	}
	return nil
}

func (s *tenant) preempt(id cloud.InstanceID) {
	s.lose(instanceNews(s.view, Preempted, id))
}

// lose ends an instance, whose task loses all its work.
func (s *tenant) lose(n *News) {
	s.view.Apply(n)
	if n.Task != cloud.None {
		lost := NewsOf(Interrupted, s.view.Now)
		lost.Task = n.Task
		s.view.Apply(&lost)
	}
}

// decide lets the policy decide and carries out its actions as the engine does.
func (s *tenant) decide() (said []string, err error) {
	s.view.Now = s.view.Now.Add(time.Minute)
	s.book.BeginDecision()
	actions := s.policy.Decide(s.view)
	s.view.News = s.view.News[:0]
	for _, a := range actions {
		if err := s.book.Check(a); err != nil {
			return said, err
		}
		said = append(said, s.carryOut(a))
	}
	return said, nil
}

func (s *tenant) carryOut(a Action) string {
	switch a.Verb {
	case VerbLaunch:
		text := fmt.Sprintf("launch %v in %s", a.Purchase, s.view.Pools[a.Pool].Name.Zone)
		for range a.Count {
			n := requestNews(s.view, a, 1)
			n.Task = a.Task
			s.view.Apply(n)
			text += fmt.Sprintf(", instance %d", n.Instance)
		}
		if a.Task != cloud.None {
			text += fmt.Sprintf(" for task %d", a.Task)
		}
		return text
	case VerbAssign:
		n := instanceNews(s.view, Assigned, a.Instance)
		n.Task = a.Task
		s.view.Apply(n)
		return fmt.Sprintf("assign task %d to instance %d", a.Task, a.Instance)
	case VerbTerminate:
		s.lose(instanceNews(s.view, Terminated, a.Instance))
		return fmt.Sprintf("terminate instance %d", a.Instance)
	default:
		return fmt.Sprintf("wake at %v", a.At)
	}
}

// instanceNews returns news of an instance that v shows, now.
func instanceNews(v *View, kind NewsKind, id cloud.InstanceID) *News {
	i, n := v.Instance(id), NewsOf(kind, v.Now)
	n.Instance, n.Pool, n.Purchase, n.Task, n.Replica = id, i.Pool, i.Purchase, i.Task, i.Replica
	return &n
}

// requestNews returns the news that count instances are requested, for no task or replica.
func requestNews(v *View, a Action, count int) *News {
	n := NewsOf(Requested, v.Now)
	n.Pool, n.Purchase, n.Instance, n.Count = a.Pool, a.Purchase, v.NextInstance(), int32(count)
	return &n
}

func priceNews(v *View, pool cloud.PoolID, price cloud.Price) *News {
	n := NewsOf(PriceChanged, v.Now)
	n.Pool, n.Price = pool, price
	return &n
}

func capacityNews(v *View, pool cloud.PoolID, count int) *News {
	n := NewsOf(CapacityChanged, v.Now)
	n.Pool, n.Count = pool, int32(count)
	return &n
}

func targetNews(v *View, count int) *News {
	n := NewsOf(TargetChanged, v.Now)
	n.Count = int32(count)
	return &n
}
