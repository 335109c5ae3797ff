package actors

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/google/btree"
	"go.uber.org/zap"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/rng"
)

// The tests here drive the kernel with small actors of their own, the benchmarks too.

// funcActor is an actor made of a function.
type funcActor func(ctx actor.Context)

func (f funcActor) Receive(ctx actor.Context) { f(ctx) }

var testSystem = NewSystem(zap.NewNop())

func TestMessagesArriveInOrderOfSendingBeforeTheNextEvent(t *testing.T) {
	k := newKernel(testSystem.actors)
	defer k.close()
	var heard []string
	listener := k.spawn("listener", funcActor(func(ctx actor.Context) {
		if text, ok := ctx.Message().(string); ok {
			heard = append(heard, text)
		}
	}))
	// The talker answers each of two events at one instant with two messages, one of them
	// by way of the echo.
	echo := k.spawn("echo", funcActor(func(ctx actor.Context) {
		if text, ok := ctx.Message().(string); ok {
			ctx.Send(k.pids[listener], "echo "+text)
		}
	}))
	var talker address
	talker = k.spawn("talker", funcActor(func(ctx actor.Context) {
		switch m := ctx.Message().(type) {
		case *actor.Started:
			k.schedule(ctx, 5, clock.Work, 0, talker, 1)
			k.schedule(ctx, 5, clock.Work, 0, talker, 2)
		case *clock.Event:
			ctx.Send(k.pids[echo], fmt.Sprint(m.Arg))
			ctx.Send(k.pids[listener], fmt.Sprint(m.Arg))
		}
	}))
	if err := k.drive(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := "1, echo 1, 2, echo 2"
	if got := strings.Join(heard, ", "); got != want {
		t.Errorf("heard %s, want %s", got, want)
	}
}

func TestAnEventForAPhaseThatHasPassedHappensAtTheNextNanosecond(t *testing.T) {
	k := newKernel(testSystem.actors)
	defer k.close()
	var at clock.Time
	var self address
	self = k.spawn("late", funcActor(func(ctx actor.Context) {
		switch m := ctx.Message().(type) {
		case *actor.Started:
			k.schedule(ctx, 7, clock.Decide, 0, self, 0)
		case *clock.Event:
			if m.Phase() == clock.Decide {
				k.schedule(ctx, 7, clock.Work, 0, self, 0)
				return
			}
			at = k.now()
		}
	}))
	if err := k.drive(context.Background()); err != nil {
		t.Fatal(err)
	}
	if at != 8 {
		t.Errorf("happened at %d ns, want 8", at)
	}
}

func TestAPanicEndsTheRunWithActorTimeAndStack(t *testing.T) {
	k := newKernel(testSystem.actors)
	defer k.close()
	var self address
	self = k.spawn("fragile", funcActor(func(ctx actor.Context) {
		switch ctx.Message().(type) {
		case *actor.Started:
			k.schedule(ctx, clock.At(3*time.Hour), clock.Work, 0, self, 0)
		case *clock.Event:
			panic("broken")
		}
	}))
	err := k.drive(context.Background())
	var panicked *ActorPanic
	if !errors.As(err, &panicked) {
		t.Fatalf("got %v, want an *ActorPanic", err)
	}
	if panicked.Actor != "fragile" || panicked.At != clock.At(3*time.Hour) || !strings.Contains(string(panicked.Stack), "kernel_test.go") {
		t.Errorf("panic of %s at %v with stack %s", panicked.Actor, panicked.At, panicked.Stack)
	}
}

// wakeUps builds the hold model on the kernel: n actors that answer every event with a
// new one of their own, an exponential time later.
func wakeUps(k *kernel, n int) {
	r := rng.Stream(1, "wake-ups")
	units := make([]unit, n)
	for i := range units {
		units[i] = unit{kernel: k, r: r}
		units[i].self = k.spawn("unit", &units[i])
	}
	k.messages.deliver()
}

type unit struct {
	kernel *kernel
	self   address
	r      *rand.Rand
}

func (u *unit) Receive(ctx actor.Context) {
	switch ctx.Message().(type) {
	case *actor.Started, *clock.Event:
		later := u.kernel.now() + clock.Time(u.r.ExpFloat64()*1e9) + 1
		u.kernel.schedule(ctx, later, clock.Work, 0, u.self, 0)
	}
}

// bare is the same model as a loop over the same tree, with a method call an event.
type bare struct {
	tree     *btree.BTreeG[bareEvent]
	units    []bareHandler
	sequence uint64
}

type bareEvent struct {
	at    int64
	order uint64
	to    int32
	arg   int32
}

type bareHandler interface{ handle(now int64) int64 }

type bareUnit struct{ r *rand.Rand }

func (u *bareUnit) handle(now int64) int64 { return now + int64(u.r.ExpFloat64()*1e9) + 1 }

func newBare(n int) *bare {
	b := &bare{tree: btree.NewG(32, func(a, b bareEvent) bool { return a.at < b.at || a.at == b.at && a.order < b.order })}
	r := rng.Stream(1, "wake-ups")
	for i := range n {
		b.units = append(b.units, &bareUnit{r})
		b.push(b.units[i].handle(0), int32(i))
	}
	return b
}

func (b *bare) push(at int64, to int32) {
	b.sequence++
	b.tree.ReplaceOrInsert(bareEvent{at: at, order: b.sequence, to: to})
}

func (b *bare) run(events int) {
	for range events {
		e, _ := b.tree.DeleteMin()
		b.push(b.units[e.to].handle(e.at), e.to)
	}
}

// inTurns times two jobs in alternating rounds of n events each, so that the machine's
// moods hit both, and returns the nanoseconds of CPU-bound time of each.
func inTurns(rounds int, a, b func()) (ta, tb time.Duration) {
	for range rounds {
		begun := time.Now()
		a()
		middle := time.Now()
		b()
		ta += middle.Sub(begun)
		tb += time.Since(middle)
	}
	return ta, tb
}

// BenchmarkWakeUp measures one event -> a message to its actor -> one event scheduled
// back, against a bare loop over the same tree; x_of_bare is the share of its speed.
func BenchmarkWakeUp(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		b.Run(fmt.Sprintf("actors=%d", n), func(b *testing.B) {
			k := newKernel(testSystem.actors)
			defer k.close()
			wakeUps(k, n)
			loop := newBare(n)
			const chunk = 10_000
			k.deliverEvents(2 * n)
			loop.run(2 * n)
			b.ReportAllocs()
			b.ResetTimer()
			var actors, bare time.Duration
			for done := 0; done < b.N; done += chunk {
				x, y := inTurns(1, func() { k.deliverEvents(chunk) }, func() { loop.run(chunk) })
				actors, bare = actors+x, bare+y
			}
			events := float64((b.N + chunk - 1) / chunk * chunk)
			b.ReportMetric(float64(actors.Nanoseconds())/events, "ns/event")
			b.ReportMetric(float64(bare.Nanoseconds())/events, "bare_ns/event")
			b.ReportMetric(float64(bare)/float64(actors), "x_of_bare")
			b.ReportMetric(0, "ns/op") // both jobs together: means nothing
		})
	}
}

