package cli

import (
	"context"
	"errors"
	"io/fs"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/workload"
)

// The exit codes of every command.
const (
	exitOK          = 0
	exitInternal    = 1
	exitUsage       = 2
	exitInput       = 3
	exitPolicy      = 4
	exitCheck       = 5
	exitInterrupted = 130
)

// usageError is a mistake on the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// inputError is a file that cannot be read, used or written.
type inputError struct{ error }

func (e inputError) Unwrap() error { return e.error }

// checkError is a check that the user asked for and that failed.
type checkError struct{ error }

func (e checkError) Unwrap() error { return e.error }

// exitCode returns the exit code for what a command returned.
func exitCode(err error) int {
	var (
		usage  usageError
		input  inputError
		trace  *traces.Error
		tasks  *workload.FileError
		path   *fs.PathError
		policy *actors.PolicyError
		failed failedError
		check  checkError
		file   *results.FileError
	)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &check):
		return exitCheck
	case errors.As(err, &input), errors.As(err, &trace), errors.As(err, &tasks), errors.As(err, &file), errors.As(err, &path):
		return exitInput
	case errors.As(err, &policy), errors.As(err, &failed):
		return exitPolicy
	}
	return exitInternal
}
