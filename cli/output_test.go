package cli

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bobby-math/tessera/results"
)

// outputCases are commands for tasks, a job and a service, and a metric of theirs.
var outputCases = map[string]struct{ command, metric string }{
	"tasks":   {"-t 9 -d 12 -p greedy,ondemand", "completion"},
	"job":     {"job --work 5 --deadline 7 --capacity zones --polarity available -p uniform-progress,ondemand", "finish"},
	"service": {"service --duration 2h --capacity zones --polarity available -p spothedge,ondemand --requests poisson:rate=0.1/s", "availability"},
}

func fields(texts ...string) []string { return strings.Fields(strings.Join(texts, " ")) }

// ok runs a command within the test, which must succeed, and returns what it printed.
func ok(t *testing.T, args ...string) string {
	t.Helper()
	stdout, stderr, code := runCommand(args...)
	if code != exitOK {
		t.Fatalf("%v: exit code %d: %s", args, code, stderr)
	}
	return stdout
}

// namesIn lists what is in the folder of the test.
func namesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// What -o calls a folder is one as sweep makes it: it is compared, gets a page, and its runs
// are replayed.
func TestAFolderOfARun(t *testing.T) {
	for name, c := range outputCases {
		t.Run(name, func(t *testing.T) {
			inFlagFolder(t)
			byHand := runRows(t, c.command+" --output=")
			table := ok(t, fields(c.command, "-q -o out")...)
			for _, file := range []string{results.CSVName, results.ParquetName, results.SummaryName, results.ColumnsName, "manifest.json"} {
				if !exists(filepath.Join("out", file)) {
					t.Errorf("no %s", file)
				}
			}
			sameRows(t, byHand, rowsOf(t, "out"))
			// The table is that of a run without a folder.
			if want := ok(t, fields(c.command, "-q --output=")...); table != want {
				t.Errorf("with a folder\n%s, without\n%s", table, want)
			}
			if text := ok(t, "compare", "out", "--metric", c.metric); !strings.Contains(text, "vs ondemand") {
				t.Error(text)
			}
			if ok(t, "report", "out"); !exists("out/report.html") {
				t.Error("no page")
			}
			run := rowsOf(t, "out")[0]["run_id"][:12]
			if text := ok(t, "replay", "out", "--run", run, "--at", "1h"); !strings.Contains(text, "as stored") || !strings.Contains(text, " at 1.0000 h\n") {
				t.Error(text)
			}
			// It is the folder that a sweep of the same scenario under one seed makes.
			write(t, "shown.yaml", ok(t, append([]string{"show"}, fields(c.command)...)...))
			ok(t, "sweep", "shown.yaml", "--seeds", "1", "-q", "-o", "swept")
			sameRows(t, rowsOf(t, "out"), rowsOf(t, "swept"))
		})
	}
}

// rowsOf returns the rows of runs.csv in a folder.
func rowsOf(t *testing.T, dir string) []csvRow {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, results.CSVName))
	if err != nil {
		t.Fatal(err)
	}
	return readRows(t, string(text))
}

