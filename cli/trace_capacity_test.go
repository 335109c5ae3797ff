package cli

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bobby-math/tessera/market/traces"
)

// Four ticks of a minute: none, two, two, none; the price goes from 0.25 to 0.5.
const (
	ticksJSON = `{"metadata":{"gap_seconds":60},"data":[0,2,2,0],"prices":[0.25,0.25,0.5,0.5]}`
	// ticksDigest is what sha256sum says of ticksJSON.
	ticksDigest = "1c6c43869a951db1d8ae597c93d7149dcb809183dfbe9e98668059d2a4552496"
)

func TestTraceInspectAvailabilityTable(t *testing.T) {
	inTempDir(t, map[string]string{"us-east-1a_x9_1.json": ticksJSON, "log.csv": "0,1\n90000,0\n"})
	stdout, stderr, err := runTrace(t, "inspect", "--polarity", "available", "us-east-1a_x9_1.json", "log.csv")
	if err != nil {
		t.Fatal(err)
	}
	// Two of four minutes; (2+2)/4 = 1 on average. The log ends when it has nothing.
	want := `file                  zone        type  polarity   n   gap     span  available  mean number  changes  up runs     mean  longest  down runs     mean  longest   min $/h   max $/h                                                            sha256
us-east-1a_x9_1.json  us-east-1a  x9_1  available  4  60 s  4.0 min     0.5000       1.0000        2        1  2.0 min  2.0 min          2  1.0 min  1.0 min  0.250000  0.500000  ` + ticksDigest + `
log.csv               -           -     available  2     -  1.5 min     1.0000       1.0000        1        1  1.5 min  1.5 min          1      0 s      0 s         -         -  5877c90445ffc0af0f0073a7cdf7f429431eb9c3f88475d0ca15646d9bcda101
`
	if diff := cmp.Diff(want, stdout); diff != "" {
		t.Error(diff)
	}
	if want := "log.csv: the zone is unknown\nlog.csv: the instance type is unknown\n"; stderr != want {
		t.Errorf("stderr %q, want %q", stderr, want)
	}
}

