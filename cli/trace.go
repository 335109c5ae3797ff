package cli

import "github.com/spf13/cobra"

func newTraceCommand() *cobra.Command {
	trace := &cobra.Command{
		Use:     "trace",
		Short:   "Look into real histories of prices and availability",
		Example: `  tessera trace inspect g6.json`,
		Args:    knownCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	trace.AddCommand(newTraceInspectCommand(), newTraceConvertCommand())
	return trace
}