// Several seeds are a sweep, of which the comparison is printed.
func TestSeedsOfARun(t *testing.T) {
	for name, c := range outputCases {
		t.Run(name, func(t *testing.T) {
			inFlagFolder(t)
			table := ok(t, fields(c.command, "--seeds 3,5..6 -q -j 1")...)
			if !strings.Contains(table, "vs ondemand") || !strings.Contains(table, "p: two-sided") {
				t.Errorf("no comparison in\n%s", table)
			}
			rows := rowsOf(t, "out")
			var seeds []string
			for _, r := range rows {
				seeds = append(seeds, r["seed"])
			}
			if want := []string{"3", "3", "5", "5", "6", "6"}; !slices.Equal(seeds, want) {
				t.Errorf("seeds %v, want %v", seeds, want)
			}
			sameRows(t, runRows(t, c.command+" --seed 5 --output="), rows[2:4])
			ok(t, fields(c.command, "--seeds 3,5..6 -q -j 4 -o other")...)
			sameFiles(t, "out", "other")
		})
	}
	_, stderr, code := runCommand("--seeds", "1..3", "--seed", "2", "-o", "x.json")
	for _, want := range []string{"--seeds: needs a folder for --output", "--seed: makes no sense beside --seeds"} {
		if code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("exit code %d, %q, want in it %q", code, stderr, want)
		}
	}
	if _, stderr, code := runCommand("job", "--seeds", "5..1"); code != exitUsage || !strings.Contains(stderr, `--seeds: "5..1" must be a seed like 7 or a range`) {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// Only tessera itself and run write a file that nobody asked for.
func TestNothingIsWrittenWithoutOutput(t *testing.T) {
	for name, c := range outputCases {
		t.Run(name, func(t *testing.T) {
			inFlagFolder(t)
			before := namesIn(t, ".")
			ok(t, fields(c.command)...)
			want := slices.Clone(before)
			if name == "tasks" {
				want = append(want, "simulation_results.json")
			}
			slices.Sort(want)
			if diff := cmp.Diff(want, namesIn(t, ".")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// -o X.json is the document that --format json prints.
func TestDocumentsOfEveryKind(t *testing.T) {
	type document struct {
		Schema   string
		Manifest map[string]any
		Results  json.RawMessage
	}
	for name, c := range outputCases {
		t.Run(name, func(t *testing.T) {
			inFlagFolder(t)
			printed := ok(t, fields(c.command, "-o X.json --format json")...)
			if short := ok(t, fields(c.command, "--output= --json")...); len(short) == 0 || short[0] != '{' {
				t.Errorf("--json prints %.80s", short)
			}
			text, err := os.ReadFile("X.json")
			if err != nil {
				t.Fatal(err)
			}
			var written, shown document
			if err := errors.Join(json.Unmarshal(text, &written), json.Unmarshal([]byte(printed), &shown)); err != nil {
				t.Fatal(err)
			}
			if written.Schema != "tessera/results/v2" || string(written.Results) != string(shown.Results) {
				t.Errorf("schema %q; the results are those printed: %v", written.Schema, string(written.Results) == string(shown.Results))
			}
			if written.Manifest["seed"] != 1.0 || written.Manifest["scenario"] == nil {
				t.Errorf("manifest %v", written.Manifest)
			}
			var list []struct {
				Policy string
				Events []any
			}
			if err := json.Unmarshal(written.Results, &list); err != nil || len(list) != 2 || len(list[0].Events) == 0 {
				t.Fatalf("%d results, %v", len(list), err)
			}
			ok(t, fields(c.command, "-o X.json -q --events none")...)
			text, _ = os.ReadFile("X.json")
			if !strings.Contains(string(text), `"events": []`) {
				t.Error("--events none writes events")
			}
		})
	}
}

// The forms for programs have the same rows with the same columns.
func TestFormatsHaveTheSameRows(t *testing.T) {
	for name, c := range outputCases {
		t.Run(name, func(t *testing.T) {
			inFlagFolder(t)
			rows := runRows(t, c.command+" --output=")
			header, err := csv.NewReader(strings.NewReader(ok(t, fields(c.command, "--output= --format csv")...))).Read()
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(ok(t, fields(c.command, "--output= --format jsonl")...)), "\n")
			marked := strings.Split(strings.TrimSpace(ok(t, fields(c.command, "--output= --format md")...)), "\n")
			if len(rows) != 2 || len(lines) != 2 || len(marked) != 4 {
				t.Fatalf("%d rows, %d lines, %d of Markdown", len(rows), len(lines), len(marked))
			}
			if want := "| " + strings.Join(header, " | ") + " |"; marked[0] != want {
				t.Errorf("%s, want %s", marked[0], want)
			}
			for i, line := range lines {
				var object map[string]any
				if err := json.Unmarshal([]byte(line), &object); err != nil {
					t.Fatal(err)
				}
				cells := strings.Split(strings.Trim(marked[i+2], "| "), " | ")
				for n, column := range header {
					value := rows[i][column]
					if (value == "") != (object[column] == nil) || object["policy"] != rows[i]["policy"] {
						t.Errorf("%s is %q in CSV, %v in JSON", column, value, object[column])
					}
					if n < len(cells) && strings.TrimSpace(cells[n]) != value {
						t.Errorf("%s is %q in CSV, %q in Markdown", column, value, cells[n])
					}
				}
			}
		})
	}
}

func TestPrintTimeline(t *testing.T) {
	writeWindows(t)
	const job = "job --capacity w --polarity available --window 0 --work 1h --deadline 2h --restart-overhead 10m -q --print-timeline "
	for args, want := range map[string]string{
		"--zone us-east-1a -p optimal": `
Optimal (clairvoyant)
     0.00 h  to    0.50 h  spot  preempted
     0.50 h  to    1.33 h  on-demand
     1.33 h  done
`,
		"--zone us-east-1a,eu-west-1b -p uniform-progress": `
Uniform Progress
     0.00 h  to    0.50 h  spot in us-east-1a/x  preempted
     0.50 h  to    1.33 h  spot in eu-west-1b/x
     1.33 h  done
`,
	} {
		if text := ok(t, fields(job, args)...); !strings.HasSuffix(text, want) {
			t.Errorf("%s: %s, want at its end %s", args, text, want)
		}
	}
	service := ok(t, fields("service --duration 1h -p ondemand -q --print-timeline")...)
	if want := "\nOnDemandOnly\n" + strings.Repeat("     0.00 h  to    1.00 h  on-demand in synthetic-1/generic\n", 3); !strings.HasSuffix(service, want) {
		t.Error(service)
	}
	for _, args := range []string{"--print-timeline --seeds 1..2", "--print-timeline -o out", "--timeline t.json -o out"} {
		flag := strings.Fields(args)[0]
		if _, stderr, code := runCommand(strings.Fields(args)...); code != exitUsage || !strings.Contains(stderr, "tessera: "+flag+": ") {
			t.Errorf("%s: exit code %d: %s", args, code, stderr)
		}
	}
}
