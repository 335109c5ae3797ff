package cli

import (
	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/scenario/spec"
)

func newInitCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "init",
		Short:   "Print the default scenario as a file to begin with, every key explained",
		Example: `  tessera init > scenario.yaml`,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return spec.WriteDefault(cmd.OutOrStdout())
		},
	}
}
