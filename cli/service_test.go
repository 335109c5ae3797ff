package cli

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestExitCodesOfService(t *testing.T) {
	inFolder(t)
	const zone = `{"metadata":{"gap_seconds":300},"data":[4,4,4,4]}`
	if err := os.WriteFile("zone.json", []byte(zone), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		code int
		args []string
	}{
		"all is well":                        {exitOK, []string{"service", "--capacity", "zone.json", "--polarity", "available", "--window", "20m"}},
		"a target of none":                   {exitUsage, []string{"service", "--replicas", "0"}},
		"an unknown variant":                 {exitUsage, []string{"service", "--policies", "spothedge:variant=none"}},
		"a negative rate":                    {exitUsage, []string{"service", "--requests", "poisson:rate=-1/s"}},
		"a window longer than the data":      {exitInput, []string{"service", "--capacity", "zone.json", "--polarity", "available", "--window", "21m"}},
		"a start beyond the data":            {exitInput, []string{"service", "--capacity", "zone.json", "--polarity", "available", "--window", "5m", "--start", "1"}},
		"a file that is not there":           {exitInput, []string{"service", "--capacity", "none.json"}},
		"a log that is no log":               {exitInput, []string{"service", "--requests", "azure:zone.json"}},
		"the suite without its data":         {exitInput, []string{"suite", "skyserve", "--data", "."}},
		"the suite with a policy it has not": {exitUsage, []string{"suite", "skyserve", "--data", ".", "--policies", "greedy"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, stderr, code := runCommand(test.args...); code != test.code {
				t.Errorf("exit code %d, want %d: %s", code, test.code, stderr)
			}
		})
	}
}

// The columns of tables for people are described, and those of the forms for programs.
func TestEveryColumnIsDescribed(t *testing.T) {
	docs, err := filepath.Abs(filepath.Join(repository, "docs"))
	if err != nil {
		t.Fatal(err)
	}
	inFlagFolder(t)
	for page, header := range map[string]func(command string) []string{
		"results.md": func(command string) []string {
			lines := strings.Split(ok(t, fields(command, "-q --output=")...), "\n")
			at := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "Policy") })
			return regexp.MustCompile("  +").Split(lines[at], -1)[1:]
		},
		"runs.md": func(command string) []string {
			return slices.Sorted(maps.Keys(runRows(t, command+" --output=")[0]))
		},
	} {
		text, err := os.ReadFile(filepath.Join(docs, page))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range outputCases {
			for _, column := range header(c.command) {
				if !strings.Contains(string(text), "`"+column+"`") {
					t.Errorf("docs/%s does not describe %s", page, column)
				}
			}
		}
	}
}
