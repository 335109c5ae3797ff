package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/sweep"
)

// broken is set for processes that shall have policies which fail.
const broken = "BROKEN_POLICIES"

func init() {
	if os.Getenv(broken) == "" {
		return
	}
	add := func(name string, decide func(*scheduler.View) []scheduler.Action) {
		scheduler.Register(scheduler.Entry{Name: name, Title: name, Doc: "fails", Source: "test",
			New: func(scheduler.Args) (any, error) { return failing(decide), nil }})
	}
	add("panics", func(*scheduler.View) []scheduler.Action { panic("out of ideas") })
	add("cheats", func(*scheduler.View) []scheduler.Action {
		return []scheduler.Action{scheduler.Terminate(1 << 20)}
	})
}

type failing func(*scheduler.View) []scheduler.Action

func (f failing) Decide(v *scheduler.View) []scheduler.Action { return f(v) }

// tessera runs the command as a process, which must exit with the given code, and returns
// what it printed.
func tessera(t *testing.T, code int, args ...string) (stdout, stderr string) {
	t.Helper()
	return finish(t, exec.Command("tessera", args...), code)
}

// finish does so with a command, and while it runs what is to be done during that.
func finish(t *testing.T, cmd *exec.Cmd, code int, during ...func()) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for _, do := range during {
		do()
	}
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Fatalf("%v exits with %d, want %d: %s", cmd.Args, got, code, errs.String())
	}
	return out.String(), errs.String()
}

