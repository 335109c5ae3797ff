package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
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
	var format string
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
			write, ok := traceWriters[format]
			if !ok {
				return usageError{fmt.Errorf("--format: %q must be table, json or csv", format)}
			}
			prices, capacity, badFiles := flags.read(files)
			var found inspection
			for _, h := range prices {
				found.prices = append(found.prices, reportPrices(h))
			}
			for _, h := range capacity {
				found.capacity = append(found.capacity, reportCapacity(h))
			}
			found.warn(cmd.ErrOrStderr())
			return errors.Join(write(cmd.OutOrStdout(), found), badFiles)
		},
	}
	flags.define(inspect)
	inspect.Flags().StringVar(&format, "format", "table", "how to write the result: table, json or csv")
	return inspect
}

// inspection is what there is to say of all files that could be read.
type inspection struct {
	prices   []priceReport
	capacity []capacityReport
}

func (in inspection) warn(w io.Writer) {
	for _, r := range in.prices {
		r.warn(w)
	}
	for _, r := range in.capacity {
		r.warn(w)
	}
}

// traceWriters are the formats of the result.
var traceWriters = map[string]func(io.Writer, inspection) error{
	"table": writeTraceTables,
	"json":  writeTraceJSON,
	"csv":   writeTraceCSV,
}

func writeTraceJSON(w io.Writer, found inspection) error {
	reports := []any{}
	for _, r := range found.prices {
		reports = append(reports, r)
	}
	for _, r := range found.capacity {
		reports = append(reports, r)
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(reports)
}

// writeTraceCSV writes a line a series.
func writeTraceCSV(w io.Writer, found inspection) error {
	if len(found.prices) > 0 && len(found.capacity) > 0 {
		return usageError{errors.New("--format csv: prices and availability do not go into one table; inspect them apart")}
	}
	if len(found.capacity) > 0 {
		return csv.NewWriter(w).WriteAll(capacityLines(found.capacity))
	}
	return csv.NewWriter(w).WriteAll(priceLines(found.prices))
}

// writeTraceTables writes a table a price history, and then one of all availability
// series.
func writeTraceTables(w io.Writer, found inspection) error {
	var out bytes.Buffer
	writePriceTables(&out, found.prices)
	if len(found.prices) > 0 && len(found.capacity) > 0 {
		out.WriteByte('\n')
	}
	writeCapacityTable(&out, found.capacity)
	_, err := out.WriteTo(w)
	return err
}
