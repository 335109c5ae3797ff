package actors

import (
	"math"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/scheduler"
)

// note writes to the journal that the policy, called for why, decided on actions. If they
// do nothing there is nothing to write.
func (p *policy) note(why clock.Kind, actions []scheduler.Action) {
	deeds := 0
	for i := range actions {
		deeds += deedsOf(&actions[i])
	}
	if deeds == 0 {
		return
	}
	e := journal.Entry{
		At: p.kernel.now(), Kind: journal.Decide, Because: because(why, p.view.News), Count: int32(min(deeds, math.MaxInt32)),
		Pending: int32(p.view.Waiting()), Pool: cloud.None, Instance: cloud.None, Task: cloud.None,
	}
	for i := range actions {
		if a := &actions[i]; launches(a) && a.Count > 0 && a.Pool >= 0 && int(a.Pool) < len(p.view.Pools) {
			e.Pool, e.Purchase, e.Price = a.Pool, a.Purchase, p.view.Pools[a.Pool].OnDemand
			if a.Purchase == cloud.Spot {
				e.Price = p.view.Pools[a.Pool].Spot
			}
			break
		}
	}
	p.journal.Record(e)
}

func launches(a *scheduler.Action) bool {
	return a.Verb == scheduler.VerbLaunch || a.Verb == scheduler.VerbLaunchReplica
}

// deedsOf returns how many things a does.
func deedsOf(a *scheduler.Action) int {
	switch {
	case launches(a):
		return max(a.Count, 0)
	case a.Verb == scheduler.VerbWake:
		return 0
	}
	return 1
}

// because returns what made a policy decide that was called for why. The bits of news are
// in the order of scheduler.NewsKind.
func because(why clock.Kind, news []scheduler.News) (b journal.Because) {
	for i := range news {
		b |= 1 << news[i].Kind
	}
	switch why {
	case onWake:
		b |= journal.Woken
	case onRetry:
		b |= journal.Retried
	}
	return b
}
