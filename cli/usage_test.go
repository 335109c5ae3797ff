package cli

import (
	"os"
	"strings"
	"testing"
)

// Bad input never panics, exits with the code of its kind, and says what is wrong where,
// on stderr alone.
func TestBadInput(t *testing.T) {
	inFolder(t)
	for name, text := range map[string]string{
		"empty.json":        "",
		"truncated.json":    `{"SpotPriceHistory": [{"AvailabilityZone": "z-1a", "SpotPrice": "0.1"`,
		"latin.csv":         "Timestamp,AvailabilityZone,SpotPrice\n2030-01-01T00:00:00Z,z\xe9,0.1\n",
		"cents.csv":         "Timestamp,AvailabilityZone,SpotPrice\n2030-01-01T00:00:00Z,z,20000.5\n",
		"word.csv":          "Timestamp,AvailabilityZone,SpotPrice\n2030-01-01T00:00:00Z,z,0.1\n2030-01-01T01:00:00Z,z,n/a\n",
		"clash.csv":         "Timestamp,AvailabilityZone,InstanceType,SpotPrice\n2030-01-01T00:00:00Z,z-1a,m,0.1\n2030-01-01T00:00:00Z,z-1a,m,0.2\n",
		"good.csv":          "Timestamp,AvailabilityZone,InstanceType,SpotPrice\n2030-01-03T00:00:00Z,z-1a,m,0.3\n2030-01-01T00:00:00Z,z-1a,m,0.2\n",
		"two.csv":           "Timestamp,AvailabilityZone,InstanceType,SpotPrice\n2030-01-01T00:00:00Z,z-1a,m,0.3\n2030-01-01T00:00:00Z,z-1a,n,0.2\n",
		"short.json":        `{"metadata":{"gap_seconds":600},"data":[1,0,1]}`,
		"empty-series.json": `{"metadata":{"gap_seconds":600},"data":[]}`,
		"a.json":            `{"metadata":{"gap_seconds":600},"data":[1,0,1,1,1,1]}`,
		"b.json":            `{"metadata":{"gap_seconds":300},"data":[1,0,1,1,1]}`,
		"c.json":            `{"metadata":{"gap_seconds":600},"data":[1,0,0,1,1,1]}`,
		"a.csv":             "date,availability\n2030-01-01 00:00:00,1\n2030-01-01 00:10:00,0\n",
		"egress.csv":        "from_region,to_region,price_usd_per_gb\na,b,0.1\n",
		"wrong-egress.csv":  "from_region,to_region,price_usd_per_gb\na,b,-1\na,c,NaN\n",
		"polls.csv":         "date,availability\n2030-01-01 00:00:00,1\n2030-01-01 00:05:00,1\n2030-01-01 00:11:00,1\n",
		"log.csv":           "0,add,a\n7,add,b\n",
		"cut.tar.gz":        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
		"counts.json":       `{"metadata":{"gap_seconds":600},"data":[1,2]}`,
		"negative.json":     `{"metadata":{"gap_seconds":600},"data":[1,-2],"prices":[NaN]}`,
		"tasks.csv":         "id,arrival,work\na,0,1\na,-1,0\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"--polices greedy", exitUsage, `unknown flag: --polices; did you mean "policies"?`},
		{"polices", exitUsage, `unknown command "polices"; did you mean "policies"?`},
		{"-p gredy", exitUsage, `"gredy" is not a policy; did you mean "greedy"?`},
		{"-p fallback:aftr=1", exitUsage, `policy fallback has no parameter "aftr"; did you mean "after"?`},
		{"-p fallback:after=-1", exitUsage, `policy fallback: after="-1" must be a whole number in [0, 1000000]`},
		{"-p greedy,greedy", exitUsage, "--policies: greedy is there twice"},
		{"-p gredy,fallback:after=x", exitUsage, `after="x"`}, // all at once
		{"--spot-price NaN", exitUsage, `tessera: --spot-price: "NaN" must be dollars an hour`},
		{"--spot-price -1", exitUsage, "tessera: --spot-price: -$1/h must be in (0, the ceiling of $1/h]"},
		{"--spot-price 2", exitUsage, "tessera: --spot-price: $2/h must be in (0, the ceiling of $1/h]"},
		{"--ondemand-price Inf", exitUsage, `tessera: --ondemand-price: "Inf" must be dollars an hour`},
		{"--duration 0", exitUsage, "tessera: --duration: 0s must be positive and at most 87600h0m0s"},
		{"--duration NaN", exitUsage, `tessera: --duration: "NaN" must be a duration`},
		{"--duration 1e300", exitUsage, `tessera: --duration: "1e300" must be a duration`},
		{"--duration soon", exitUsage, `tessera: --duration: "soon" must be a duration`},
		{"--tasks -1 --max-instances -2", exitUsage, "2 problems\n--max-instances: -2 must be >= 0\n--tasks: -1 must be in [0, 100000000]"},
		{"--tasks 1.5", exitUsage, `must be a whole number`},
		{"--tasks 1e9", exitUsage, "--tasks: 1000000000 must be in [0, 100000000]"},
		{"--seed -1", exitUsage, `tessera: --seed: "-1" must be a whole number >= 0`},
		{"--price-model oo", exitUsage, `did you mean "ou"?`},
		{"--preemption hazrd", exitUsage, `must be one of bid, hazard, lifetime, none; did you mean "hazard"?`},
		{"--format xml", exitUsage, `"--format" flag: must be one of table, json`},
		{"--product a", exitUsage, "--product: needs price files"},
		{"--start 2030-01-01T00:00:00Z", exitUsage, "--start: needs recorded prices or capacity"},
		{"--prices good.csv --price-model ou", exitUsage, "--price-model: makes no sense with price files"},
		{"--prices good.csv --start soon", exitUsage, "must be an RFC 3339 instant"},
		{"--prices none.json", exitInput, "none.json: no such file"},
		{"--prices empty.json", exitInput, "empty.json: the file is empty"},
		{"--prices truncated.json", exitInput, "truncated.json: line 1: the JSON breaks off here"},
		{"--prices latin.csv", exitInput, "latin.csv: line 2: bytes that are not UTF-8"},
		{"--prices cents.csv", exitInput, `cents.csv: line 2: SpotPrice "20000.5"`},
		{"--prices word.csv", exitInput, `word.csv: line 3: SpotPrice "n/a" is not a price in dollars an hour`},
		{"--prices clash.csv", exitInput, "clash.csv: line 3: z-1a m: $0.2/h at 2030-01-01T00:00:00Z, but $0.1/h on line 2"},
		{"--prices good.csv --zone z-1b", exitInput, `good.csv: no series has zone "z-1b"; did you mean "z-1a"? (there are: z-1a)`},
		{"--prices good.csv --instance-type x", exitInput, `good.csv: no series has instance type "x" (there are: m)`},
		{"--prices two.csv", exitInput, "two.csv: there is more than one instance type: choose one with --instance-type (m, n)"},
		{"--prices good.csv --start 2029-01-01T00:00:00Z", exitInput, "--start: 2029-01-01T00:00:00Z must be in [2030-01-01T00:00:00Z, 2030-01-03T00:00:00Z]"},
		{"--task-file tasks.csv", exitInput, `tasks.csv: line 3:`},
		{"--task-file empty.json", exitInput, `empty.json:`},
		{"-o no/such/folder.json", exitInput, "--output no/such/folder.json: cannot be written: no such file or directory"},
		{"-p uniform-progress", exitUsage, "uniform-progress is not for tasks (such are: fallback, greedy, ondemand)"},
		{"-p spothedge", exitUsage, "spothedge is not for tasks (such are: fallback, greedy, ondemand)"},
		{"job -p fallback", exitUsage, "fallback is not for"},
		{"service -p fallback", exitUsage, "fallback is not for"},
		{"job --polarity available --capacity none.json", exitInput, "none.json: no such file"},
		{"job --polarity available --capacity short.json", exitUsage, "--deadline: 52h0m0s must be within the run, whose capacity is known for 30m0s"},
		{"job --polarity available --capacity empty-series.json", exitInput, "empty-series.json"},
		{"job --capacity short.json --polarity up", exitUsage, `tessera: --polarity: "up" must be one of available, available-any, unavailable, sky-spot`},
		{"job --polarity available --capacity short.json --work 20m --deadline 20m", exitUsage, "tessera: --deadline: 20m0s must be at least 32m0s, work and restart overhead"},
		{"job --polarity available --capacity short.json --work NaN", exitInput, `--work: "NaN" must be a duration`},
		{"job --polarity available --capacity short.json --work -1", exitUsage, "--work: -1h0m0s must be"},
		{"job --polarity available --capacity short.json --spot-price 0", exitUsage, "--spot-price: $0/h must be in (0"},
		{"job --polarity available --capacity a.json --capacity b.json --work 20m --deadline 40m", exitInput,
			"--capacity: b.json: b: a gap of 5m0s, but a gap of 10m0s in a.json; zones of one market must have one\n--deadline: 40m0s must be within the run, whose capacity is known for 25m0s"},
		{"job --polarity available --capacity a.json --capacity a.csv", exitInput, "--capacity: a.csv: a is in a.json already"},
		{"job --polarity available --capacity a.json --capacity c.json --egress egress.csv --checkpoint-gb 1", exitInput, "--egress: egress.csv: no price from a to c\n--egress: egress.csv: no price from c to a"},
		{"job --polarity available --capacity a.json --egress wrong-egress.csv --checkpoint-gb 1", exitInput,
			"wrong-egress.csv: line 2: price_usd_per_gb \"-1\" is negative\nwrong-egress.csv: line 3: price_usd_per_gb \"NaN\" is not a price in dollars a GB"},
		{"job --polarity available --capacity a.json --egress none.csv --checkpoint-gb 1", exitInput, "none.csv: no such file"},
		{"job --polarity available --capacity a.json --work 20m --deadline 50m --egress egress.csv", exitUsage, "--checkpoint-gb: 0 must be in (0, 1000000] GB with egress prices"},
		{"job --polarity available --capacity a.json --work 20m --deadline 50m --checkpoint-size-gb NaN --transfer -1", exitUsage, "--checkpoint-gb: \"NaN\" must be a number\n--transfer: -1h0m0s must be >= 0s"},
		{"job --polarity available --capacity a.json --work 20m --deadline 50m --checkpoint-gb 5", exitUsage, "tessera: --checkpoint-gb: needs egress, the prices of moving it"},
		{"job --polarity available --capacity polls.csv", exitInput, "polls.csv: its rows are not equally far apart: give the time between ticks with --gap"},
		{"job --polarity available --capacity log.csv", exitInput, "log.csv: in a file of format event-log changes come at any time, and a job needs ticks"},
		{"job --polarity available --capacity cut.tar.gz", exitInput, "cut.tar.gz: gzip: the data breaks off: is the file complete?"},
		{"job --trace-file counts.json", exitInput, "counts.json: line 1: data[1]: 2 must be 0 or 1 (polarity unavailable)"},
		{"job --polarity available --capacity negative.json", exitInput, `negative.json: line 1: data[1]: "-2" is negative`},
		{"job --polarity available --capacity a.json --window 3", exitInput, "window: no file is called 3 (there are: a)"},
		{"job --polarity available --capacity a.json --zone b", exitInput, `zone: no series is of "b" (there are: a)`},
		{"job --polarity available --capacity short.json --start 5", exitInput, "short.json: the run begins 5h0m0s into the series, which must be in [0s, 30m0s)"},
		{"job --polarity available --capacity short.json -p fallback", exitUsage, "--policies: policy fallback is not for"},
		{"job --polarity available --capacity short.json -p optimall", exitUsage, `did you mean "optimal"?`},
		{"suite cant-be-late", exitUsage, "--data: name the folder with the data"},
		{"suite cant-be-late --data .", exitInput, "no folder spot-traces/availability/1-node/aws-10-26-2022"},
		{"suite cant-be-late-multi --data .", exitInput, "no file cant-be-late/multi_real_traces.tar.gz"},
		{"suite cant-be-late --data . --jobs 0", exitUsage, "--jobs: 0 must be at least 1"},
		{"trace inspect", exitUsage, "name at least one FILE"},
		{"trace inspect word.csv", exitInput, `word.csv: line 3:`},
	} {
		t.Run(c.args, func(t *testing.T) {
			stdout, stderr, code := runCommand(strings.Fields(c.args)...)
			if code != c.code || !strings.Contains(stderr, c.want) || !strings.HasPrefix(stderr, "tessera: ") {
				t.Errorf("exit code %d, want %d; stderr %q, want in it %q", code, c.code, stderr, c.want)
			}
			if stdout != "" {
				t.Errorf("stdout %q, want nothing", stdout)
			}
			if _, err := os.Stat("simulation_results.json"); err == nil {
				t.Error("there is a results file")
			}
		})
	}
}

