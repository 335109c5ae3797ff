package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/results"
)

// browser is a real Chromium without a window.
type browser struct {
	t       *testing.T
	program string
}

func newBrowser(t *testing.T) browser {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if program, err := exec.LookPath(name); err == nil {
			return browser{t, program}
		}
	}
	t.Skip("no chromium, chromium-browser or google-chrome on PATH: the page is not looked at in a browser")
	return browser{}
}

// open returns the document of a page after its scripts ran. What they say on the console
// is an error.
func (b browser) open(page string, flags ...string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), time.Minute)
	defer cancel()
	args := append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--user-data-dir=" + b.t.TempDir(), "--dump-dom",
	}, flags...)
	cmd := exec.CommandContext(ctx, b.program, append(args, "file://"+page)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		b.t.Fatalf("%v: %v\n%s", cmd, err, errs.String())
	}
	for line := range strings.Lines(errs.String()) {
		if strings.Contains(line, ":CONSOLE") {
			b.t.Errorf("%s says on the console: %s", filepath.Base(page), line)
		}
	}
	return out.String()
}

// ask runs a script at the end of a page and reads the value it returns. A width is that
// of a frame the page is in, for a window cannot be as narrow as a phone; 0 is no frame.
func (b browser) ask(page, script string, width int, answer any, flags ...string) {
	b.t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		b.t.Fatal(err)
	}
	ask := "<script>document.body.append(make('pre', {id: 'answer'}, JSON.stringify((() => {" + script + "})())))</script></body>"
	text = bytes.Replace(text, []byte("</body>"), []byte(ask), 1)
	if width > 0 {
		text = framed(text, width)
	}
	asked := filepath.Join(b.t.TempDir(), "asked.html")
	if err := os.WriteFile(asked, text, 0o644); err != nil {
		b.t.Fatal(err)
	}
	found := regexp.MustCompile(`<pre id="answer">(.*?)</pre>`).FindAllStringSubmatch(b.open(asked, flags...), -1)
	if found == nil {
		b.t.Fatalf("the script did not answer: %s", script)
	}
	text = []byte(html.UnescapeString(found[len(found)-1][1]))
	if err := json.Unmarshal(text, answer); err != nil {
		b.t.Fatalf("%s: %v", text, err)
	}
}

// framed returns a page with a frame, and the answer in the frame copied out of it.
func framed(page []byte, width int) []byte {
	return fmt.Appendf(nil, `<body style="margin:0"><iframe style="border:0;width:%dpx;height:800px" srcdoc="%s"
onload="document.body.append(document.adoptNode(this.contentDocument.getElementById('answer')))"></iframe></body>`, width, html.EscapeString(string(page)))
}

