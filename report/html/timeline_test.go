package html

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
)

// A spot instance is launched at 1 h, ready at 1.5 h and preempted at 3 h, which a task that
// came at 1 h starts on at 1.5 h and loses at 3 h; another is on-demand, never ready, and
// closed at the end.
func TestTimelineIsWhatTheJournalSays(t *testing.T) {
	pool := market.NewPool(cloud.Pool{Zone: "z", InstanceType: "m"}, cloud.PerHour(2), cloud.PerHour(1))
	r := NewRecorder([]market.Pool{pool}, "greedy", false, "f00")
	at := func(hours float64) clock.Time { return clock.At(time.Duration(hours * float64(time.Hour))) }
	for _, e := range []journal.Entry{
		{At: 0, Kind: journal.Price, Price: cloud.PerHour(0.5)},
		{At: at(1), Kind: journal.Arrive},
		{At: at(1), Kind: journal.Launch, Purchase: cloud.Spot, Instance: 7},
		{At: at(1.5), Kind: journal.Ready, Purchase: cloud.Spot, Instance: 7},
		{At: at(1.5), Kind: journal.Start, Purchase: cloud.Spot, Instance: 7},
		{At: at(3), Kind: journal.Preempt, Purchase: cloud.Spot, Instance: 7},
		{At: at(3), Kind: journal.Interrupt, Instance: 7},
		{At: at(3), Kind: journal.Launch, Purchase: cloud.OnDemand, Instance: 8},
		{At: at(4), Kind: journal.Close, Purchase: cloud.OnDemand, Instance: 8},
		{At: at(4), Kind: journal.End},
	} {
		r.Record(e)
	}
	text, err := json.Marshal(NewTimeline(5, "all", []*Recorder{r}))
	want := `{"seed":5,"point":"all","pools":[{"name":"z/m","on_demand":2,"price":[[0],[0.5]],"capacity":null}],` +
		`"runs":[{"policy":"greedy","clairvoyant":false,"run_id":"f00","end_h":4,"spot":[[1.5,3],[1,0]],"on_demand":null,"waiting":[[1,1.5,3],[1,0,1]],` +
		`"launched":2,"preempted":1,"instances":[[0,3,1,1.5,3],[0,0,3,-1,4]],"preemptions":[3]}],"omitted":0}`
	if err != nil || string(text) != want {
		t.Errorf("%v\n%s, want\n%s", err, text, want)
	}
}
