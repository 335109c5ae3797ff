package cli

import (
	"os"
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
		"all is well":                        {exitOK, []string{"service", "--capacity", "zone.json", "--window", "20m"}},
		"a target of none":                   {exitUsage, []string{"service", "--replicas", "0"}},
		"an unknown variant":                 {exitUsage, []string{"service", "--policies", "spothedge:variant=none"}},
		"a negative rate":                    {exitUsage, []string{"service", "--requests", "poisson:rate=-1/s"}},
		"a window longer than the data":      {exitInput, []string{"service", "--capacity", "zone.json", "--window", "21m"}},
		"a start beyond the data":            {exitInput, []string{"service", "--capacity", "zone.json", "--window", "5m", "--start", "1"}},
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

func TestEveryColumnOfServiceIsDescribed(t *testing.T) {
	page, err := os.ReadFile("../docs/results.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(page), "## Columns of `tessera service`")
	if !found {
		t.Fatal("docs/results.md has no section of them")
	}
	for _, column := range serviceColumns {
		if !strings.Contains(section, "`"+column+"`") {
			t.Errorf("docs/results.md does not describe %s", column)
		}
	}
}
