package tests

import (
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// CITATION.cff has what version 1.2.0 of the format requires, and names this repository and
// its license.
func TestCitation(t *testing.T) {
	text, err := os.ReadFile("../CITATION.cff")
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Version    string `yaml:"cff-version"`
		Title      string
		Message    string
		Type       string
		Authors    []struct{ Name string }
		Repository string `yaml:"repository-code"`
		License    string
	}
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	if c.Version != "1.2.0" || c.Title == "" || c.Message == "" || c.Type != "software" || len(c.Authors) == 0 || c.Authors[0].Name == "" {
		t.Errorf("something is missing: %+v", c)
	}
	if want := "https://" + strings.TrimSuffix(module, "/"); c.Repository != want {
		t.Errorf("repository-code is %s, want %s", c.Repository, want)
	}
	license, err := os.ReadFile("../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	if c.License != "Apache-2.0" || !strings.Contains(string(license), "Apache License") || !strings.Contains(string(license), "Version 2.0") {
		t.Errorf("license is %s, which is not that of LICENSE", c.License)
	}
}