// reportedSweep makes a small sweep and its page, and returns the folder.
func reportedSweep(t *testing.T) string {
	t.Helper()
	dir := inFolder(t)
	sweep := "schema: tessera/sweep/v1\nbase:\n  workload:\n    tasks: 12\nseeds: \"1..12\"\naxes:\n  market.pools[0].price.spread: [0.1, 0.3]\npolicies: [greedy, fallback, ondemand]\n"
	if err := os.WriteFile("sweep.yaml", []byte(sweep), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{"sweep sweep.yaml -q -o out", "report out"} {
		if _, stderr, code := runCommand(strings.Fields(args)...); code != exitOK {
			t.Fatalf("%s exits with %d: %s", args, code, stderr)
		}
	}
	return filepath.Join(dir, "out")
}

func TestNumbersInTheBrowserAreThoseOfTheRuns(t *testing.T) {
	b := newBrowser(t)
	dir := reportedSweep(t)
	var shown []struct{ Point, Metric, Policy, Mean, Text string }
	b.ask(filepath.Join(dir, "report.html"), `
		const all = [];
		for (const point of summary.points.keys()) for (const metric of summary.metrics.keys()) {
			for (const [id, value] of [['point', point], ['metric', metric]]) {
				document.getElementById(id).value = value;
				document.getElementById(id).dispatchEvent(new Event('change'));
			}
			for (const row of document.querySelectorAll('.policy-table tbody tr')) {
				const mean = row.querySelector('[data-column=mean]');
				all.push({Point: summary.points[point].axes[0].value, Metric: summary.metrics[metric].column, Policy: row.dataset.policy, Mean: mean.dataset.value, Text: mean.textContent});
			}
		}
		return all;`, 0, &shown)
	sums := sumsOfRuns(t, dir)
	// A mean for each of 2 points, 3 policies and all metrics that runs have.
	if want := len(sums); len(shown) != want || want%6 != 0 || want == 0 {
		t.Fatalf("%d means are shown, want %d", len(shown), want)
	}
	for _, s := range shown {
		sum := sums[s.Point+" "+s.Policy+" "+s.Metric]
		var mean float64
		if _, err := fmt.Sscan(s.Mean, &mean); err != nil {
			t.Fatalf("%+v: %v", s, err)
		}
		if want := sum.total / sum.n; math.Abs(mean-want) > 1e-9*math.Abs(want) {
			t.Errorf("%+v: the mean of runs.csv is %v", s, want)
		}
		var text float64
		if _, err := fmt.Sscan(strings.ReplaceAll(s.Text, "\u2212", "-"), &text); err != nil || math.Abs(text-mean) > 0.00501 { // two decimals
			t.Errorf("%+v: the text is another number", s)
		}
	}
}

type runSum struct{ total, n float64 }

// sumsOfRuns adds up the metrics of runs.csv by value of the axis, policy and column.
func sumsOfRuns(t *testing.T, dir string) map[string]runSum {
	t.Helper()
	folder, err := results.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]runSum{}
	for r, err := range folder.Runs() {
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range results.Summarized {
			if x, ok := c.Number(r); ok {
				key := r.Axes[0].Value + " " + r.Policy + " " + c.Name
				sums[key] = runSum{sums[key].total + x, sums[key].n + 1}
			}
		}
	}
	return sums
}

