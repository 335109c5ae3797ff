package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/bobby-math/tessera/spelling"
)

const rootHelp = `Simulate policies that run work on spot (preemptible) cloud capacity: what each would
have cost, how late it would have been, and how the policies compare, without renting a
machine. The same command and seed give the same results, to the byte.`

const rootExample = `  tessera                                       100 tasks over 48 hours, three policies
  tessera -p greedy,fallback:after=1 --seed 7   other policies, another market
  tessera --prices history.json --instance-type p3.2xlarge --ondemand-price 3.06
                                                real prices, every zone a pool`

// newRootCommand returns the command, which by itself runs a simulation.
func newRootCommand() *cobra.Command {
	root := newSimulateCommand("")
	root.Use = "tessera"
	root.Short = "Simulate policies on spot capacity"
	root.Long = rootHelp
	root.Example = rootExample
	root.Version = versionText()
	root.SetVersionTemplate("{{.Version}}\n")
	root.SilenceErrors, root.SilenceUsage = true, true
	root.PersistentFlags().Var(choice("warn", "debug", "info", "warn", "error"), "log-level", "what to log, on stderr")
	root.SetFlagErrorFunc(flagError)
	root.Args = knownCommand
	root.AddCommand(newInitCommand(), newValidateCommand(), newRunCommand(), newShowCommand(), newSweepCommand(), newMergeCommand(), newCompareCommand(), newReportCommand(), newReplayCommand(), newPoliciesCommand(), newTraceCommand(), newSuiteCommand(), newSimulateCommand("job"), newSimulateCommand("service"), newVersionCommand())
	return root
}

// flagError makes a mistake with a flag a usage error, and names the flag that may have
// been meant.
func flagError(cmd *cobra.Command, err error) error {
	if errors.Is(err, pflag.ErrHelp) { // -h
		return err
	}
	text := err.Error()
	if name, unknown := strings.CutPrefix(text, "unknown flag: --"); unknown {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		text += spelling.DidYouMean(name, names)
	}
	return usageError{fmt.Errorf("%s (see %s --help)", text, cmd.CommandPath())}
}

// knownCommand refuses arguments of the root command, which are commands that do not exist.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	return usageError{fmt.Errorf("unknown command %q%s (see %s --help)", args[0], spelling.DidYouMean(args[0], names), cmd.CommandPath())}
}

// newLogger logs to stderr, at the level of --log-level.
func newLogger(cmd *cobra.Command) *zap.Logger {
	level, err := zapcore.ParseLevel(cmd.Flag("log-level").Value.String())
	if err != nil {
		panic(err) // the flag takes known levels only
	}
	encoder := zapcore.NewConsoleEncoder(zapcore.EncoderConfig{
		LevelKey: "level", MessageKey: "message", ConsoleSeparator: ": ",
		EncodeLevel:    zapcore.LowercaseLevelEncoder,
		EncodeDuration: zapcore.StringDurationEncoder,
	})
	return zap.New(zapcore.NewCore(encoder, zapcore.AddSync(cmd.ErrOrStderr()), level))
}
