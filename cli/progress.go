package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/suite"
)

// progress tells on a writer, meant for stderr, how far many runs have come: on a terminal
// in one line that is rewritten, elsewhere by a line now and then. Runs that take no longer
// than a second say nothing. A nil *progress says nothing at all. Its methods may be called
// from several goroutines.
type progress struct {
	mu       sync.Mutex
	w        io.Writer
	now      func() time.Time
	terminal bool
	total    int

	done   int
	failed int
	begun  time.Time
	told   time.Time // when it was last told; begun before that
	width  int       // of the line on the terminal
}

const (
	// quietFor is how long nothing is told.
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
	begun := now()
	return &progress{w: w, now: now, terminal: terminal, total: total, begun: begun, told: begun}
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
	if now.Sub(p.begun) > quietFor && now.Sub(p.told) >= wait {
		p.told = now
		p.tell(now.Sub(p.begun))
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

// tell writes how far the runs are, how fast they go and how long the rest will take.
func (p *progress) tell(elapsed time.Duration) {
	rate := float64(p.done) / elapsed.Seconds()
	line := fmt.Sprintf("%d of %d runs, %.0f a second", p.done, p.total, rate)
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

// progressFlags say whether progress is told.
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

// workers returns count workers that tell how far total runs have come, and what to call
// when they are done.
func (f *progressFlags) workers(w io.Writer, count, total int) (workers suite.Workers, done func()) {
	p := f.begin(w, total)
	return suite.Workers{Count: count, Ran: func() { p.Add(1) }}, p.Done
}
