package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/report"
)

const inspectHelp = `Inspect reads spot price histories and availability series, and shows how long and how
fine they are and what they hold.

Prices: the JSON of "aws ec2 describe-spot-price-history", or a CSV file whose header
names Timestamp and SpotPrice (dollars an hour), and where known AvailabilityZone or
Region, InstanceType and ProductDescription. Times without an offset are UTC. The mean is
weighted by time.

Availability: {"metadata":{"gap_seconds":G},"data":[...]} as of spot-traces, SkyServe and
the windows of sky_spot; date,availability files and prices by tick as of SkyNomad; event
logs as of Bamboo and Parcae; and the CSV that "tessera trace convert" writes. They may be
packed (.gz, .tar.gz) or lie in folders. What the numbers of a JSON file mean has to be
said with --polarity, for such files have been published with opposite meanings:

`

func newTraceInspectCommand() *cobra.Command {
	format := newFormat("table", "json", "csv")
	var flags traceFlags
	inspect := &cobra.Command{
		Use:   "inspect FILE|FOLDER...",
		Short: "Show what price histories and availability series hold",
		Long:  inspectHelp + polarityHelp(),
		Example: `  aws ec2 describe-spot-price-history --instance-types g6.xlarge > g6.json
  tessera trace inspect g6.json
  tessera trace inspect --polarity sky-spot multi_real_traces.tar.gz`,
		Args: flags.check,
		RunE: func(cmd *cobra.Command, files []string) error {
			prices, capacity, badFiles := flags.read(files)
			found := report.NewInspection(prices, capacity)
			found.Warn(cmd.ErrOrStderr())
			err := found.Write(cmd.OutOrStdout(), format.value)
			if errors.Is(err, report.ErrTwoTables) {
				err = usageError{err}
			}
			return errors.Join(err, badFiles)
		},
	}
	flags.define(inspect)
	format.add(inspect.Flags())
	return inspect
}
