package cli

import (
	"encoding/csv"
	"strings"
	"testing"
)

// csvRow is a row of runs.csv by column.
type csvRow map[string]string

// runRows runs a command with --format csv and returns its rows.
func runRows(t *testing.T, command string) []csvRow {
	t.Helper()
	stdout, stderr, code := runCommand(strings.Fields(command + " --format csv")...)
	if code != exitOK {
		t.Fatalf("%s: exit code %d: %s", command, code, stderr)
	}
	return readRows(t, stdout)
}

func readRows(t *testing.T, text string) (rows []csvRow) {
	t.Helper()
	table, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, values := range table[1:] {
		row := csvRow{}
		for i, name := range table[0] {
			row[name] = values[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// sameRows compares all columns but the run_id, which depends on the names of files.
func sameRows(t *testing.T, a, b []csvRow) {
	t.Helper()
	if len(a) == 0 || len(a) != len(b) {
		t.Fatalf("%d rows and %d", len(a), len(b))
	}
	for i := range a {
		for name, value := range a[i] {
			if name != "run_id" && value != b[i][name] {
				t.Errorf("row %d, %s: %s is %q, and %q", i, a[i]["policy"], name, value, b[i][name])
			}
		}
		if len(a[i]) != len(b[i]) {
			t.Errorf("row %d: %d columns and %d", i, len(a[i]), len(b[i]))
		}
	}
}