// sameFiles compares the results of two sweeps byte by byte.
func sameFiles(t *testing.T, a, b string) {
	t.Helper()
	for _, name := range []string{results.CSVName, results.ParquetName, results.SummaryName, results.ColumnsName} {
		one, err := os.ReadFile(filepath.Join(a, name))
		if err != nil {
			t.Fatal(err)
		}
		other, err := os.ReadFile(filepath.Join(b, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(one, other) {
			t.Errorf("%s of %s and of %s differ", name, a, b)
		}
	}
}

// twoAxes is a sweep of 4 points, 25 seeds, 2 policies: 200 runs.
const twoAxes = `schema: tessera/sweep/v1
base:
  duration: 12h
axes:
  workload.tasks: [20, 40]
  market.pools[*].price.mean: [$0.25/h, $0.30/h]
policies: [greedy, ondemand]
seeds: 1..25
`

// inSweepFolder changes to a folder with sweep.yaml and the results of it in ref.
func inSweepFolder(t *testing.T, text string) {
	t.Helper()
	inFolder(t)
	write(t, "sweep.yaml", text)
	tessera(t, exitOK, "sweep", "sweep.yaml", "-o", "ref", "-j", "1")
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSweepWritesTheSameBytesHoweverItIsRun(t *testing.T) {
	for name, extra := range map[string][]string{
		"all seeds": nil,
		// The price differs by point, so points stop at different looks.
		"until": {"--until", "ci(cost)<4%", "--max-seeds", "60"},
	} {
		t.Run(name, func(t *testing.T) {
			inFolder(t)
			write(t, "sweep.yaml", twoAxes)
			run := func(args ...string) {
				t.Helper()
				tessera(t, exitOK, append(append([]string{"sweep", "sweep.yaml"}, args...), extra...)...)
			}
			run("-o", "ref", "-j", "1")
			run("-o", "two", "-j", "2")
			sameFiles(t, "ref", "two")
			for _, shard := range []string{"2/3", "1/3", "3/3"} {
				run("-o", "out", "--shard", shard)
			}
			tessera(t, exitOK, "merge", "out/shard-3-of-3", "out/shard-1-of-3", "out/shard-2-of-3", "-o", "out")
			sameFiles(t, "ref", "out")
			run("-o", "out") // the merged folder is as one that was swept in one piece
			sameFiles(t, "ref", "out")
		})
	}
}

func TestSweepKilledFiveTimesLosesAndRepeatsNothing(t *testing.T) {
	inSweepFolder(t, twoAxes)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	luck := rand.New(rand.NewPCG(seed, 0))
	whole := size("ref/runs.log")
	for n := range int64(5) {
		// Killed when the records have grown to a random size between n and n+1 sixths.
		killAt(t, "out/runs.log", (n*whole+luck.Int64N(whole))/6)
	}
	tessera(t, exitOK, "sweep", "sweep.yaml", "-o", "out", "-j", "2")
	sameFiles(t, "ref", "out")
	// Every run is there once but for lines cut off, which are no records.
	text, err := os.ReadFile("out/runs.log")
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]int{}
	for line := range strings.Lines(string(text)) {
		lines[line]++
	}
	for line, times := range lines {
		if times > 1 {
			t.Errorf("%d times: %s", times, line)
		}
	}
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// killAt sweeps into out and kills the process when a file has grown to a size.
func killAt(t *testing.T, path string, bytes int64) {
	t.Helper()
	cmd := exec.Command("tessera", "sweep", "sweep.yaml", "-o", "out", "-j", "2")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for size(path) <= bytes {
		time.Sleep(50 * time.Microsecond)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Log("the sweep was over before it was killed")
	}
}

func TestDamagedRecordsAreRunAgain(t *testing.T) {
	inSweepFolder(t, twoAxes)
	text, err := os.ReadFile("ref/runs.log")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS("out", os.DirFS("ref")); err != nil {
		t.Fatal(err)
	}
	text[len(text)/2] ^= 1
	write(t, "out/runs.log", string(text[:len(text)-5]))
	if _, stderr := tessera(t, exitOK, "sweep", "sweep.yaml", "-o", "out"); !strings.Contains(stderr, "out/runs.log: 2 records are damaged or cut off") {
		t.Errorf("no warning: %s", stderr)
	}
	sameFiles(t, "ref", "out")
}

func TestTwoSweepsOnOneFolder(t *testing.T) {
	inSweepFolder(t, twoAxes)
	plan, err := sweep.ReadPlan("ref")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := sweep.OpenFolder("ref", plan, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, stderr := tessera(t, exitInput, "sweep", "sweep.yaml", "-o", "ref"); !strings.Contains(stderr, "ref: another tessera is at work in this folder") {
		t.Error(stderr)
	}
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
	tessera(t, exitOK, "sweep", "sweep.yaml", "-o", "ref")
}

func TestAnotherSweepInTheFolder(t *testing.T) {
	inSweepFolder(t, twoAxes)
	more := []string{"sweep", "sweep.yaml", "--seeds", "1..30"}
	if _, stderr := tessera(t, exitInput, append(more, "-o", "ref")...); !strings.Contains(stderr, "ref: holds another sweep: its seeds are 1..25; name another folder with -o, or reuse") {
		t.Error(stderr)
	}
	before := size("ref/runs.log")
	tessera(t, exitOK, append(more, "-o", "new")...)
	tessera(t, exitOK, append(more, "-o", "ref", "--resume")...)
	sameFiles(t, "new", "ref")
	// 5 seeds of 30 are new: the rest was reused.
	if grown, all := size("ref/runs.log")-before, size("new/runs.log"); grown*6 > all*11/10 {
		t.Errorf("the records grew by %d of %d bytes", grown, all)
	}
}

func TestFoldersThatCannotBeUsed(t *testing.T) {
	inFolder(t)
	write(t, "sweep.yaml", twoAxes)
	write(t, "file", "")
	if err := os.Mkdir("mine", 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, "mine/runs.csv", "precious")
	for dir, want := range map[string]string{
		"file":        "file: is not a folder|file: not a directory",
		"file/out":    "file/out: not a directory",
		"mine":        "mine/runs.csv: is there already and belongs to no sweep",
		"/proc/sweep": "/proc/sweep: no such file or directory",
	} {
		_, stderr := tessera(t, exitInput, "sweep", "sweep.yaml", "-o", dir)
		found := false
		for one := range strings.SplitSeq(want, "|") {
			found = found || strings.Contains(stderr, one)
		}
		if !found {
			t.Errorf("%s: %s", dir, stderr)
		}
	}
	if text, _ := os.ReadFile("mine/runs.csv"); string(text) != "precious" {
		t.Errorf("mine/runs.csv is %q", text)
	}
}

func TestInterruptedSweepKeepsWhatIsFinished(t *testing.T) {
	inSweepFolder(t, twoAxes)
	cmd := exec.Command("tessera", "sweep", "sweep.yaml", "-o", "out", "-j", "1", "--seeds", "1..5000")
	_, stderr := finish(t, cmd, exitInterrupted, func() {
		for begun := time.Now(); size("out/runs.log") == 0 && time.Since(begun) < time.Minute; {
			time.Sleep(time.Millisecond)
		}
		cmd.Process.Signal(os.Interrupt)
	})
	if !strings.Contains(stderr, "of 40000 runs are finished and kept; the same command goes on") {
		t.Error(stderr)
	}
	m, err := results.ReadManifest("out")
	if err != nil {
		t.Fatal(err)
	}
	if m.Status != results.Interrupted || m.Finished == 0 || m.Finished >= m.Runs {
		t.Errorf("manifest: %s, %d of %d", m.Status, m.Finished, m.Runs)
	}
	tessera(t, exitOK, "sweep", "sweep.yaml", "-o", "out", "--resume")
	sameFiles(t, "ref", "out")
}

func TestPoliciesThatFailAreRows(t *testing.T) {
	inFolder(t)
	write(t, "sweep.yaml", "schema: tessera/sweep/v1\npolicies: [panics, greedy, cheats]\nseeds: 1..3\nbase: {workload: {tasks: 3}}\n")
	cmd := exec.Command("tessera", "sweep", "sweep.yaml")
	cmd.Env = append(os.Environ(), broken+"=1")
	_, stderr := finish(t, cmd, exitPolicy)
	if want := "6 of 9 runs failed: column error of out/runs.csv says why"; !strings.Contains(stderr, want) {
		t.Errorf("%s, want %s", stderr, want)
	}
	folder, err := results.Open("out")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for r, err := range folder.Runs() {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, fmt.Sprint(r.Seed, " ", r.Policy, " ", r.Status))
		if r.Policy == "panics" && !strings.Contains(r.Error, "out of ideas") || r.Policy == "cheats" && r.Error == "" {
			t.Errorf("%s says %q", r.Policy, r.Error)
		}
	}
	want := "1 panics failed,1 greedy ok,1 cheats failed,2 panics failed,2 greedy ok,2 cheats failed,3 panics failed,3 greedy ok,3 cheats failed"
	if got := strings.Join(rows, ","); got != want {
		t.Errorf("rows %s, want %s", got, want)
	}
}

func TestMergeSaysWhatIsMissing(t *testing.T) {
	inSweepFolder(t, twoAxes)
	tessera(t, exitOK, "sweep", "sweep.yaml", "-o", "out", "--shard", "1/3")
	tessera(t, exitOK, "sweep", "sweep.yaml", "-o", "out", "--shard", "3/3")
	// 100 units of a point and a seed, of 2 runs: shard 2 has the units 1, 4 ... 97, 33.
	if _, stderr := tessera(t, exitInput, "merge", "out/shard-1-of-3", "out/shard-3-of-3", "-o", "all"); !strings.Contains(stderr, "66 of 200 runs are missing") {
		t.Error(stderr)
	}
	tessera(t, exitOK, "sweep", "sweep.yaml", "-o", "other", "--seeds", "1..3")
	if _, stderr := tessera(t, exitInput, "merge", "out/shard-1-of-3", "other", "nothing", "-o", "all"); !strings.Contains(stderr, "other: is of another sweep than out/shard-1-of-3: its seeds are 1..3") || !strings.Contains(stderr, "nothing/sweep.json: is not there") {
		t.Error(stderr)
	}
	tessera(t, exitOK, "sweep", "sweep.yaml", "-o", "out", "--shard", "2/3")
	tessera(t, exitOK, "merge", "out/shard-1-of-3", "out/shard-3-of-3", "out/shard-2-of-3", "-o", "all")
	sameFiles(t, "ref", "all")
}

func TestDryRunWritesNothing(t *testing.T) {
	dir := inFolder(t)
	write(t, "sweep.yaml", twoAxes)
	stdout, _ := tessera(t, exitOK, "sweep", "sweep.yaml", "--dry-run", "-j", "1")
	if !strings.HasPrefix(stdout, "4 points, 25 seeds, 200 runs\nabout ") || !strings.Contains(stdout, "an estimate from 40 runs") {
		t.Error(stdout)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("%d files were left", len(entries)-1)
	}
}

// The text in the manifest makes the same runs again.
func TestSweepOfItsManifest(t *testing.T) {
	inSweepFolder(t, twoAxes)
	text, err := os.ReadFile("ref/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var m results.Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	write(t, "again.yaml", m.Scenario)
	tessera(t, exitOK, "sweep", "again.yaml", "-o", "again")
	sameFiles(t, "ref", "again")
}

func TestSweepMistakes(t *testing.T) {
	inFolder(t)
	write(t, "bad.yaml", `schema: tessera/sweep/v1
base: {duration: 12h, drian: true}
axes:
  workload.taks: [1, 2]
  workload.tasks: [5, -1, 5]
  market.pools[*].price.mean: $0.3/h
sedes: 1..2
seeds: 5..1
`)
	_, stderr := tessera(t, exitInput, "sweep", "bad.yaml")
	for _, want := range []string{
		`bad.yaml:2:23: drian: is not a key; did you mean "drain"?`,
		`bad.yaml:4:19: workload.taks: is not a key; did you mean "tasks"?`,
		`bad.yaml:5:27: axes.workload.tasks: 5 is there twice`,
		`bad.yaml:6:31: axes.market.pools[*].price.mean: must be a list of values`,
		`bad.yaml:7:1: sedes: is not a key; did you mean "seeds"?`,
		`bad.yaml:8:8: seeds: "5..1" must be a seed like 7 or a range like 1..200`,
		`bad.yaml:5:23: workload.tasks: -1 must be`,
	} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%s\nlacks %s", stderr, want)
		}
	}
	write(t, "good.yaml", twoAxes)
	for want, args := range map[string][]string{
		"--seed: a sweep has several: say --seeds":                {"--seed", "3"},
		"--shard: \"4/3\" must be i/n":                            {"--shard", "4/3"},
		"--jobs: 0 must be at least 1":                            {"-j", "0"},
		"--tasks: sets workload.tasks, which is an axis":          {"--tasks", "3"},
		"max-seeds: needs a rule":                                 {"--max-seeds", "30"},
		"until \"ci(cots)<1%\": there is no metric \"cots\"":      {"--until", "ci(cots)<1%"},
		"limit of 5 samples must be >= 20, the first check":       {"--until", "ci(cost)<1%", "--max-seeds", "5"},
		"--seeds: \"1..\" must be a seed like 7 or a range like":  {"--seeds", "1.."},
		"--set: sets workload.tasks, which is an axis of the swe": {"--set", "workload.tasks=3"},
	} {
		if _, stderr := tessera(t, exitUsage, append([]string{"sweep", "good.yaml"}, args...)...); !strings.Contains(stderr, want) {
			t.Errorf("%v: %s, want %s", args, stderr, want)
		}
	}
}
