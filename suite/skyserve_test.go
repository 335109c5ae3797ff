package suite

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/sweep"
)

// vector is a row of the golden file: one run of the artifact of SkyServe.
type vector struct {
	Trace        string         `json:"trace"`
	Policy       string         `json:"policy"`
	Fallback     string         `json:"fallback"`
	Extra        int            `json:"n_extra"`
	ColdTicks    int            `json:"cold_ticks"`
	Offset       int            `json:"offset_ticks"`
	SpotLaunched int            `json:"spot_launched_ticks"`
	OnDemand     int            `json:"od_launched_ticks"`
	Cost         int            `json:"cost"`
	Available    int            `json:"avail_ticks"`
	Decreases    int            `json:"spot_decreases"`
	Hist         map[string]int `json:"node_hist"`
}

// TestSkyServeEqualsItsArtifact runs every golden vector through the actors: each integer
// must be equal.
func TestSkyServeEqualsItsArtifact(t *testing.T) {
	settings := onRealData(t)
	text, err := os.ReadFile(golden + "skyserve/vectors.json")
	if err != nil {
		t.Skipf("the published vectors are not here: %v", err)
	}
	var golden []vector
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	s := loaded(t, skyServe, settings)
	byCase := map[string]row{}
	for _, r := range ran(t, s, 2) {
		policy, fallback := publishedService(r.Policy)
		byCase[vectorName(vector{r.axis("trace"), policy, fallback, r.whole("n_extra"), r.whole("cold_ticks"), r.whole("offset_ticks"), 0, 0, 0, 0, 0, nil})] = r
	}
	for _, g := range golden {
		r, ok := byCase[vectorName(g)]
		if !ok {
			t.Errorf("%s: not in the published grid", vectorName(g))
			continue
		}
		compareVector(t, g, r, readyTime(t, s, r))
	}
	t.Logf("%d vectors compared", len(golden))

	// As cases of a file they are the same runs.
	var file strings.Builder
	file.WriteString("# vectors\ntrace,policy,fallback,n_extra,cold_ticks,offset_ticks\n")
	for _, g := range golden {
		fmt.Fprintf(&file, "%s,%s,%s,%d,%d,%d\n", g.Trace, g.Policy, g.Fallback, g.Extra, g.ColdTicks, g.Offset)
	}
	rows := ran(t, loaded(t, skyServe, onRealData(t, "cases", written(t, "cases.csv", file.String()))), 2)
	for i, g := range golden {
		compareVector(t, g, rows[i], nil)
	}
}

func vectorName(g vector) string {
	return fmt.Sprintf("%s %s %s extra %d cold %d offset %d", g.Trace, g.Policy, g.Fallback, g.Extra, g.ColdTicks, g.Offset)
}

// readyTime runs a row again and returns how long each number of replicas was ready.
func readyTime(t *testing.T, s *sweep.Sweep, r row) []time.Duration {
	t.Helper()
	again, err := s.Rerun(r.Run)
	if err != nil {
		t.Fatal(err)
	}
	numbers, err := again.Scenario.Simulate(t.Context(), system, again.Policy, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return numbers.Service.ReadyTime
}

func compareVector(t *testing.T, g vector, r row, ready []time.Duration) {
	t.Helper()
	for column, want := range map[string]int{
		"spot_launched_ticks": g.SpotLaunched, "od_launched_ticks": g.OnDemand, "cost": g.Cost, "avail_ticks": g.Available, "spot_decreases": g.Decreases,
	} {
		if got := skyServe.value(t, r, column); got != strconv.Itoa(want) {
			t.Errorf("%s: %s: %s, published %d", vectorName(g), column, got, want)
		}
	}
	for n, d := range ready {
		if want := g.Hist[strconv.Itoa(n)]; int(d/skyServeTick) != want {
			t.Errorf("%s: %d replicas ready: %v, published %d ticks", vectorName(g), n, d, want)
		}
	}
}