func TestTraceInspectAvailabilityJSON(t *testing.T) {
	inTempDir(t, map[string]string{"windows/us-east-1a_x9_1/0.json": `{"metadata":{"gap_seconds":60,"start_time":"2031-01-01T00:00:00"},"data":[1,0]}`})
	stdout, _, err := runTrace(t, "inspect", "--polarity", "sky-spot", "--gap", "90s", "--format", "json", "windows")
	if err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	delete(got[0], "sha256")
	want := []map[string]any{{
		"file": "windows/us-east-1a_x9_1/0.json", "format": "spot-traces-json", "polarity": "unavailable",
		"warnings": []any{"metadata.gap_seconds is 60; the gap asked for, 1m30s, is taken"},
		"series": []any{map[string]any{
			"zone": "us-east-1a", "region": "us-east-1", "instance_type": "x9_1", "start": "2031-01-01T00:00:00Z",
			"rows": 2., "gap_s": 90., "span_s": 180., "availability": 0.5, "mean_available": nil, "changes": 1.,
			"up":                  map[string]any{"runs": 1., "mean_s": 90., "longest_s": 90.},
			"down":                map[string]any{"runs": 1., "mean_s": 90., "longest_s": 90.},
			"price_min_usd_per_h": nil, "price_max_usd_per_h": nil, "warnings": []any{},
		}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTraceInspectAvailabilityCSV(t *testing.T) {
	inTempDir(t, map[string]string{"us-east-1a_x9_1.json": ticksJSON, "prices.csv": traceCSV})
	stdout, _, err := runTrace(t, "inspect", "--polarity", "spot-traces", "--format", "csv", "us-east-1a_x9_1.json")
	if err != nil {
		t.Fatal(err)
	}
	want := "file,format,sha256,polarity,zone,region,instance_type,start,rows,gap_s,span_s,availability,mean_available,changes," +
		"up_runs,up_mean_s,up_longest_s,down_runs,down_mean_s,down_longest_s,price_min_usd_per_h,price_max_usd_per_h\n" +
		"us-east-1a_x9_1.json,spot-traces-json," + ticksDigest + ",available,us-east-1a,us-east-1,x9_1,,4,60,240,0.5,1,2,1,120,120,2,60,60,0.25,0.5\n"
	if diff := cmp.Diff(want, stdout); diff != "" {
		t.Error(diff)
	}
	_, _, err = runTrace(t, "inspect", "--polarity", "spot-traces", "--format", "csv", "us-east-1a_x9_1.json", "prices.csv")
	if bad := (usageError{}); !errors.As(err, &bad) {
		t.Errorf("%v is not a usageError", err)
	}
}

func TestTraceInspectPricesAndAvailability(t *testing.T) {
	inTempDir(t, map[string]string{"d/us-east-1a_x9_1.json": ticksJSON, "d/prices.csv": traceCSV, "d/README.md": "no trace"})
	stdout, _, err := runTrace(t, "inspect", "--polarity", "spot-traces", "d")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(stdout, "d/prices.csv: price-csv, 3 rows") || !strings.Contains(stdout, "\n\nfile ") {
		t.Errorf("got %s", stdout)
	}
}

func TestTraceInspectWarnsOfTwins(t *testing.T) {
	inTempDir(t, map[string]string{"a/us-east-1a_x.json": ticksJSON, "a/us-east-1b_x.json": ticksJSON})
	_, stderr, err := runTrace(t, "inspect", "--polarity", "spot-traces", "a")
	if want := "a/us-east-1b_x.json: us-east-1b x: the same series as a/us-east-1a_x.json\n"; err != nil || stderr != want {
		t.Errorf("stderr %q, %v, want %q", stderr, err, want)
	}
}

func TestTracePolarityIsAskedForOnce(t *testing.T) {
	inTempDir(t, map[string]string{"a/us-east-1a_x.json": ticksJSON, "a/us-east-1b_x.json": ticksJSON})
	for _, command := range []string{"inspect", "convert"} {
		stdout, stderr, code := runCommand("trace", command, "a")
		if code != exitUsage || stdout != "" || strings.Count(stderr, "no polarity") != 1 ||
			!strings.Contains(stderr, "--polarity: a/us-east-1a_x.json: no polarity") {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", command, code, stdout, stderr)
		}
	}
}

func TestTraceBadFlagsAndFiles(t *testing.T) {
	inTempDir(t, map[string]string{
		"us-east-1a_x9_1.json": ticksJSON, "bad.json": `{"metadata":{"gap_seconds":0},"data":[0,-1]}`,
		"prices.csv": traceCSV, "empty/README.md": "no trace",
	})
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"inspect --polarity up us-east-1a_x9_1.json", exitUsage, `polarity "up" must be available (`},
		{"inspect --gap 0s us-east-1a_x9_1.json", exitUsage, "--gap 0s: must be > 0"},
		{"inspect --gap 195 us-east-1a_x9_1.json", exitUsage, "missing unit"},
		{"inspect --polarity available bad.json", exitInput, `bad.json: line 1: data[1]: "-1" is negative`},
		{"inspect --polarity unavailable us-east-1a_x9_1.json", exitInput, "data[1]: 2 must be 0 or 1 (polarity unavailable)"},
		{"inspect empty", exitInput, "empty: no file in it is called .json"},
		{"convert", exitUsage, "trace convert: name at least one FILE"},
		{"convert absent.json", exitInput, "absent.json: no such file"},
		{"convert prices.csv", exitInput, "prices.csv: a price history, not an availability series"},
		{"convert --polarity available us-east-1a_x9_1.json us-east-1a_x9_1.json", exitInput, "us-east-1a x9_1 is there twice"},
		{"convert --polarity available us-east-1a_x9_1.json -o no/such.csv", exitInput, "--output no/such.csv: cannot be written"},
		{"convert --polarity available us-east-1a_x9_1.json -o empty", exitInput, "--output empty: is a folder"},
	} {
		t.Run(c.args, func(t *testing.T) {
			stdout, stderr, code := runCommand(append([]string{"trace"}, strings.Fields(c.args)...)...)
			if code != c.code || !strings.Contains(stderr, c.want) {
				t.Errorf("exit code %d, want %d; stderr %q, want in it %q", code, c.code, stderr, c.want)
			}
			if strings.Contains(c.args, "convert") && stdout != "" {
				t.Errorf("stdout %q", stdout)
			}
		})
	}
}

func TestTraceConvert(t *testing.T) {
	inTempDir(t, map[string]string{
		"us-east-1b_x9_1.json":                        ticksJSON,
		"availability-2031-01-01_us-east-1a_x9_1.csv": "date,availability\n2031-01-01 00:00:00,1\n2031-01-01 00:00:59,0\n",
		"p.json": `{"us-east-1a_x9_1":[0.5,0.75]}`,
	})
	dated := []string{"trace", "convert", "--polarity", "skynomad", "--gap", "60s", "availability-2031-01-01_us-east-1a_x9_1.csv", "p.json"}
	stdout, stderr, code := runCommand(dated...)
	want := `time,zone,instance_type,price,available
0,us-east-1a,x9_1,0.5,inf
60,us-east-1a,x9_1,0.75,0
120,us-east-1a,x9_1,,
`
	if diff := cmp.Diff(want, stdout); code != exitOK || diff != "" {
		t.Errorf("exit code %d: %s", code, diff)
	}
	if want := "availability-2031-01-01_us-east-1a_x9_1.csv: taken as ticks of 1m0s; by its date the last row is -1s off\n"; stderr != want {
		t.Errorf("stderr %q, want %q", stderr, want)
	}

	stdout, _, code = runCommand(append(dated, "-o", "out.csv")...)
	written, err := os.ReadFile("out.csv")
	if diff := cmp.Diff(want, string(written)); code != exitOK || stdout != "" || err != nil || diff != "" {
		t.Errorf("exit code %d, stdout %q, %v: %s", code, stdout, err, diff)
	}
	// What is written is read again, and nothing temporary is left.
	if stdout, _, code = runCommand("trace", "convert", "out.csv"); code != exitOK || stdout != want {
		t.Errorf("exit code %d, stdout %q", code, stdout)
	}
	if entries, _ := os.ReadDir("."); len(entries) != 4 {
		t.Errorf("left in the folder: %v", entries)
	}

	// A file with dates and one without do not go together.
	_, stderr, code = runCommand("trace", "convert", "--polarity", "available", "-o", "out.csv", "us-east-1b_x9_1.json",
		"availability-2031-01-01_us-east-1a_x9_1.csv")
	if code != exitInput || !strings.Contains(stderr, "--output out.csv: native format: ") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	if after, _ := os.ReadFile("out.csv"); string(after) != want {
		t.Errorf("a failure changed the file to %q", after)
	}
	if entries, _ := os.ReadDir("."); len(entries) != 4 {
		t.Errorf("left in the folder: %v", entries)
	}
}

func TestTraceHelpTellsThePresets(t *testing.T) {
	for _, command := range []string{"inspect", "convert"} {
		stdout := ok(t, "trace", command, "--help")
		for _, p := range traces.Presets() {
			if !strings.Contains(stdout, p.Name) || !strings.Contains(stdout, p.Doc) {
				t.Errorf("%s --help does not tell of %s", command, p.Name)
			}
		}
		for line := range strings.Lines(stdout) {
			if strings.HasSuffix(line, " \n") {
				t.Errorf("%s --help: blanks at the end of %q", command, line)
			}
		}
	}
}