func TestSteadyTrafficAllocatesNothing(t *testing.T) {
	k := newKernel(testSystem.actors)
	defer k.close()
	wakeUps(k, 1_000)
	k.deliverEvents(20_000)
	if n := testing.AllocsPerRun(100, func() { k.deliverEvents(100) }); n > 0 {
		t.Errorf("%v allocations in 100 events, want none", n)
	}
}

// BenchmarkInstanceActor is why one actor owns the instances of a pool: it measures what
// an actor for each instance would cost on top, its spawning and stopping.
func BenchmarkInstanceActor(b *testing.B) {
	k := newKernel(testSystem.actors)
	defer k.close()
	b.ReportAllocs()
	for b.Loop() {
		a := k.spawn("instance", funcActor(func(actor.Context) {}))
		k.messages.deliver()
		k.system.Root.Stop(k.pids[a])
		k.messages.deliver()
		k.pids, k.boxes = k.pids[:a], k.boxes[:a]
	}
}

// mmc is an M/M/c queue through the actors: a source sends customers to a station, which
// serves c at a time and lets the others wait.
type mmc struct {
	kernel             *kernel
	source, station    address
	arrivals, services *rand.Rand
	between, service   float64 // means, ns
	servers            int
	customers          int

	sent, served, delayed int
	busy                  int
	waiting               []clock.Time
	first                 int
	waited                float64 // ns
}

