package tests

import (
	"math/rand/v2"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/tests/twin"
)

// chaos is a policy that does what is legal, sensible or not: it asks for more than it may
// hold and for spot above the bid, holds instances for nothing, gives back busy ones and
// ones not ready yet, assigns tasks to them, and wakes at random. It keeps a script of its
// decisions for the twin. After mad decisions it calms down to one instance a task, so
// that a draining run ends.
type chaos struct {
	r      *rand.Rand
	mad    int
	alive  []cloud.InstanceID
	asked  cloud.InstanceID // instances so far
	script []twin.Decision
	acts   []scheduler.Action
}

func (c *chaos) Decide(v *scheduler.View) []scheduler.Action {
	c.acts = c.acts[:0]
	c.mad--
	spare := c.takeStock(v)
	free := v.Free()
	for t := range v.Pending() {
		a := scheduler.LaunchFor(t.ID, cloud.PoolID(c.r.IntN(len(v.Pools))), cloud.Purchase(c.r.IntN(2)))
		if c.mad < 0 && !v.Pools[a.Pool].Sells() {
			a.Purchase = cloud.OnDemand
		}
		switch {
		case c.chance(0.2):
			c.act(scheduler.Wake(v.Now.Add(1 + time.Duration(c.r.Int64N(int64(time.Hour))))))
		case len(spare) > 0 && c.r.IntN(2) == 0:
			c.act(scheduler.Assign(t.ID, spare[0]))
			spare = spare[1:]
		case free > 0 || c.chance(0.2):
			c.act(a)
			free--
		}
	}
	if c.chance(0.05) {
		c.act(scheduler.Turn(cloud.PoolID(c.r.IntN(len(v.Pools)))))
	}
	if c.chance(0.1) {
		c.act(scheduler.Launch(cloud.PoolID(c.r.IntN(len(v.Pools))), cloud.Purchase(c.r.IntN(2)), c.r.IntN(3)))
	}
	for _, id := range spare {
		if c.mad < 0 || c.chance(0.3) {
			c.act(scheduler.Terminate(id))
		}
	}
	c.write(v.Now)
	return c.acts
}

func (c *chaos) chance(p float64) bool { return c.mad >= 0 && c.r.Float64() < p }

// takeStock forgets the ended instances, gives back some of the busy ones and returns
// those with no task.
func (c *chaos) takeStock(v *scheduler.View) (spare []cloud.InstanceID) {
	living := c.alive[:0]
	for _, id := range c.alive {
		i := v.Instance(id)
		if i.State == scheduler.Ended {
			continue
		}
		living = append(living, id)
		if i.Task == cloud.None {
			spare = append(spare, id)
		} else if c.chance(0.05) {
			c.act(scheduler.Terminate(id))
			if c.chance(0.5) { // move the task at once
				c.act(scheduler.LaunchFor(i.Task, cloud.PoolID(c.r.IntN(len(v.Pools))), i.Purchase))
			}
		}
	}
	c.alive = living
	return spare
}

func (c *chaos) act(a scheduler.Action) { c.acts = append(c.acts, a) }

// write adds what was decided to the script.
func (c *chaos) write(now clock.Time) {
	d := twin.Decision{At: now}
	for _, a := range c.acts {
		d.Actions = append(d.Actions, twin.Action{
			Verb: twin.Verb(a.Verb), Pool: a.Pool, Purchase: a.Purchase, Count: a.Count,
			Task: a.Task, Instance: a.Instance, At: a.At,
		})
		if a.Verb == scheduler.VerbLaunch {
			for range a.Count {
				c.alive = append(c.alive, c.asked)
				c.asked++
			}
		}
	}
	c.script = append(c.script, d)
}
