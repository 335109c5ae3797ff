package actors

import (
	"testing"

	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/scheduler"
)

func TestBecauseHasABitForEachKindOfNews(t *testing.T) {
	tests := map[scheduler.NewsKind]journal.Because{
		scheduler.PriceChanged:    journal.PriceChanged,
		scheduler.CapacityChanged: journal.CapacityChanged,
		scheduler.Arrived:         journal.Arrived,
		scheduler.Refused:         journal.Refused,
		scheduler.Ready:           journal.BecameReady,
		scheduler.Noticed:         journal.Noticed,
		scheduler.Preempted:       journal.Preempted,
		scheduler.Interrupted:     journal.Interrupted,
		scheduler.Completed:       journal.Completed,
		scheduler.TargetChanged:   journal.TargetChanged,
		scheduler.Served:          journal.Served,
		scheduler.Recommended:     journal.Recommended,
	}
	for kind, want := range tests {
		if got := because(onNews, []scheduler.News{{Kind: kind}}); got != want {
			t.Errorf("news of kind %d is %q, want %q", kind, got, want)
		}
	}
	both := []scheduler.News{{Kind: scheduler.Arrived}, {Kind: scheduler.Arrived}, {Kind: scheduler.PriceChanged}}
	if got, want := because(onRetry, both), journal.Arrived|journal.PriceChanged|journal.Retried; got != want {
		t.Errorf("called again after a refusal: %q, want %q", got, want)
	}
	if got := because(onWake, nil); got != journal.Woken {
		t.Errorf("called as asked: %q", got)
	}
}
