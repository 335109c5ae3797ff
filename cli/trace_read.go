package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/input"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/scenario"
)

// traceFlags say of traces what the files do not.
type traceFlags struct {
	polarity polarityValue
	gap      time.Duration
}

func (f *traceFlags) define(cmd *cobra.Command) {
	cmd.Flags().Var(&f.polarity, "polarity", "what the numbers of availability mean: available, available-any, unavailable, or a data set")
	cmd.Flags().DurationVar(&f.gap, "gap", 0, "time between ticks instead of the one declared (195s)")
}

func (f *traceFlags) check(cmd *cobra.Command, files []string) error {
	if len(files) == 0 {
		return usageError{fmt.Errorf("trace %s: name at least one FILE", cmd.Name())}
	}
	if cmd.Flags().Changed("gap") && f.gap <= 0 {
		return usageError{fmt.Errorf("--gap %v: must be > 0", f.gap)}
	}
	return nil
}

// polarityHelp describes the polarities.
func polarityHelp() string {
	var out bytes.Buffer
	lines := [][]string{
		{"  available", "the number is how many instances can be had"},
		{"  unavailable", "1 = none can be had, 0 = as many as you ask for"},
		{"  available-any", "1 = as many as you ask for, 0 = none can be had"},
	}
	for _, p := range traces.Presets() {
		lines = append(lines, []string{"  " + p.Name, p.Polarity.String() + ", for " + p.Doc})
	}
	report.Align(&out, len(lines[0]), lines) //nolint:errcheck // a buffer takes everything
	return out.String()
}

// polarityValue is a flag that takes a polarity or the name of a data set.
type polarityValue traces.Polarity

func (v *polarityValue) Type() string { return "polarity" }

func (v *polarityValue) String() string {
	if *v == polarityValue(traces.Unsaid) {
		return ""
	}
	return traces.Polarity(*v).String()
}

func (v *polarityValue) Set(text string) error {
	p, err := traces.ParsePolarity(text)
	if err != nil {
		var sets []string
		for _, p := range traces.Presets() {
			sets = append(sets, p.Name)
		}
		return fmt.Errorf("polarity %s must be available (the number of instances that can be had), available-any (1 = as many as you ask for) "+
			"or unavailable (1 = none can be had), or the name of a data set: %s", input.Quote(text), strings.Join(sets, ", "))
	}
	*v = polarityValue(p)
	return nil
}

// read reads every file and every folder of files that can be read; the error joins what
// is wrong with the others.
func (f *traceFlags) read(args []string) (prices []*traces.PriceHistory, capacity []*traces.CapacityHistory, err error) {
	files, err := scenario.TraceFiles(args)
	errs := []error{}
	if err != nil {
		errs = append(errs, inputError{err})
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			errs = append(errs, inputError{err})
			continue
		}
		if traces.LooksLikePrices(data) {
			h, err := traces.ReadPrices(file, bytes.NewReader(data))
			if err == nil {
				prices = append(prices, h)
			}
			errs = append(errs, err)
			continue
		}
		options := traces.CapacityOptions{Polarity: traces.Polarity(f.polarity), Gap: f.gap}
		histories, err := traces.ReadCapacity(file, bytes.NewReader(data), options)
		if unsaid := (*traces.PolarityError)(nil); errors.As(err, &unsaid) {
			return nil, nil, usageError{fmt.Errorf("--polarity: %w", err)} // once for all
		}
		capacity = append(capacity, histories...)
		errs = append(errs, err)
	}
	errs = append(errs, traces.JoinPrices(capacity))
	traces.WarnOfTwins(capacity)
	return prices, capacity, errors.Join(errs...)
}
