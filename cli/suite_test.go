package cli

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/bobby-math/tessera/suite"
)

// suiteCases are a few cases of each suite that runs on the data of examples.
var suiteCases = []string{
	"cant-be-late --data " + examples + "/cant-be-late --window 0 --overhead 0.2 -p up,greedy,optimal",
	"skyserve --data " + examples + "/skyserve --trace GCP1 --extra 1 --cold-ticks 4 --offset 0,500",
}

const (
	examples = "../examples"
	golden   = "../../shared/golden"
)

// A suite in a folder has the rows of one without, in the published form, however it is run:
// on more workers, in shards, or going on where it was left.
func TestSuiteInAFolder(t *testing.T) {
	for _, c := range suiteCases {
		t.Run(strings.Fields(c)[0], func(t *testing.T) {
			dir := t.TempDir()
			in := func(name string) string { return filepath.Join(dir, name) }
			run := func(args ...string) string {
				t.Helper()
				return ok(t, append([]string{"suite"}, fields(c, strings.Join(args, " "))...)...)
			}
			want := run("--format csv -j 1")
			for name, got := range map[string]string{
				"-j 4": run("--format csv -j 4"), "-o": run("--format csv -q -j 1 -o", in("one")), "-o -j 4": run("--format csv -q -j 4 -o", in("four")),
			} {
				if got != want {
					t.Errorf("%s prints\n%swant\n%s", name, got, want)
				}
			}
			sameFiles(t, in("one"), in("four"))
			if a, b := run(), run("-q -o", in("one")); a != b {
				t.Errorf("the table of a folder is\n%s, without\n%s", b, a)
			}
			for _, shard := range []string{"2/3", "3/3", "1/3"} {
				run("-q -o", in("parts"), "--shard", shard)
			}
			ok(t, "merge", in("parts/shard-1-of-3"), in("parts/shard-2-of-3"), in("parts/shard-3-of-3"), "-o", in("parts"), "-q")
			sameFiles(t, in("one"), in("parts"))
			if got := run("--format csv -q -o", in("parts")); got != want {
				t.Errorf("merged\n%swant\n%s", got, want)
			}
			// Its folder is one of a sweep.
			ok(t, "compare", in("one"), "--metric", "cost")
			ok(t, "report", in("one"))
			// Records cut short are made again.
			log, err := os.ReadFile(in("four/runs.log"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(in("four/runs.log"), log[:len(log)/2], 0o644); err != nil {
				t.Fatal(err)
			}
			run("-q -o", in("four"))
			sameFiles(t, in("one"), in("four"))
		})
	}
}

// A folder of other cases is refused, and used with --resume.
func TestSuiteResumes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	const c = "suite cant-be-late --data " + examples + "/cant-be-late --window 0 --overhead 0.2 -q --format csv -o "
	ok(t, fields(c, dir, "-p greedy")...)
	more := fields(c, dir, "-p greedy,optimal")
	if _, stderr, code := runCommand(more...); code == exitOK || !strings.Contains(stderr, "--resume") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	resumed := ok(t, append(more, "--resume")...)
	if want := ok(t, fields(c, dir+"2", "-p greedy,optimal")...); resumed != want {
		t.Errorf("%s\nwant\n%s", resumed, want)
	}
}

// The flags of a suite are its settings, and each says what it takes when it is wrong.
func TestSuitesHaveTheirSettingsAsFlags(t *testing.T) {
	for _, s := range suite.All() {
		help := ok(t, "suite", s.Name, "--help")
		for _, setting := range append(suite.Common, s.Settings...) {
			if !strings.Contains(help, "--"+setting.Name+" ") {
				t.Errorf("%s --help has no --%s", s.Name, setting.Name)
			}
		}
		for _, flag := range []string{"--output", "--shard", "--jobs", "--resume", "--format"} {
			if !strings.Contains(help, flag+" ") {
				t.Errorf("%s --help has no %s", s.Name, flag)
			}
		}
		if _, stderr, code := runCommand("suite", s.Name); code != exitUsage || !strings.Contains(stderr, "--data: ") {
			t.Errorf("%s without data: exit code %d: %s", s.Name, code, stderr)
		}
		_, stderr, code := runCommand("suite", s.Name, "--data", examples, "--resume", "--shard", "5/3", "-j", "0")
		for _, want := range []string{"--resume: needs -o", "--shard: needs -o", `--shard: "5/3" must be i/n`, "--jobs: 0 must be at least 1"} {
			if code != exitUsage || !strings.Contains(stderr, want) {
				t.Errorf("%s: exit code %d: %s, want in it %s", s.Name, code, stderr, want)
			}
		}
	}
}

// The published runs at hand: the cases of a file are run, and have its numbers.
func TestSuiteRunsTheCasesOfAFile(t *testing.T) {
	const data = "../../shared/traces"
	for _, c := range []struct{ suite, rules, file string }{
		{"cant-be-late", "--guarantee peer", "single.csv"},
		{"cant-be-late-multi", "--guarantee peer --billing peer", "multi.csv"},
	} {
		t.Run(c.suite, func(t *testing.T) {
			file := filepath.Join(golden, "cant-be-late", c.file)
			if !exists(file) || !exists(data) {
				t.Skipf("%s or %s is not here: the published runs are not compared", file, data)
			}
			cases, want := someCases(t, file, 40)
			got := readRows(t, ok(t, fields("suite", c.suite, "--data", data, "--cases", cases, c.rules, "--format csv")...))
			if len(got) != len(want) || len(want) < 20 {
				t.Fatalf("%d rows, want %d", len(got), len(want))
			}
			for i := range want {
				for ours, theirs := range map[string]string{
					"cost_usd": "cost_usd", "finish_tick": "finish_tick", "spot_ticks": "spot_ticks", "ondemand_ticks": "od_ticks", "idle_ticks": "none_ticks",
					"preemptions": "preemptions", "spot_launches": "launches_spot", "ondemand_launches": "launches_od",
					"final_region": "final_region", "region_switches": "region_switches",
				} {
					if value, there := want[i][theirs]; there && !near(got[i][ours], value) {
						t.Errorf("row %d: %s is %s, published %s", i, ours, got[i][ours], value)
					}
				}
			}
		})
	}
}

// near tells whether two values are equal, as numbers within 1e-6.
func near(a, b string) bool {
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return a == b || err1 == nil && err2 == nil && math.Abs(x-y) < 1e-6
}

// someCases copies a remark, the header and about n rows of a file into one of the test, and
// returns its name and its rows.
func someCases(t *testing.T, file string, n int) (string, []csvRow) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(strings.TrimSpace(string(text))+"\n", "\n")
	some := lines[:2:2]
	for i := 2; i < len(lines); i += max(1, len(lines)/n) {
		some = append(some, lines[i])
	}
	name := filepath.Join(t.TempDir(), "cases.csv")
	write(t, name, strings.Join(some, ""))
	return name, readRows(t, strings.Join(some[1:], ""))
}
