package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newShowCommand() *cobra.Command {
	flags := scenarioFlags{}
	origin := false
	cmd := &cobra.Command{
		Use:   "show [FILE | job | service]",
		Short: "Print the scenario that tessera run would run, with every value, and where each comes from",
		Long: `Prints the scenario of a file and flags, or of flags alone, with every key that has a value:
a file that tessera run takes for the same results. Paths in it begin at the root.`,
		Example: `  tessera show scenario.yaml --seed 7 --origin`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{fmt.Errorf("show: takes one FILE, not %d", len(args))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			resolved, err := flags.resolve(cmd, append(args, "")[0])
			if err != nil {
				return err
			}
			log := newLogger(cmd)
			for _, w := range resolved.Warnings {
				log.Warn(w)
			}
			return resolved.Write(cmd.OutOrStdout(), origin)
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&origin, "origin", false, "say behind every value where it comes from: default, file, environment or flag")
	flags.add(cmd.Flags())
	twoHelps(cmd, "")
	return cmd
}
