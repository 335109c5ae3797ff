// Package cli is the command tessera, to be put into a program of one's own: import the
// policies you wrote for their registration, and call Main.
//
// The one idea to hold: a command makes a scenario of what its user says, hands it to the
// packages below, and prints what they return. It has no rule of the model in it.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/bobby-math/tessera/actors"
)

// Main carries out the command of os.Args and exits with its code. An interrupt or SIGTERM
// ends it in order, a second one at once.
func Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run carries out one command and returns its exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRootCommand()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if errors.Is(err, syscall.EPIPE) {
		return exitOK // the reader has seen enough
	}
	if err != nil {
		fmt.Fprintf(stderr, "tessera: %v\n", err)
		var panicked *actors.ActorPanic
		if errors.As(err, &panicked) {
			fmt.Fprintf(stderr, "%s", panicked.Stack)
		}
	}
	return exitCode(err)
}