func TestEdgesThatAreNoMistakes(t *testing.T) {
	inFolder(t)
	if err := os.WriteFile("one.csv", []byte("Timestamp,SpotPrice\n2030-01-01T00:00:00Z,0.25\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, stdout, stderr string }{
		{"-q --tasks 0", "Greedy            $0.00               -       -      -      -        0/0", ""},
		{"-q --tasks 0 --drain", "0/0", ""},
		{"-q --tasks 3 --drain", "3/3", ""},
		{"-q -p fallback:after=1", "OnDemandFallback after=1", ""},
		// One price for ever: the run says that it takes it on trust.
		{"-q --prices one.csv --ondemand-price 1 -p greedy", "Greedy", "is held for the last 48.0 h of the run"},
		{"-q --prices one.csv", "Greedy", "no --ondemand-price: $1/h is assumed"},
		// A run in which nothing can happen any more says who waits for what.
		{"-q --price-model constant --preemption bid --bid 0.1 -p greedy", "0/100",
			"100 of 100 tasks wait, first task 0 since"},
		{"-q --price-model constant --preemption bid --bid 0.1 -p greedy --drain", "0/100",
			"spot in synthetic-a/generic is at $0.3/h, above the bid of $0.1/h"},
		{"policies", "after=3", ""},
		{"policies --format json", `"default": 3`, ""},
		{"version", "tessera ", ""},
		{"completion bash", "bash completion", ""},
		{"--help", "Commands:\n  compare ", ""},
		{"-h", "All flags: tessera --help", ""},
	} {
		t.Run(c.args, func(t *testing.T) {
			stdout, stderr, code := runCommand(strings.Fields(c.args)...)
			if code != exitOK || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) {
				t.Errorf("exit code %d; stdout %q, want in it %q; stderr %q, want in it %q", code, stdout, c.stdout, stderr, c.stderr)
			}
			if c.stderr == "" && stderr != "" {
				t.Errorf("stderr %q, want nothing", stderr)
			}
		})
	}
}

