package html

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/results"
)

// bigSweep adds policies × seeds runs at each of some points, of which some fail.
func bigSweep(c *Collector, points, policies, seeds int) {
	luck := rand.New(rand.NewPCG(1, 2))
	for point := range points {
		for seed := range seeds {
			common := luck.NormFloat64()
			for p := range policies {
				cost := 100 + 12*float64(p) + 15*common + 10*math.Exp(luck.NormFloat64())
				completion := 12 - 2*math.Log(1+float64(p)) + 0.3*common + 0.2*luck.NormFloat64()
				r := &results.Run{
					ID: fmt.Sprintf("%064x", seed*policies+p), Seed: uint64(seed + 1), Policy: fmt.Sprintf("uniform-progress:margin=%d", p),
					Axes: []results.Axis{{Key: "market.pools[0].price.spread", Value: fmt.Sprint(float64(point) / 10)}}, Status: results.OK,
					Summary: metrics.Summary{TotalCost: cost, AvgCompletion: &completion, P99Completion: &completion, Makespan: &completion, AvgWaiting: &completion,
						MissedDeadlines: luck.IntN(3), TotalPreemptions: luck.IntN(60), WorkLost: completion, UnfinishedTasks: luck.IntN(2)},
				}
				if p == policies-1 {
					r.Policy, r.Clairvoyant = "optimal", true
					r.Summary.TotalCost /= 9
				}
				if luck.IntN(5000) == 0 {
					r.Status, r.Error = results.Failed, "policy uniform-progress at 13h0m0s: panic: index out of range [3] with length 3"
				}
				c.Add(r)
			}
		}
	}
}

// bigTimeline is of as many runs as are shown, with as many instances as are, of which most
// are preempted, in ten pools whose prices change all the time.
func bigTimeline() *Timeline {
	pools := make([]market.Pool, 10)
	var runs []*Recorder
	for n := range MaxRuns {
		r := NewRecorder(pools, fmt.Sprint("policy ", n), false, "")
		at := clock.Time(0)
		for i := range int32(maxInstances / MaxRuns) {
			at = at.Add(3 * time.Minute / 7)
			pool := cloud.PoolID(i % 10)
			r.Record(journal.Entry{At: at, Kind: journal.Price, Pool: pool, Price: cloud.Price(1e8 + 12345*int64(i))})
			r.Record(journal.Entry{At: at, Kind: journal.Arrive})
			r.Record(journal.Entry{At: at, Kind: journal.Launch, Pool: pool, Purchase: cloud.Spot, Instance: cloud.InstanceID(i)})
			r.Record(journal.Entry{At: at.Add(10), Kind: journal.Ready, Pool: pool, Purchase: cloud.Spot, Instance: cloud.InstanceID(i)})
			if i > 50 {
				r.Record(journal.Entry{At: at.Add(20), Kind: journal.Preempt, Pool: pool, Purchase: cloud.Spot, Instance: cloud.InstanceID(i - 50)})
			}
		}
		r.Record(journal.Entry{At: at.Add(30), Kind: journal.End})
		runs = append(runs, r)
	}
	return NewTimeline(1, "all", runs)
}

func TestPageOfFiftyPoliciesAndAThousandRunsIsBelow2MB(t *testing.T) {
	for _, size := range []struct{ points, policies, seeds int }{{1, 50, 1000}, {300, 10, 20}} {
		c := NewCollector(nil)
		bigSweep(c, size.points, size.policies, size.seeds)
		page, err := c.Page("")
		if err != nil {
			t.Fatal(err)
		}
		page.Title, page.Timeline = "A big sweep", bigTimeline()
		var out bytes.Buffer
		if err := page.Write(&out); err != nil {
			t.Fatal(err)
		}
		t.Logf("%v: %d bytes", size, out.Len())
		if out.Len() > 2_000_000 {
			t.Errorf("%v: %d bytes, want at most 2,000,000", size, out.Len())
		}
	}
}

func TestPageOfEqualRunsIsEqualAndSelfContained(t *testing.T) {
	write := func() []byte {
		c := NewCollector(nil)
		bigSweep(c, 2, 4, 15)
		page, err := c.Page("")
		if err != nil {
			t.Fatal(err)
		}
		page.Title = `</title><script>alert("hi")</script>`
		page.Manifest = &results.Manifest{Argv: []string{"/opt/tessera", "sweep", "my file.yaml", "</script>"}, Scenario: "</pre><script>"}
		var out bytes.Buffer
		if err := page.Write(&out); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	page := write()
	if !bytes.Equal(page, write()) {
		t.Error("two pages of the same runs differ")
	}
	for _, address := range regexp.MustCompile(`https?://[^"'\s<]*`).FindAllString(string(page), -1) {
		if address != "http://www.w3.org/2000/svg" { // a name, which nobody fetches
			t.Errorf("the page names %s", address)
		}
	}
	if n := bytes.Count(page, []byte("<script")); n != 2 { // the data and the scripts
		t.Errorf("%d scripts: text of a user is taken for one", n)
	}
	if !bytes.Contains(page, []byte("<code>tessera sweep &#39;my file.yaml&#39; &#39;&lt;/script&gt;&#39;</code>")) {
		t.Error("the command does not read as it was typed")
	}
}

func TestPageHasTheDocumentOfSummaryJSON(t *testing.T) {
	c := NewCollector(nil)
	bigSweep(c, 2, 3, 12)
	page, err := c.Page("")
	if err != nil {
		t.Fatal(err)
	}
	var out, want bytes.Buffer
	if err := page.Write(&out); err != nil {
		t.Fatal(err)
	}
	sum, err := c.summarizer.Summary("")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(sum)
	if err != nil {
		t.Fatal(err)
	}
	want.WriteString(`{"summary":`)
	want.Write(text)
	if !bytes.Contains(out.Bytes(), want.Bytes()) {
		t.Error("the page has other numbers than summary.json")
	}
}
