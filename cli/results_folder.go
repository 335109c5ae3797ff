package cli

import (
	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/results"
)

// openFolder opens the results of a sweep and says on stderr what is doubtful about them.
func openFolder(cmd *cobra.Command, dir string) (*results.Folder, error) {
	folder, err := results.Open(dir)
	if err != nil {
		return nil, err
	}
	for _, w := range folder.Warnings {
		newLogger(cmd).Warn(w)
	}
	return folder, nil
}
