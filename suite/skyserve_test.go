package suite

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
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
	evaluation := openSkyServe(t)
	text, err := os.ReadFile("../../shared/golden/skyserve/vectors.json")
	if err != nil {
		t.Skipf("the published vectors are not here: %v", err)
	}
	var golden []vector
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	cases, err := evaluation.Cases(SkyServeGrid())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := RunSkyServe(t.Context(), actors.NewSystem(zap.NewNop()), cases, Workers{Count: 2})
	if err != nil {
		t.Fatal(err)
	}
	byCase := map[string]SkyServeRow{}
	for _, r := range rows {
		byCase[vectorName(r.Trace.Name, r.Setting, r.Offset)] = r
	}
	for _, g := range golden {
		key := vectorName(g.Trace, SkyServeSetting{Policy: g.Policy, Fallback: g.Fallback, Extra: g.Extra, ColdTicks: g.ColdTicks}, g.Offset)
		row, ok := byCase[key]
		if !ok {
			t.Errorf("%s: not in the published grid", key)
			continue
		}
		compareVector(t, key, g, row)
	}
	t.Logf("%d vectors compared", len(golden))
}

func vectorName(trace string, s SkyServeSetting, offset int) string {
	return trace + " " + s.Policy + " " + s.Fallback + " extra " + strconv.Itoa(s.Extra) + " cold " + strconv.Itoa(s.ColdTicks) + " offset " + strconv.Itoa(offset)
}

func compareVector(t *testing.T, key string, g vector, r SkyServeRow) {
	t.Helper()
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"spot launched", r.SpotTicks, g.SpotLaunched},
		{"on-demand launched", r.OnDemandTicks, g.OnDemand},
		{"cost", r.Cost(), g.Cost},
		{"available", r.AvailableTicks, g.Available},
		{"decreases", r.Decreases, g.Decreases},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s: %d, published %d", key, c.what, c.got, c.want)
		}
	}
	for n, ticks := range r.ReadyTicks {
		if want := g.Hist[strconv.Itoa(n)]; ticks != want {
			t.Errorf("%s: %d replicas ready: %d ticks, published %d", key, n, ticks, want)
		}
	}
}

func openSkyServe(t *testing.T) *SkyServe {
	t.Helper()
	const folder = "../../shared/traces"
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("the traces are not here: %v", err)
	}
	evaluation, err := OpenSkyServe(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	return evaluation
}
