package report

import (
	"time"

	"github.com/bobby-math/tessera/clock"
)

// gauge is a counter of a timeline. Of the changes within a slot of time only the last is
// written, with its instant, on a change in a later slot or at the end of the run.
type gauge struct {
	timeline *Timeline
	name     string
	process  int
	slot     time.Duration // at least 1ns
	series   []detail
	at       clock.Time
	changed  bool
}

func (t *Timeline) newGauge(process int, name string, slot time.Duration, series ...string) *gauge {
	g := &gauge{timeline: t, name: name, process: process, slot: slot}
	for _, s := range series {
		g.series = append(g.series, number(s, 0))
	}
	return g
}

func (g *gauge) set(at clock.Time, series int, x float64) {
	if int64(at)/int64(g.slot) != int64(g.at)/int64(g.slot) {
		g.write()
	}
	g.series[series].number = x
	g.at, g.changed = at, true
}

func (g *gauge) add(at clock.Time, series int, x float64) {
	g.set(at, series, g.series[series].number+x)
}

// write writes the last change, if that is not done.
func (g *gauge) write() {
	if g.changed {
		g.timeline.event(counts, g.name, place{process: g.process}, g.at, g.series...)
	}
	g.changed = false
}