// A sweep whose tasks never complete has no completion times, and one of a service has others:
// neither may break the page, which draws all its charts.
func TestPagesInTheBrowserDrawWhatThereIs(t *testing.T) {
	b := newBrowser(t)
	for _, c := range []struct{ base, title string }{
		{"{duration: 1h, workload: {tasks: 3, work: {shape: constant, mean: 5h}}}", "Cost and time"},
		{"{duration: 1h, service: {replicas: 2, requests: {process: poisson, rate: 0.1/s}}}", "Cost and availability"},
		{"{duration: 1h, service: {replicas: 2}, workload: {tasks: 3, work: {mean: 10m}}}", "Cost and availability"},
	} {
		dir := inFolder(t)
		if err := os.WriteFile("sweep.yaml", []byte("schema: tessera/sweep/v1\nseeds: \"1..3\"\nbase: "+c.base+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, args := range []string{"sweep sweep.yaml -q -o out", "report out"} {
			if _, stderr, code := runCommand(strings.Fields(args)...); code != exitOK {
				t.Fatalf("%s exits with %d: %s", args, code, stderr)
			}
		}
		var titles []string
		b.ask(filepath.Join(dir, "out", "report.html"), `return [...document.querySelectorAll('section h2')].map(h => h.textContent);`, 0, &titles)
		for _, want := range []string{"Policies", c.title, "Distributions", "Timeline"} {
			if !slices.ContainsFunc(titles, func(title string) bool { return strings.HasPrefix(title, want) }) {
				t.Errorf("%s: the page has %q, want %s", c.base, titles, want)
			}
		}
	}
}

func TestTableInTheBrowserSorts(t *testing.T) {
	b := newBrowser(t)
	dir := reportedSweep(t)
	var got struct {
		Up, Down, ByName []string
		Sorted           []string
		Focus            string
	}
	b.ask(filepath.Join(dir, "report.html"), `
		const names = () => [...document.querySelectorAll('.policy-table tbody tr')].map(r => r.dataset.policy);
		const press = column => { const b = document.querySelector('[data-sort=' + column + ']'); b.focus(); b.click(); };
		const Sorted = [], note = () => Sorted.push([...document.querySelectorAll('[aria-sort]:not([aria-sort=none])')].map(h => h.textContent + ' ' + h.getAttribute('aria-sort')).join());
		note();
		const Up = names();
		press('mean'); note();
		const Down = names(), Focus = document.activeElement.dataset.sort;
		press('policy'); note();
		return {Up, Down, ByName: names(), Sorted, Focus};`, 0, &got)
	// On-demand costs $1/h and spot about $0.30/h, so greedy is cheapest and on-demand dearest.
	want := `{[greedy fallback:after=3 ondemand] [ondemand fallback:after=3 greedy] [fallback:after=3 greedy ondemand] [Cost ($) ascending Cost ($) descending Policy ascending] mean}`
	if text := fmt.Sprint(got); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

func TestPageInTheBrowserFitsAPhoneAndTheDark(t *testing.T) {
	b := newBrowser(t)
	page := filepath.Join(reportedSweep(t), "report.html")
	var got struct {
		Width, Scroll, Charts, Unnamed, Outside int
		Paper                                   string
	}
	const look = `
		const box = document.documentElement;
		const charts = [...document.querySelectorAll('.plot svg')];
		const outside = charts.flatMap(c => [...c.querySelectorAll('text')].filter(t => {
			const a = c.getBoundingClientRect(), b = t.getBoundingClientRect();
			return b.left < a.left - 1 || b.right > a.right + 1 || b.top < a.top - 1 || b.bottom > a.bottom + 1;
		}));
		return {Width: box.clientWidth, Scroll: box.scrollWidth, Charts: charts.length,
			Unnamed: charts.filter(c => (c.getAttribute('aria-label') || '').length < 40).length + [...document.querySelectorAll('button, select')].filter(e => !(e.getAttribute('aria-label') || e.textContent || e.labels.length)).length,
			Outside: outside.length, Paper: getComputedStyle(document.body).backgroundColor};`
	b.ask(page, look, 390, &got)
	if got.Width > 390 || got.Scroll > got.Width {
		t.Errorf("on a phone %d pixels wide the page is %d wide", got.Width, got.Scroll)
	}
	if got.Charts != 4 || got.Unnamed != 0 || got.Outside != 0 {
		t.Errorf("%d charts, want 4; %d without a name, %d texts cut off, want none", got.Charts, got.Unnamed, got.Outside)
	}
	if got.Paper != "rgb(255, 255, 255)" {
		t.Errorf("the light page is %s", got.Paper)
	}
	b.ask(page, look, 0, &got, "--window-size=1280,900", "--blink-settings=preferredColorScheme=0")
	if got.Paper != "rgb(23, 25, 27)" || got.Outside != 0 || got.Scroll > got.Width {
		t.Errorf("in the dark: %+v", got)
	}
}

func TestTimelineInTheBrowserZoomsAndIsTheRun(t *testing.T) {
	b := newBrowser(t)
	dir := reportedSweep(t)
	var got struct {
		From, To    float64
		Runs        []string
		Preempted   []float64
		CSV         string
		SVG         bool
		Screenreads string
	}
	b.ask(filepath.Join(dir, "report.html"), `
		const plot = document.getElementById('window');
		plot.dispatchEvent(new KeyboardEvent('keydown', {key: '+'}));
		plot.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight'}));
		const {from, to} = view;
		const parsed = new DOMParser().parseFromString(standalone(plot.querySelector('svg')), 'image/svg+xml');
		return {From: from, To: to, Runs: timeline.runs.map(r => r.policy), Preempted: timeline.runs.map(r => r.preempted),
			CSV: asCSV(timelineRows()).split('\n')[0], SVG: !parsed.querySelector('parsererror') && parsed.documentElement.namespaceURI === 'http://www.w3.org/2000/svg', Screenreads: document.querySelector('#window svg').getAttribute('aria-label')};`, 0, &got)
	// 48 hours; half of them is 12 to 36; a quarter of 24 later is 18 to 42.
	if got.From != 18 || got.To != 42 {
		t.Errorf("hours %v to %v are in view, want 18 to 42", got.From, got.To)
	}
	if fmt.Sprint(got.Runs) != "[greedy fallback:after=3 ondemand]" || !got.SVG || !strings.HasPrefix(got.CSV, "record,pool,purchase,time_h,value") {
		t.Errorf("got %+v", got)
	}
	folder, err := results.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for r := range folder.Runs() {
		if n == len(got.Preempted) {
			break
		}
		if float64(r.Summary.TotalPreemptions) != got.Preempted[n] {
			t.Errorf("%s: %v preemptions on the timeline, %d in runs.csv", r.Policy, got.Preempted[n], r.Summary.TotalPreemptions)
		}
		n++
	}
}
