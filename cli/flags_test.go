package cli

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/bobby-math/tessera/scenario/spec"
)

// flagCase is a value of a flag that is not its default, and what else it takes to be of use.
type flagCase struct {
	with  string // the command with other flags
	value string
	shown string // a line of tessera show --origin, without what the origin is
}

// flagCases has an entry for every flag of a scenario, but for those that are hidden.
func flagCases() map[string]flagCase {
	const (
		job      = "job"
		tracks   = "job --capacity zones --polarity available --work 1h --deadline 90m"
		service  = "service"
		requests = "service --requests poisson:rate=1/s"
	)
	return map[string]flagCase{
		"policies":           {"", "ondemand", "- name: ondemand"},
		"seed":               {"", "7", "seed: 7"},
		"duration":           {"", "36", "duration: 36h"},
		"max-instances":      {"", "9", "max_instances: 9"},
		"drain":              {"", "true", "drain: true"},
		"lower-bound":        {job, "false", "lower_bound: false"},
		"capacity":           {"service --polarity available --duration 1h", "zones", "/zones"},
		"polarity":           {"service --capacity zones --duration 1h", "available", "polarity: available"},
		"gap":                {"service --capacity zones --polarity available --duration 1h", "5m", "gap: 5m"},
		"window":             {"service --capacity zones --polarity available --duration 1h", "z-1a", `window: z-1a`},
		"start":              {"--prices p.csv", "2030-01-02T00:00:00Z", "start: 2030-01-02T00:00:00Z"},
		"zone":               {"", "b", "zone: b"},
		"spot-price":         {"", "0.4", "mean: $0.4/h"},
		"ondemand-price":     {"", "2", "on_demand: $2/h"},
		"prices":             {"", "p.csv", "/p.csv"},
		"instance-type":      {"", "m", "instance_type: m"},
		"product":            {"--prices p.csv", "Linux/UNIX", "product: Linux/UNIX"},
		"price-model":        {"", "constant", "model: constant"},
		"preemption":         {"", "lifetime", "model: lifetime"},
		"correlation":        {"", "direct", "correlation: direct"},
		"bid":                {"--preemption bid", "0.5", "bid: $0.5/h"},
		"provisioning":       {"", "3m", "mean: 3m"},
		"notice":             {"", "30s", "lead: 30s"},
		"notice-probability": {"", "0.5", "probability: 0.5"},
		"rebalance":          {"", "5m", "rebalance: 5m"},
		"tasks":              {"", "9", "tasks: 9"},
		"task-file":          {"", "tasks.csv", "/tasks.csv"},
		"batch-policy":       {"service --tasks 3", "ondemand", "batch_policy:"},
		"work":               {job, "20", "work: 20h"},
		"deadline":           {job, "60", "deadline: 60h"},
		"restart-overhead":   {job, "0.1", "restart_overhead: 6m"},
		"transfer":           {tracks, "10m", "transfer: 10m"},
		"egress":             {tracks + " --checkpoint-gb 5", "egress.csv", "/egress.csv"},
		"checkpoint-gb":      {tracks + " --egress egress.csv", "6", "checkpoint_gb: 6"},
		"guarantee":          {job, "peer", "guarantee: peer"},
		"replicas":           {service, "5", "replicas: 5"},
		"extra":              {service, "2", "extra: 2"},
		"gang":               {service, "2", "gang: 2"},
		"cold-start":         {service, "5m", "mean: 5m"},
		"every":              {service, "30s", "every: 30s"},
		"on-warning":         {service, "notice", "on_warning: notice"},
		"requests":           {service, "poisson:rate=2/s", "process: poisson"},
		"service-time":       {requests, "constant:mean=2s", "constant:mean=2s"},
		"open":               {requests, "10m", "opens: 10m"},
		"concurrency":        {requests, "4", "concurrency: 4"},
		"timeout":            {requests, "30s", "timeout: 30s"},
		"retries":            {requests, "2", "retries: 2"},
		"retry-delay":        {requests, "3s", "retry_delay: 3s"},
		"balancer":           {requests, "one-queue", "balancer: one-queue"},
		"sync":               {requests, "5s", "sync: 5s"},
		"autoscale":          {requests, "qps=0.5", "qps=0.5"},
		"rtt":                {requests, "synthetic-1=12ms", "synthetic-1=12ms"},
	}
}

// inFlagFolder changes to a folder with the files of flagCases.
func inFlagFolder(t *testing.T) {
	t.Helper()
	inFolder(t)
	if err := os.Mkdir("zones", 0o755); err != nil {
		t.Fatal(err)
	}
	ticks := `{"metadata":{"gap_seconds":600},"data":[` + strings.Repeat("4,", 399) + `4]}`
	for name, text := range map[string]string{
		"zones/z-1a.json": ticks,
		"p.csv":           "Timestamp,AvailabilityZone,ProductDescription,SpotPrice\n2030-01-01T00:00:00Z,a,Linux/UNIX,0.25\n2030-01-09T00:00:00Z,a,Linux/UNIX,0.30\n",
		"tasks.csv":       "id,arrival,work\none,0,2\ntwo,1,30m\n",
		"egress.csv":      "from_region,to_region,price_usd_per_gb\nz-1,y-1,0.02\n",
	} {
		write(t, name, text)
	}
}

// Every flag of a scenario is a key of it and reaches it, from the command line and from the
// environment.
func TestEveryFlagReachesTheScenario(t *testing.T) {
	inFlagFolder(t)
	cases := flagCases()
	for _, g := range scenarioGroups {
		for _, row := range g.flags {
			if row.use&hidden != 0 {
				continue
			}
			c, ok := cases[row.name]
			if delete(cases, row.name); !ok {
				t.Errorf("--%s: no case for it", row.name)
				continue
			}
			if spec.Root().At(row.path) == nil {
				t.Errorf("--%s: %s is no key", row.name, row.path)
			}
			with := append([]string{"show", "--origin"}, strings.Fields(c.with)...)
			shows(t, append(with, "--"+row.name+"="+c.value), c.shown, "flag --"+row.name)
			variable := "TESSERA_" + strings.ToUpper(strings.ReplaceAll(row.name, "-", "_"))
			t.Setenv(variable, c.value)
			shows(t, with, c.shown, "environment "+variable)
			os.Unsetenv(variable)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Errorf("--%s is no flag", name)
	}
}

// shows runs tessera show and looks for a line with a value and its origin.
func shows(t *testing.T, args []string, value, origin string) {
	t.Helper()
	stdout, stderr, code := runCommand(args...)
	if code != exitOK {
		t.Errorf("%v: exit code %d: %s", args, code, stderr)
		return
	}
	n := 0
	for line := range strings.Lines(stdout) {
		if strings.Contains(line, value) && strings.HasSuffix(line, "  # "+origin+"\n") {
			n++
		}
	}
	if n == 0 {
		t.Errorf("%v: no line %q of %s in\n%s", args, value, origin, stdout)
	}
}