// The published simulator's flags are names for ours; its files have the other polarity.
func TestJobFlagsOfThePublishedSimulator(t *testing.T) {
	inFolder(t)
	for name, data := range map[string]string{"available.json": "1,1,0,1,1,1,1,1", "unavailable.json": "0,0,1,0,0,0,0,0"} {
		if err := os.WriteFile(name, []byte(`{"metadata":{"gap_seconds":600},"data":[`+data+`]}`), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ours := runRows(t, "job --availability available.json --polarity available --work 0.5h --deadline 60m --restart-overhead 6m --start 0.3 --policies uniform-progress")
	theirs := runRows(t, "job --trace-file unavailable.json --task-duration-hours 0.5 --deadline-hours 1 --restart-overhead-hours 0.1 --env-start-hours 0.3 --strategy up")
	sameRows(t, ours, theirs)
}

func TestSuiteChoosesRows(t *testing.T) {
	const data = "suite cant-be-late --data ../examples/cant-be-late "
	for _, c := range []struct {
		args string
		rows int
	}{
		{"", 2 * 3 * 2 * 2 * 10},
		{"--guarantee both", 2 * 2 * 3 * 2 * 2 * 10},
		{"--env us-west-2a_k80_1 --window 0,2 --deadline 60 --overhead 0.2,3m -p up,greedy", 1 * 2 * 1 * 2 * 2},
	} {
		stdout, stderr, code := runCommand(strings.Fields(data + c.args + " --format csv")...)
		if lines := strings.Count(stdout, "\n"); code != exitOK || lines != c.rows+1 {
			t.Errorf("%q: exit code %d, %d lines, want %d and a header; %s", c.args, code, lines, c.rows, stderr)
		}
	}
	for args, want := range map[string]string{
		"--env us-west-2a_k80_2": `--env: there is no "us-west-2a_k80_2"; did you mean "us-west-2a_k80_1"?`,
		"--window 9":             `--window: there is no "9" (there are: 0, 1, 2)`,
		"--deadline soon":        `--deadline: "soon" must be a number of hours`,
		"-p none-such":           "is not a policy",
	} {
		if _, stderr, code := runCommand(strings.Fields(data + args)...); code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%q: exit code %d, %q, want in it %q", args, code, stderr, want)
		}
	}
	if _, stderr, code := runCommand(strings.Fields(data + "--deadline 48")...); code != exitInput || !strings.Contains(stderr, "deadline: 48h0m0s must be at least 48h12m0s") {
		t.Errorf("exit code %d, %q", code, stderr)
	}
}
