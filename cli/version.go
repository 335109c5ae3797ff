package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// build is what this program was made from.
type build struct {
	version, revision string
	modified          bool
}

// version of the program; release builds may set it with -ldflags "-X github.com/bobby-math/tessera/cli.version=...".
var version = "devel"

// readBuild returns what the Go toolchain noted when it built this program. Without it (as
// under go run) the revision is "unknown".
func readBuild() build {
	b := build{version: version, revision: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; b.version == "devel" && v != "" && v != "(devel)" {
		b.version = v // as go install fetched it
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.revision = s.Value
		case "vcs.modified":
			b.modified = s.Value == "true"
		}
	}
	return b
}

func versionText() string {
	b := readBuild()
	return fmt.Sprintf("tessera %s, revision %s, %s %s/%s", b.version, b.revision, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), versionText())
			return err
		},
	}
}

// noArguments is cobra.NoArgs with the exit code of a usage error.
func noArguments(cmd *cobra.Command, args []string) error {
	if err := cobra.NoArgs(cmd, args); err != nil {
		return usageError{err}
	}
	return nil
}
