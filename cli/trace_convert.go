package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/market/traces"
)

const convertHelp = `Convert reads availability series as "tessera trace inspect" does, joins prices by tick to
those of their zone and type, and writes them as one CSV file:

  time           seconds since the earliest of the series began
  zone, instance_type
  price          dollars an hour; empty where it is not known
  available      how many instances can be had, inf for as many as you ask for; empty
                 where it is not known

Each series ends with a row that has neither, at the time until which it is known. There
can be one series of each zone and instance type. --polarity takes:

`

func newTraceConvertCommand() *cobra.Command {
	var output string
	var flags traceFlags
	convert := &cobra.Command{
		Use:   "convert FILE|FOLDER...",
		Short: "Write availability series as one CSV file",
		Long:  convertHelp + polarityHelp(),
		Example: `  tessera trace convert --polarity spot-traces us-east-1a_v100_1.json -o v100.csv
  tessera trace convert availability-*.csv.gz v100_spot_prices.json --gap 195s -o v100.csv`,
		Args: flags.check,
		RunE: func(cmd *cobra.Command, files []string) error {
			prices, capacity, err := flags.read(files)
			if err != nil {
				return err
			}
			if len(prices) > 0 {
				return inputError{fmt.Errorf("%s: a price history, not an availability series", prices[0].Name)}
			}
			var series []traces.CapacitySeries
			for _, h := range capacity {
				for _, text := range h.Warnings {
					fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s\n", h.Name, text)
				}
				series = append(series, h.Series...)
			}
			if output == "" {
				return traces.WriteCapacity(cmd.OutOrStdout(), series)
			}
			file, err := openOutput("--output", output)
			if err != nil {
				return err
			}
			defer file.discard()
			return file.save(traces.WriteCapacity(file, series))
		},
	}
	flags.define(convert)
	convert.Flags().StringVarP(&output, "output", "o", "", "file to write; stdout if it is empty")
	return convert
}
