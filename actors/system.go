// Package actors is the running simulation, on protoactor-go: the clock, the spot markets,
// the instances, the task manager, the service and the tenant with its agent, and the run that
// wires them.
//
// The one idea to hold: a run is single-threaded however many actors it has. Every
// message goes through the run's one queue and is worked off on the run's own goroutine;
// the clock delivers the next event when the queue is empty. Nothing in a run looks at the
// wall clock, so a run is a pure function of its Config.
package actors

import (
	"log/slog"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"
	"go.uber.org/zap/exp/zapslog"
)

// System hosts runs. Make one for a process, not one for a run: it costs milliseconds and
// megabytes. Runs in one System are independent and may run at the same time.
type System struct {
	actors *actor.ActorSystem
	log    *zap.Logger
}

// NewSystem returns a system that logs to log, protoactor's own messages too.
func NewSystem(log *zap.Logger) *System {
	logger := slog.New(zapslog.NewHandler(log.Core()))
	system := actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return logger }))
	return &System{actors: system, log: log}
}
