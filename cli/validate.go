package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/scenario/spec"
)

func newValidateCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "validate FILE...",
		Short:   "Check scenario files, and the files they name, and list all that is wrong",
		Example: `  tessera validate scenario.yaml`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New("validate: name at least one FILE")}
			}
			return nil
		},
		RunE: validate,
	}
}

// validate prints a line for each file that is right, and returns what is wrong with the
// others.
func validate(cmd *cobra.Command, files []string) error {
	log := newLogger(cmd)
	var all spec.Problems
	for _, file := range files {
		r, err := spec.Load(file, cmd.InOrStdin(), nil)
		var problems spec.Problems
		switch {
		case errors.As(err, &problems):
			all = append(all, problems...)
			continue
		case err != nil:
			all = append(all, spec.Problem{Message: err.Error(), Content: true, Err: err})
			continue
		}
		for _, w := range r.Warnings {
			log.Warn(file + ": " + w)
		}
		s := r.Scenario
		fmt.Fprintf(cmd.OutOrStdout(), "%s: ok, %s, %d pools, %d policies\n", file, workInWords(s), len(s.Pools), len(s.Policies))
	}
	if all != nil {
		return inputError{all}
	}
	return nil
}
