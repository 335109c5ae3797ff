package cli

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/bobby-math/tessera/results"
)

// A service that a file describes, swept, comes to what the same flags of tessera service come
// to, policy by policy and seed by seed, to the last digit.
func TestAServiceOfAFileIsThatOfFlags(t *testing.T) {
	out := t.TempDir()
	if _, stderr, code := runCommand("sweep", "../examples/service.yaml", "--seeds", "3,4", "-o", out, "-q"); code != exitOK {
		t.Fatal(stderr)
	}
	folder, err := results.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	flags := map[string]map[string]string{} // by policy and seed, then by column
	for _, seed := range []string{"3", "4"} {
		stdout, stderr, code := runCommand("service", "--capacity", "../examples/skyserve/AWS1", "--window", "12h",
			"--provisioning", "2m", "--cold-start", "3m", "--requests", "poisson:rate=0.15/s", "--rtt", "us-west-2a=70ms",
			"--policies", "spothedge,even-spread,round-robin", "--seed", seed, "--format", "csv")
		if code != exitOK {
			t.Fatal(stderr)
		}
		table, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range table[1:] {
			columns := map[string]string{}
			for i, name := range table[0] {
				columns[name] = row[i]
			}
			flags[columns["policy"]+" "+seed] = columns
		}
	}
	same := map[string]string{ // a column of runs: that of service
		"cost": "cost_usd", "spot-cost": "spot_cost_usd", "ondemand-cost": "ondemand_cost_usd",
		"availability": "availability", "mean-ready": "mean_ready", "preemptions": "preemptions", "refused": "refused_launches",
		"spot-launches": "spot_launches", "ondemand-launches": "ondemand_launches",
		"requests": "requests", "answered": "answered", "timed-out": "timed_out", "lost": "lost", "retries": "retries", "failures": "failure_rate",
		"latency": "latency_mean_s", "latency-p50": "latency_p50_s", "latency-p90": "latency_p90_s", "latency-p99": "latency_p99_s",
	}
	compared := 0
	for r, err := range folder.Runs() {
		if err != nil {
			t.Fatal(err)
		}
		want := flags[r.Policy+" "+plainNumber(float64(r.Seed))]
		for _, c := range results.Metrics() {
			column, ok := same[c.Metric]
			if !ok {
				continue
			}
			x, _ := c.Number(r)
			if got := plainNumber(x); got != want[column] {
				t.Errorf("%s, seed %d: %s is %s, of flags %s", r.Policy, r.Seed, c.Name, got, want[column])
			}
			compared++
		}
	}
	if compared != 2*4*len(same) {
		t.Errorf("%d values were compared", compared)
	}
}