type customer struct{}

var aCustomer = &customer{}

func newMMC(k *kernel, servers, customers int, load float64, seed uint64) *mmc {
	const service = 1e9
	m := &mmc{
		kernel: k, servers: servers, customers: customers, service: service,
		between:  service / (float64(servers) * load),
		arrivals: rng.Stream(seed, "arrivals"), services: rng.Stream(seed, "services"),
	}
	m.source = k.spawn("source", funcActor(func(ctx actor.Context) {
		switch ctx.Message().(type) {
		case *clock.Event:
			ctx.Send(k.pids[m.station], aCustomer)
			m.sent++
			m.next(ctx)
		case *actor.Started:
			m.next(ctx)
		}
	}))
	m.station = k.spawn("station", funcActor(func(ctx actor.Context) {
		switch ctx.Message().(type) {
		case *customer:
			m.arrive(ctx)
		case *clock.Event:
			m.leave(ctx)
		}
	}))
	return m
}

func (m *mmc) next(ctx actor.Context) {
	if m.sent < m.customers {
		m.kernel.schedule(ctx, m.kernel.now().Add(time.Duration(m.arrivals.ExpFloat64()*m.between)), clock.Arrival, 0, m.source, 0)
	}
}

func (m *mmc) arrive(ctx actor.Context) {
	if m.busy < m.servers {
		m.serve(ctx, m.kernel.now())
		return
	}
	m.delayed++
	m.waiting = append(m.waiting, m.kernel.now())
}

func (m *mmc) serve(ctx actor.Context, since clock.Time) {
	m.busy++
	m.waited += float64(m.kernel.now().Sub(since))
	m.kernel.schedule(ctx, m.kernel.now().Add(time.Duration(m.services.ExpFloat64()*m.service)), clock.Work, 0, m.station, 0)
}

func (m *mmc) leave(ctx actor.Context) {
	m.busy--
	m.served++
	if m.first < len(m.waiting) {
		since := m.waiting[m.first]
		m.first++
		if m.first == len(m.waiting) {
			m.waiting, m.first = m.waiting[:0], 0
		}
		m.serve(ctx, since)
	}
}

// erlangC returns the probability that a customer of M/M/c waits, at a load of rho a
// server (Erlang 1917; Kleinrock, Queueing Systems I, equation 3.40), by the recursion of
// Erlang B: B(n) = aB(n-1) / (n + aB(n-1)), C = B / (1 - rho(1-B)).
func erlangC(c int, rho float64) float64 {
	a, b := rho*float64(c), 1.0
	for n := 1; n <= c; n++ {
		b = a * b / (float64(n) + a*b)
	}
	return b / (1 - rho*(1-b))
}

