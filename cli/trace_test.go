package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bobby-math/tessera/market/traces"
)

// The two rows are 90 minutes apart; the mean is the first price, as the last holds for
// no time.
const traceCSV = `Timestamp,AvailabilityZone,InstanceType,ProductDescription,SpotPrice
2030-01-01T01:30:00Z,us-east-1a,m9.large,Linux/UNIX,0.25
2030-01-01T00:00:00Z,us-east-1a,m9.large,Linux/UNIX,0.04
2030-01-01T00:00:00Z,us-east-1b,m9.xlarge,,0.0000001
`

// traceCSVDigest is what sha256sum says of traceCSV.
const traceCSVDigest = "e4dae53f81cc900789295e5a6af42d01ff378d020522b24fe6043daab9986f50"

func runTrace(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errOut bytes.Buffer
	cmd := newTraceCommand()
	cmd.SetArgs(args)
	cmd.SetOut(&out)
	cmd.SetErr(&errOut)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err = cmd.Execute()
	return out.String(), errOut.String(), err
}

// inTempDir writes files into a new working directory.
func inTempDir(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.FromSlash(name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.FromSlash(name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTraceInspectTable(t *testing.T) {
	inTempDir(t, map[string]string{"prices.csv": traceCSV})
	stdout, stderr, err := runTrace(t, "inspect", "prices.csv")
	if err != nil {
		t.Fatal(err)
	}
	want := `prices.csv: price-csv, 3 rows, sha256 ` + traceCSVDigest + `
zone        type       product     n   span                 first                  last  median gap  longest gap   min $/h  mean $/h   max $/h  changes
us-east-1a  m9.large   Linux/UNIX  2  1.5 h  2030-01-01T00:00:00Z  2030-01-01T01:30:00Z       1.5 h        1.5 h  0.040000  0.040000  0.250000        1
us-east-1b  m9.xlarge  -           1    0 s  2030-01-01T00:00:00Z  2030-01-01T00:00:00Z         0 s          0 s  0.000000  0.000000  0.000000        0
`
	if diff := cmp.Diff(want, stdout); diff != "" {
		t.Error(diff)
	}
	want = `prices.csv: us-east-1a m9.large Linux/UNIX: spikes: the highest price is 6.2 times the lowest
prices.csv: us-east-1b m9.xlarge: a single row: the price never changes
`
	if diff := cmp.Diff(want, stderr); diff != "" {
		t.Error(diff)
	}
}

func TestTraceInspectJSON(t *testing.T) {
	inTempDir(t, map[string]string{"prices.csv": traceCSV})
	stdout, _, err := runTrace(t, "inspect", "--format", "json", "prices.csv")
	if err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	want := []map[string]any{{
		"file": "prices.csv", "format": "price-csv", "sha256": traceCSVDigest, "rows": 3., "warnings": []any{},
		"series": []any{
			map[string]any{
				"zone": "us-east-1a", "region": "us-east-1", "instance_type": "m9.large", "product": "Linux/UNIX",
				"rows": 2., "first": "2030-01-01T00:00:00Z", "last": "2030-01-01T01:30:00Z",
				"span_s": 5400., "median_gap_s": 5400., "longest_gap_s": 5400.,
				"price_min_usd_per_h": 0.04, "price_mean_usd_per_h": 0.04, "price_max_usd_per_h": 0.25,
				"changes": 1., "warnings": []any{"spikes: the highest price is 6.2 times the lowest"},
			},
			map[string]any{
				"zone": "us-east-1b", "region": "us-east-1", "instance_type": "m9.xlarge", "product": "",
				"rows": 1., "first": "2030-01-01T00:00:00Z", "last": "2030-01-01T00:00:00Z",
				"span_s": 0., "median_gap_s": 0., "longest_gap_s": 0.,
				"price_min_usd_per_h": 1e-7, "price_mean_usd_per_h": 1e-7, "price_max_usd_per_h": 1e-7,
				"changes": 0., "warnings": []any{"a single row: the price never changes"},
			},
		},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTraceInspectCSVOfTwoFiles(t *testing.T) {
	inTempDir(t, map[string]string{
		"b.csv":  traceCSV,
		"a.json": `[{"Timestamp":"2030-01-01T00:00:00.5Z","SpotPrice":"1","AvailabilityZone":"us-west-2a","InstanceType":"m9.large"}]`,
	})
	stdout, _, err := runTrace(t, "inspect", "b.csv", "a.json", "--format=csv")
	if err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 4 {
		t.Fatalf("%d lines, want a header and 3 series:\n%s", len(got), stdout)
	}
	want := strings.Split("b.csv,price-csv,"+traceCSVDigest+",us-east-1a,us-east-1,m9.large,Linux/UNIX,2,"+
		"2030-01-01T00:00:00Z,2030-01-01T01:30:00Z,5400,5400,5400,0.04,0.04,0.25,1", ",")
	if diff := cmp.Diff(want, got[1]); diff != "" {
		t.Error(diff)
	}
	if got[3][0] != "a.json" || got[3][8] != "2030-01-01T00:00:00.5Z" {
		t.Errorf("got %v", got[3])
	}
}

func TestTraceInspectShowsTheGoodFilesAndReturnsTheBad(t *testing.T) {
	inTempDir(t, map[string]string{"good.csv": traceCSV, "bad.csv": "Timestamp,SpotPrice\n2030-01-01T00:00:00Z,n/a\n"})
	stdout, _, err := runTrace(t, "inspect", "absent.csv", "bad.csv", "good.csv")
	if !strings.HasPrefix(stdout, "good.csv: price-csv, 3 rows") {
		t.Errorf("got %q", stdout)
	}
	want := "open absent.csv: no such file or directory\n" +
		`bad.csv: line 2: SpotPrice "n/a" is not a price in dollars an hour`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	var absent inputError
	var bad *traces.Error
	if !errors.As(err, &absent) || !errors.As(err, &bad) {
		t.Errorf("%v is not both an inputError and a *traces.Error", err)
	}
}

func TestTraceInspectUsage(t *testing.T) {
	for _, args := range [][]string{{"trace", "inspect"}, {"trace", "inspect", "--format", "xml", "prices.csv"}} {
		if stdout, stderr, code := runCommand(args...); code != exitUsage || stdout != "" || !strings.HasPrefix(stderr, "tessera: ") {
			t.Errorf("%v: exit code %d: %s%s", args, code, stdout, stderr)
		}
	}
}
