package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeWindows writes two windows of two zones in different regions: spot is in us-east-1a
// for the first 3 ticks of 10 minutes, in eu-west-1b from then on; in window 1 nowhere.
func writeWindows(t *testing.T) {
	t.Helper()
	inFolder(t)
	for name, data := range map[string]string{
		"w/us-east-1a_x/0.json": "1,1,1,0,0,0,0,0,0,0,0,0",
		"w/eu-west-1b_x/0.json": "0,0,0,1,1,1,1,1,1,1,1,1",
		"w/us-east-1a_x/1.json": "0,0,0,0,0,0,0,0,0,0,0,0",
		"w/eu-west-1b_x/1.json": "0,0,0,0,0,0,0,0,0,0,0,0",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		text := `{"metadata":{"gap_seconds":600},"data":[` + data + `]}`
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	egress := "from_region,to_region,price_usd_per_gb\nus-east-1,eu-west-1,0.02\neu-west-1,us-east-1,0.05\n"
	if err := os.WriteFile("egress.csv", []byte(egress), 0o644); err != nil {
		t.Fatal(err)
	}
}

// An hour of work with starts of 10 minutes at $0.60 an hour of spot: $0.10 a tick. In
// us-east-1a it does 2 ticks of work in 3; then it moves, which takes a tick, and does the 4
// that are left in eu-west-1b: 8 ticks, $0.80. With a transfer of 20 minutes the move takes 3
// ticks, $1.00, and 50 GB at $0.02 are a dollar more.
func TestMovesOfAJobTakeTimeAndMoney(t *testing.T) {
	writeWindows(t)
	const job = "job --capacity w --polarity available --window 0 --zone us-east-1a,eu-west-1b --work 1h --deadline 2h --restart-overhead 10m --spot-price 0.6 -p uniform-progress-multi "
	for _, c := range []struct{ name, args, finish, cost, egress string }{
		{"a move is a restart", "", "1.33", "$0.80", ""},
		{"a move takes its time", "--transfer 20m", "1.67", "$1.00", ""},
		{"a move costs egress", "--egress egress.csv --checkpoint-gb 50", "1.33", "$1.80", "$1.00"},
		{"and both", "--transfer 20m --egress egress.csv --checkpoint-size-gb 50", "1.67", "$2.00", "$1.00"},
	} {
		stdout, stderr, code := runCommand(strings.Fields(job + c.args)...)
		if code != exitOK {
			t.Fatal(stderr)
		}
		lines := strings.Split(strings.TrimSpace(stdout), "\n")
		last := strings.Fields(strings.TrimPrefix(lines[len(lines)-1], "Uniform Progress"))
		// cost, % of on-demand, above optimum, finish, ... and after 12 numbers egress.
		if last[0] != c.cost || last[3] != c.finish {
			t.Errorf("%s: cost %s, finish %s, want %s and %s", c.name, last[0], last[3], c.cost, c.finish)
		}
		if egress := strings.Join(last[12:], ""); egress != c.egress {
			t.Errorf("%s: egress %q, want %q", c.name, egress, c.egress)
		}
		for _, price := range []string{"spot available 25.0% of the time", "spot available 75.0% of the time", "Billed in steps of 10m0s"} {
			if !strings.Contains(stdout, price) {
				t.Errorf("%s: %s, want in it %q", c.name, stdout, price)
			}
		}
	}
}

func TestOneOfManyWindowsIsChosen(t *testing.T) {
	writeWindows(t)
	const short = " --polarity available --work 1h --deadline 2h -p ondemand"
	_, stderr, code := runCommand(strings.Fields("job --capacity w" + short)...)
	if want := "are both of eu-west-1b_x: choose one with --window (there are: 0, 1)"; code != exitInput || !strings.Contains(stderr, want) {
		t.Errorf("exit code %d, %q, want in it %q", code, stderr, want)
	}
	// In window 1 there is no spot, and the first zone by name is where the job begins.
	stdout, stderr, code := runCommand(strings.Fields("job --capacity w --window 1" + short)...)
	const first, second = "eu-west-1b/x: spot available 0.0% of the time\n", "us-east-1a/x: spot available 0.0% of the time\n"
	if code != exitOK || !strings.Contains(stdout, first+second) {
		t.Errorf("exit code %d, %q, %q", code, stdout, stderr)
	}
	_, stderr, code = runCommand(strings.Fields("job --capacity w --window 7" + short)...)
	if want := "window: no file is called 7"; code != exitInput || !strings.Contains(stderr, want) || !strings.Contains(stderr, "(there are: 0, 1)") {
		t.Errorf("exit code %d, %q, want in it %q and what there is", code, stderr, want)
	}
}

// A price holds until the next one, so that a price by change is the same as one by tick.
func TestPricesByChangeAndByTick(t *testing.T) {
	inFolder(t)
	var ticks, changes strings.Builder
	for _, f := range []*strings.Builder{&ticks, &changes} {
		f.WriteString("time,zone,instance_type,price,available\n")
	}
	for tick, price := range []string{"0.5", "0.5", "0.7", "0.7", "0.7", "0.6", "0.6", "0.6"} {
		fmt.Fprintf(&ticks, "%d,z,x,%s,1\n", 600*tick, price)
		if tick == 1 || tick == 3 || tick == 4 || tick > 5 {
			price = ""
		}
		fmt.Fprintf(&changes, "%d,z,x,%s,1\n", 600*tick, price)
	}
	run := func(text string) []csvRow {
		write(t, "z.csv", text)
		return runRows(t, "job --capacity z.csv --polarity available --work 1h --deadline 70m --restart-overhead 10m -p greedy,optimal")
	}
	byTick, byChange := run(ticks.String()), run(changes.String())
	sameRows(t, byTick, byChange)
	// 7 ticks on spot: (2 x 0.5 + 3 x 0.7 + 2 x 0.6) / 6.
	if got := byTick[1]["cost_usd"]; got != "0.716666667" {
		t.Errorf("the optimum costs %s", got)
	}
}
