package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/scenario/spec"
)

// twoHelps gives a command with the flags of a scenario a short help, -h, with those that
// people need first, and one with all flags in groups, --help.
func twoHelps(cmd *cobra.Command, preset string) {
	cmd.Flags().Bool("help", false, "all flags")
	cmd.SetHelpFunc(func(of *cobra.Command, _ []string) {
		if of != cmd || of.Flags().Changed("help") { // of a command below, too
			longHelp(of.OutOrStdout(), of, preset)
			return
		}
		shortHelp(of.OutOrStdout(), of)
	})
}

// firstFlags are the flags that people need first, by command.
var firstFlags = map[string][]string{
	"tessera": {"policies", "tasks", "duration", "seed", "prices", "instance-type", "spot-price", "ondemand-price", "output", "format"},
	"sweep":   {"seeds", "until", "policies", "set", "output", "jobs", "shard", "resume", "dry-run", "events"},
	"show":    {"origin", "policies", "seed", "duration", "set"},
	"replay":  {"at", "run", "policies", "seed", "set"},
	"job":     {"capacity", "polarity", "work", "deadline", "restart-overhead", "policies", "spot-price", "ondemand-price", "output", "format"},
	"service": {"capacity", "replicas", "extra", "requests", "duration", "policies", "spot-price", "ondemand-price", "output", "format"},
}

func shortHelp(w io.Writer, cmd *cobra.Command) {
	example, _, _ := strings.Cut(strings.TrimSpace(cmd.Example), "\n")
	fmt.Fprintf(w, "%s\n\nUsage: %s\n\n  %s\n\n", cmd.Short, cmd.UseLine(), example)
	names, ok := firstFlags[cmd.Name()]
	if !ok {
		names = firstFlags["tessera"]
	}
	var rows [][2]string
	for _, name := range names {
		if f := cmd.Flags().Lookup(name); f != nil {
			rows = append(rows, flagLine(f, firstClause(usageOf(f))))
		}
	}
	printFlags(w, rows)
	commands(w, cmd)
	fmt.Fprintf(w, "\nAll flags: %s --help\n", cmd.CommandPath())
}

// longHelp shows the flags in their groups, with range and default.
func longHelp(w io.Writer, cmd *cobra.Command, preset string) {
	text := cmd.Long
	if text == "" {
		text = cmd.Short
	}
	fmt.Fprintf(w, "%s\n\nUsage: %s\n", text, cmd.UseLine())
	if cmd.Example != "" {
		fmt.Fprintf(w, "\nExamples:\n%s\n", cmd.Example)
	}
	if preset != "" {
		fmt.Fprintln(w, "\nDefaults that go before those below:")
		printFlags(w, [][2]string{{"", spec.PresetText(preset)}})
	}
	grouped, rest := map[string]bool{"help": true}, "Flags"
	group := func(title string, flags []*pflag.Flag) {
		var rows [][2]string
		for _, f := range flags {
			if grouped[f.Name] = true; !f.Hidden {
				rows = append(rows, flagLine(f, usageOf(f)+defaultOf(f)))
			}
		}
		fmt.Fprintf(w, "\n%s:\n", title)
		printFlags(w, rows)
	}
	for _, g := range scenarioGroups {
		if cmd.Flags().Lookup("set") == nil {
			break
		}
		rest = "Output and the rest"
		var flags []*pflag.Flag
		for _, row := range g.flags {
			flags = append(flags, cmd.Flags().Lookup(row.name))
		}
		group(g.title, flags)
	}
	var others []*pflag.Flag
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !grouped[f.Name] {
			others = append(others, f)
		}
	})
	if others != nil {
		group(rest, others)
	}
	commands(w, cmd)
}

// usageOf returns what a flag is, as a sentence without its full stop.
func usageOf(f *pflag.Flag) string {
	_, usage := pflag.UnquoteUsage(f)
	return strings.ToUpper(usage[:1]) + strings.TrimSuffix(usage[1:], ".")
}

// defaultOf returns the range and the default of a flag.
func defaultOf(f *pflag.Flag) string {
	v, isKey := f.Value.(*keyValue)
	switch {
	case strings.Contains(f.Usage, "default"), !isKey && slices.Contains([]string{"", "false", "[]", "0", "0s"}, f.DefValue):
		return ""
	case !isKey:
		return fmt.Sprintf(" (default %s)", f.DefValue)
	case v.key.Choices != nil:
		return fmt.Sprintf(" (%s; default %s)", v.key.Range, v.key.Default)
	}
	return fmt.Sprintf(" (default %s)", v.key.Default)
}

// commands lists the commands below cmd.
func commands(w io.Writer, cmd *cobra.Command) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	fmt.Fprint(w, "\nCommands:\n")
	longest := 0
	for _, c := range cmd.Commands() {
		longest = max(longest, len(c.Name()))
	}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			fmt.Fprintf(w, "  %-*s %s\n", longest, c.Name(), c.Short)
		}
	}
}

// flagLine returns a flag with what stands for its value, and what it is.
func flagLine(f *pflag.Flag, doc string) [2]string {
	value, _ := pflag.UnquoteUsage(f)
	name := "      --" + f.Name
	if f.Shorthand != "" {
		name = "  -" + f.Shorthand + ", --" + f.Name
	}
	if f.Value.Type() != "bool" && f.Value.Type() != "boolfunc" {
		name += " " + value
	}
	return [2]string{name, doc}
}

func firstClause(doc string) string {
	for _, end := range []string{". ", "; ", ": ", " ("} {
		doc, _, _ = strings.Cut(doc, end)
	}
	return doc
}

// printFlags writes flags and what they are, broken so that a terminal shows it.
func printFlags(w io.Writer, rows [][2]string) {
	const column, width = 30, 100
	for _, row := range rows {
		line := fmt.Sprintf("%-*s", column, row[0])
		if len(row[0]) >= column {
			fmt.Fprintln(w, row[0])
			line = strings.Repeat(" ", column)
		}
		start := true
		for word := range strings.FieldsSeq(row[1]) {
			if !start && len(line)+1+len(word) > width {
				fmt.Fprintln(w, line)
				line, start = strings.Repeat(" ", column), true
			}
			line, start = line+" "+word, false
		}
		fmt.Fprintln(w, line)
	}
}
