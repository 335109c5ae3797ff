package cli

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

func newTraceCommand() *cobra.Command {
	trace := &cobra.Command{
		Use:   "trace",
		Short: "Look into real histories of prices and availability",
	}
	trace.AddCommand(newTraceInspectCommand(), newTraceConvertCommand())
	return trace
}

// writeAligned writes lines of equally many cells, the first left columns aligned to
// the left and the others, which are numbers, to the right.
func writeAligned(out *bytes.Buffer, lines [][]string, left int) {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, line := range lines {
		for i, cell := range line {
			if i > 0 {
				out.WriteString("  ")
			}
			switch {
			case i >= left:
				fmt.Fprintf(out, "%*s", widths[i], cell)
			case i == len(line)-1:
				out.WriteString(cell)
			default:
				fmt.Fprintf(out, "%-*s", widths[i], cell)
			}
		}
		out.WriteByte('\n')
	}
}

func orDash(name string) string {
	if name == "" {
		return "-"
	}
	return name
}

// tablePrice writes dollars an hour with as many decimals as AWS does.
func tablePrice(usd float64) string { return strconv.FormatFloat(usd, 'f', 6, 64) }

// readableSeconds writes a time in the unit that suits its length.
func readableSeconds(s float64) string {
	switch {
	case s >= 48*3600:
		return fmt.Sprintf("%.1f d", s/(24*3600))
	case s >= 3600:
		return fmt.Sprintf("%.1f h", s/3600)
	case s >= 60:
		return fmt.Sprintf("%.1f min", s/60)
	}
	return fmt.Sprintf("%.0f s", s)
}

// exactSeconds writes a time in seconds with all its decimals.
func exactSeconds(s float64) string { return plainNumber(s) + " s" }

func plainNumber(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
