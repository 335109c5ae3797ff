package cli

import "github.com/spf13/cobra"

func newTraceCommand() *cobra.Command {
	trace := &cobra.Command{
		Use:   "trace",
		Short: "Look into real histories of prices and availability",
	}
	trace.AddCommand(newTraceInspectCommand(), newTraceConvertCommand())
	return trace
}
