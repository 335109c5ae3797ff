package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"
)

// progress reports on a writer, meant for stderr, how many of many runs are done: on a terminal
// in one line that is rewritten, elsewhere by a line now and then. Runs that take no longer
// than a second say nothing. A nil *progress says nothing at all. Its methods may be called
// from several goroutines.
type progress struct {
	mu       sync.Mutex
	w        io.Writer
	now      func() time.Time
	terminal bool
	total    int
	unit     string // what is counted

	done    int
	failed  int
	started time.Time
	last    time.Time // when it was last reported; started before that
	width   int       // of the line on the terminal
}

const (
	// quietFor is how long nothing is reported.
	quietFor = time.Second
	// redraw and newLine are the times between two lines on a terminal and elsewhere.
	redraw  = 200 * time.Millisecond
	newLine = 10 * time.Second
)

// newProgress returns the progress of total runs, which begin now; nil if w is no file, for
// what is kept in memory must not depend on the speed of the machine.
func newProgress(w io.Writer, total int) *progress {
	file, ok := w.(*os.File)
	if !ok {
		return nil
	}
	return startProgress(file, isTerminal(file), total, time.Now)
}

// isTerminal tells whether what is written to f can be rewritten; so it can be on the null
// device, where it does no harm.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

func startProgress(w io.Writer, terminal bool, total int, now func() time.Time) *progress {
	started := now()
	return &progress{w: w, now: now, terminal: terminal, total: total, unit: "runs", started: started, last: started}
}

// Add says that n more runs are done.
func (p *progress) Add(n int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	now := p.now()
	wait := newLine
	if p.terminal {
		wait = redraw
	}
	if now.Sub(p.started) > quietFor && now.Sub(p.last) >= wait {
		p.last = now
		p.report(now.Sub(p.started))
	}
}

// Fail says that n of the runs that are done failed.
func (p *progress) Fail(n int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed += n
}

// Done says that no more will come, and clears the line on a terminal.
func (p *progress) Done() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.width > 0 {
		fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", p.width))
		p.width = 0
	}
}

// report writes how many runs are done, how fast they go and how long the rest will take.
func (p *progress) report(elapsed time.Duration) {
	rate := float64(p.done) / elapsed.Seconds()
	line := fmt.Sprintf("%d of %d %s, %.0f a second", p.done, p.total, p.unit, rate)
	if rate > 0 {
		left := time.Duration(float64(p.total-p.done) / rate * float64(time.Second))
		line += fmt.Sprintf(", %v left", left.Round(time.Second))
	}
	if p.failed > 0 {
		line += fmt.Sprintf(", %d failed", p.failed)
	}
	if !p.terminal {
		fmt.Fprintln(p.w, line)
		return
	}
	fmt.Fprintf(p.w, "\r%-*s", p.width, line)
	p.width = max(p.width, len(line))
}

// progressFlags say whether progress is reported.
type progressFlags struct{ quiet, none bool }

func (f *progressFlags) add(flags *pflag.FlagSet) {
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "print the results only: no progress")
	flags.BoolVar(&f.none, "no-progress", false, "no progress on stderr")
}

// begin returns the progress of total runs, or nil if none is wanted.
func (f *progressFlags) begin(w io.Writer, total int) *progress {
	if f.quiet || f.none {
		return nil
	}
	return newProgress(w, total)
}

// expect says that n runs are to be done beside those that are.
func (p *progress) expect(n int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total = p.done + n
}

// points says that so many of the points of a sweep are resolved and checked.
func (p *progress) points(done, total int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.unit, p.total = "points", total
	n := done - p.done
	p.mu.Unlock()
	p.Add(n)
}
