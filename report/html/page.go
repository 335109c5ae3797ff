// Package html makes a page of the results of a sweep: one file that needs nothing else, to
// be opened from disk, printed, mailed.
//
// The one idea to hold: the page carries the same document as summary.json, a sample of the
// values behind it, and one run of each policy; all tables, charts and downloads are made
// from these three by the scripts in it. So all of it can be checked against the files of
// the sweep.
package html

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/bobby-math/tessera/results"
)

// Page is the content of a page. Use Collector to make one.
type Page struct {
	// Title is the heading.
	Title string
	// Manifest is nil where there is none.
	Manifest *results.Manifest
	// Warnings are about the folder.
	Warnings []string
	Failures Failures
	// Timeline is nil if the runs could not be repeated; NoTimeline says why.
	Timeline   *Timeline
	NoTimeline string

	summary *results.Summary // of the points that are shown
	points  int              // of the sweep
	samples [][][]Sample     // by point, policy, metric
}

//go:embed page.html style.css chart.css script/*.js
var files embed.FS

var page = template.Must(template.New("page.html").ParseFS(files, "page.html"))

// scripts are the parts of the script, in their order.
var scripts = []string{"data", "figure", "table", "tradeoff", "distribution", "difference", "timeline", "main"}

// Write writes the page. Equal pages give equal bytes.
func (p *Page) Write(w io.Writer) error {
	data, err := json.Marshal(document{p.summary, titles(), p.samples, p.Timeline})
	if err != nil {
		return err
	}
	return page.Execute(w, map[string]any{
		"Page":        p,
		"Shown":       len(p.summary.Points),
		"Points":      p.points,
		"NotModelled": NotModelled,
		"Style":       template.CSS(mustRead("style.css")),
		"ChartStyle":  template.CSS(mustRead("chart.css")),
		"Script":      template.JS(allScripts()),
		"Data":        template.JS(data), // json.Marshal escapes what could end a script
	})
}

// document is the data of the page, for its scripts.
type document struct {
	Summary *results.Summary `json:"summary"`
	// Titles are the names in prose of metrics.
	Titles   map[string]string `json:"titles"`
	Samples  [][][]Sample      `json:"samples"`
	Timeline *Timeline         `json:"timeline"`
}

func titles() map[string]string {
	all := map[string]string{}
	for _, c := range results.Summarized {
		all[c.Metric] = c.Title
	}
	return all
}

// Command is the command as typed, without the folder of the program.
func (p *Page) Command() string {
	if p.Manifest == nil || len(p.Manifest.Argv) == 0 {
		return ""
	}
	words := []string{"tessera"}
	for _, word := range p.Manifest.Argv[1:] {
		if strings.ContainsAny(word, " '\"$<>|&;*(){}[]") || word == "" {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// Made returns the program that made the results: version, revision and platform.
func (p *Page) Made() string {
	m := p.Manifest
	text := fmt.Sprintf("tessera %s, revision %s", m.Version, cmp.Or(m.Revision, "unknown"))
	if m.Modified {
		text += " (modified)"
	}
	return fmt.Sprintf("%s, %s, %s", text, m.GoVersion, m.Platform)
}

func allScripts() string {
	var all strings.Builder
	for _, name := range scripts {
		all.WriteString(mustRead("script/" + name + ".js"))
	}
	return all.String()
}

func mustRead(name string) string {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded
	}
	return string(text)
}