// TestErlangC holds M/M/8 through the actors to the closed form: P(wait) and the mean
// wait C/(c mu - lambda), within 3 standard errors over independent runs.
func TestErlangC(t *testing.T) {
	const servers, load, runs, customers = 8, 0.8, 30, 20_000
	p := erlangC(servers, load)
	meanWait := p / (servers * (1 - load)) // in service times
	var shares, waits []float64
	for seed := range uint64(runs) {
		k := newKernel(testSystem.actors)
		m := newMMC(k, servers, customers, load, seed)
		if err := k.drive(context.Background()); err != nil {
			t.Fatal(err)
		}
		k.close()
		if m.served != customers {
			t.Fatalf("%d of %d customers served", m.served, customers)
		}
		shares = append(shares, float64(m.delayed)/customers)
		waits = append(waits, m.waited/customers/m.service)
	}
	within(t, "P(wait)", shares, p)
	within(t, "mean wait", waits, meanWait)
}

// within fails if the mean of independent values is more than 3 standard errors off want.
func within(t *testing.T, what string, values []float64, want float64) {
	t.Helper()
	sum, squares := 0.0, 0.0
	for _, v := range values {
		sum += v
		squares += v * v
	}
	n := float64(len(values))
	mean := sum / n
	se := math.Sqrt((squares/n - mean*mean) / (n - 1))
	t.Logf("%s %.5f, closed form %.5f, standard error %.5f", what, mean, want, se)
	if math.Abs(mean-want) > 3*se {
		t.Errorf("%s is %.5f, want %.5f within 3 standard errors of %.5f", what, mean, want, se)
	}
}

// bareMMC is the same queue as a loop over the same tree.
func bareMMC(servers, customers int, load float64, seed uint64) (waited float64) {
	const service = 1e9
	between := service / (float64(servers) * load)
	arrivals, services := rng.Stream(seed, "arrivals"), rng.Stream(seed, "services")
	tree := btree.NewG(32, func(a, b bareEvent) bool { return a.at < b.at || a.at == b.at && a.order < b.order })
	sequence, busy, sent, first := uint64(0), 0, 0, 0
	var waiting []int64
	push := func(at int64, arg int32) {
		sequence++
		tree.ReplaceOrInsert(bareEvent{at: at, order: sequence, arg: arg})
	}
	serve := func(now, since int64) {
		busy++
		waited += float64(now - since)
		push(now+int64(services.ExpFloat64()*service), 1)
	}
	push(int64(arrivals.ExpFloat64()*between), 0)
	for {
		e, ok := tree.DeleteMin()
		if !ok {
			return waited
		}
		if e.arg == 0 {
			if busy < servers {
				serve(e.at, e.at)
			} else {
				waiting = append(waiting, e.at)
			}
			if sent++; sent < customers {
				push(e.at+int64(arrivals.ExpFloat64()*between), 0)
			}
			continue
		}
		busy--
		if first < len(waiting) {
			since := waiting[first]
			if first++; first == len(waiting) {
				waiting, first = waiting[:0], 0
			}
			serve(e.at, since)
		}
	}
}

// BenchmarkMM8 measures a million customers of M/M/8 at a load of 0.8 through the actors,
// against a bare loop over the same tree; both see the same customers and must agree on
// the time waited.
func BenchmarkMM8(b *testing.B) {
	const servers, load, customers = 8, 0.8, 1_000_000
	var actors, bare time.Duration
	for b.Loop() {
		var m *mmc
		var waited float64
		x, y := inTurns(1, func() {
			k := newKernel(testSystem.actors)
			m = newMMC(k, servers, customers, load, 1)
			if err := k.drive(context.Background()); err != nil {
				b.Fatal(err)
			}
			k.close()
		}, func() { waited = bareMMC(servers, customers, load, 1) })
		if math.Abs(m.waited-waited) > 1e-6*waited {
			b.Fatalf("actors: %v ns waited, bare loop: %v", m.waited, waited)
		}
		actors, bare = actors+x, bare+y
	}
	n := float64(customers) * float64(b.N)
	b.ReportMetric(n/actors.Seconds()/1e6, "Mcustomers/s")
	b.ReportMetric(n/bare.Seconds()/1e6, "bare_Mcustomers/s")
	b.ReportMetric(float64(bare)/float64(actors), "x_of_bare")
	b.ReportMetric(0, "ns/op")
}
