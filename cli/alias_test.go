package cli

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// aliasCases are commands in an old spelling and in ours, in a folder of inFlagFolder.
var aliasCases = []struct{ theirs, ours string }{
	{"job --availability zones --polarity available", "job --capacity zones --polarity available"},
	{"job --trace-file u.json --work 5 --deadline 7", "job --capacity u.json --polarity unavailable --work 5 --deadline 7"},
	{"job --trace-file u.json --polarity sky-spot --work 5 --deadline 7", "job --capacity u.json --polarity sky-spot --work 5 --deadline 7"},
	{"job --task-duration-hours 5", "job --work 5"},
	{"job --deadline-hours 50.5", "job --deadline 50.5"},
	{"job --restart-overhead-hours 0.5", "job --restart-overhead 0.5"},
	{"job --trace-file u.json --work 5 --deadline 7 --env-start-hours 1.5", "job --trace-file u.json --work 5 --deadline 7 --start 1.5"},
	{"job --trace-file u.json --work 5 --deadline 7 --egress e.csv --checkpoint-size-gb 5", "job --trace-file u.json --work 5 --deadline 7 --egress e.csv --checkpoint-gb 5"},
	{"job --strategy uniform-progress,greedy", "job --policies uniform-progress,greedy"},
	{"service --window 3h -p ondemand", "service --duration 3h -p ondemand"},
	{"service --duration 3h --zones 2", "service --duration 3h --zone synthetic-1,synthetic-2"},
	{"service --duration 3h --prices p.csv --prices-start 2030-01-02T00:00:00Z --ondemand-price 1", "service --duration 3h --prices p.csv --start 2030-01-02T00:00:00Z --ondemand-price 1"},
	{"service --duration 3h --tasks tasks.csv -p spothedge", "service --duration 3h --task-file tasks.csv -p spothedge"},
	{"--tasks tasks.csv", "--task-file tasks.csv"},
}

// Every other spelling of a flag gives the scenario and the numbers of the flag, to the byte.
func TestOtherSpellingsGiveTheSameBytes(t *testing.T) {
	inFlagFolder(t)
	write(t, "u.json", `{"metadata":{"gap_seconds":600},"data":[`+strings.Repeat("0,0,1,", 29)+`0]}`)
	write(t, "e.csv", "from_region,to_region,price_usd_per_gb\na,b,0.02\n")
	used := ""
	for _, c := range aliasCases {
		used += c.theirs + " "
		for _, command := range [][]string{{"show"}, {"run"}} {
			theirs, ours := strings.Fields(c.theirs), strings.Fields(c.ours)
			if command[0] == "show" {
				theirs, ours = append(command, theirs...), append(command, ours...)
			} else {
				theirs, ours = append(theirs, "--format", "csv", "-o", ""), append(ours, "--format", "csv", "-o", "")
			}
			a, stderr, code := runCommand(theirs...)
			if code != exitOK {
				t.Errorf("%v: exit code %d: %s", theirs, code, stderr)
			}
			b, stderr, code := runCommand(ours...)
			if code != exitOK {
				t.Errorf("%v: exit code %d: %s", ours, code, stderr)
			}
			if a != b {
				t.Errorf("%v prints\n%s%v prints\n%s", theirs, a, ours, b)
			}
		}
	}
	hiddenFlags := []string{"trace-file"}
	for name := range otherSpellings {
		hiddenFlags = append(hiddenFlags, name)
	}
	for _, g := range scenarioGroups {
		for _, row := range g.flags {
			if row.use&hidden != 0 {
				hiddenFlags = append(hiddenFlags, row.name)
			}
		}
	}
	help, _, _ := runCommand("job", "--help")
	slices.Sort(hiddenFlags)
	for _, name := range hiddenFlags {
		if !strings.Contains(used, "--"+name+" ") {
			t.Errorf("--%s: no case for it", name)
		}
		if strings.Contains(help, " --"+name+" ") {
			t.Errorf("--%s is in the help", name)
		}
	}
}

// A window that is no duration is a cut of a data set: the files of that name.
func TestAWindowIsADurationOrTheNameOfFiles(t *testing.T) {
	writeWindows(t)
	const job = "job --capacity w --polarity available --work 1h --deadline 2h --restart-overhead 10m -p optimal --window "
	if a, b := runRows(t, job+"0"), runRows(t, job+"1"); a[0]["cost_usd"] == b[0]["cost_usd"] {
		t.Errorf("both windows cost %s", a[0]["cost_usd"])
	}
	stdout, stderr, code := runCommand(strings.Fields("show service --window 90m")...)
	if code != exitOK || !strings.Contains(stdout, "\nduration: 1h30m\n") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
}

// What flags say, a file and the environment say too, with the same numbers.
func TestThreeDoorsOneScenario(t *testing.T) {
	for name, c := range map[string]struct {
		command []string
		preset  string
		flags   []string
		file    string
	}{
		"tasks": {nil, "", []string{"tasks=30", "seed=9", "policies=greedy,fallback:after=1", "spot-price=0.4", "preemption=bid", "bid=0.45", "duration=24"}, `schema: tessera/v1
seed: 9
duration: 24h
market: {pools: [{price: {mean: $0.4/h}, preemption: {model: bid, bid: $0.45/h}}]}
workload: {tasks: 30}
policies: [greedy, fallback:after=1]
`},
		"job": {[]string{"job"}, "job", []string{"capacity=zones", "polarity=available", "work=20", "deadline=23", "restart-overhead=0.5", "policies=uniform-progress,optimal", "spot-price=1"}, `schema: tessera/v1
market: {pools: [{price: {mean: $1/h}, capacity: {files: [zones], polarity: available}}]}
job: {work: 20h, deadline: 23h, restart_overhead: 30m}
policies: [uniform-progress, optimal]
`},
		"service": {[]string{"service"}, "service", []string{"capacity=zones", "polarity=available", "duration=2h", "replicas=2", "requests=poisson:rate=0.2/s", "policies=spothedge,ondemand", "rtt=z-1a=12ms"}, `schema: tessera/v1
duration: 2h
lower_bound: true
market:
  pools:
    - on_demand: $3/h
      price: {mean: $1/h}
      provisioning: {mean: 0s}
      capacity: {files: [zones], polarity: available}
service:
  replicas: 2
  load: {shape: constant, mean: 2m}
  requests: {process: poisson, rate: 0.2/s}
  round_trip: ["z-1a=12ms"]
policies: [spothedge, ondemand]
`},
	} {
		t.Run(name, func(t *testing.T) {
			inFlagFolder(t)
			end := " --output= "
			byFlags := runRows(t, strings.Join(c.command, " ")+" --"+strings.Join(c.flags, " --")+end)
			write(t, "file.yaml", c.file)
			sameRows(t, byFlags, runRows(t, "run file.yaml"+end))
			if c.preset != "" { // run takes the presets too
				sameRows(t, byFlags, runRows(t, "run "+c.preset+" --"+strings.Join(c.flags, " --")+end))
			}
			for _, f := range c.flags {
				key, value, _ := strings.Cut(f, "=")
				t.Setenv("TESSERA_"+strings.ToUpper(strings.ReplaceAll(key, "-", "_")), value)
			}
			sameRows(t, byFlags, runRows(t, strings.Join(c.command, " ")+end))
			if _, err := os.Stat("simulation_results.json"); err == nil {
				t.Error("a file was written that nobody asked for")
			}
		})
	}
}
