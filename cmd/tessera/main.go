// Command tessera simulates policies that run work on spot capacity.
package main

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

func main() {
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
