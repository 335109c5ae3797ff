package cli

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/suite"
	"github.com/bobby-math/tessera/sweep"
)

func newSuiteCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "suite",
		Short:   "Re-run published evaluations",
		Example: `  tessera suite skyserve --data DIR -o out`,
		Args:    knownCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, s := range suite.All() {
		cmd.AddCommand(newOneSuite(s))
	}
	return cmd
}

// suiteRun is a command that runs a suite: its flags.
type suiteRun struct {
	folderRun
	suite  *suite.Suite
	format *formatValue
	values map[string]*[]string
}

// newOneSuite returns the command of a suite, with a flag for each of its settings.
func newOneSuite(of *suite.Suite) *cobra.Command {
	s := &suiteRun{suite: of, format: newFormat("table", "csv", "json"), values: map[string]*[]string{}}
	cmd := &cobra.Command{
		Use: of.Name + " --data DIR", Short: of.Short, Long: of.Long, Example: of.Example, Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	for _, setting := range append(suite.Common, of.Settings...) {
		short := map[string]string{"policies": "p"}[setting.Name]
		s.values[setting.Name] = f.StringSliceP(setting.Name, short, nil, fmt.Sprintf("%s (default %s)", setting.Doc, setting.Default))
	}
	s.format.add(f)
	s.folderRun.add(f, "")
	return cmd
}

func (s *suiteRun) run(cmd *cobra.Command) error {
	started := time.Now()
	_, err := readEnvironment(cmd.Flags())
	if err := errors.Join(err, s.check(cmd.Flags())); err != nil {
		return usageError{err}
	}
	settings := sweep.Settings{}
	for name, value := range s.values {
		if *value != nil {
			settings[name] = *value
		}
	}
	world, err := sweep.LoadCases(s.suite.Name, settings, sweep.Options{Engine: engineVersion()})
	if err != nil {
		return suiteError(err)
	}
	rows, err := s.rows(cmd, world, started)
	if err != nil || rows == nil {
		return err
	}
	for _, r := range rows {
		if r.Status == results.Failed {
			return failedError{fmt.Errorf("a run failed: %s under %s: %s", r.Point(), r.Policy, r.Error)}
		}
	}
	return s.print(cmd.OutOrStdout(), world, rows)
}

// suiteError tells mistakes in settings, which are flags, from those in data.
func suiteError(err error) error {
	var setting *suite.SettingError
	if errors.As(err, &setting) {
		return usageError{errors.New("--" + strings.ReplaceAll(err.Error(), "\n", "\n--"))}
	}
	return inputError{err}
}

// rows runs the suite, in a folder if there is one, and returns its rows; nil of a shard.
func (s *suiteRun) rows(cmd *cobra.Command, world *sweep.Sweep, started time.Time) ([]*results.Run, error) {
	if s.output == "" {
		log := newLogger(cmd)
		for _, w := range world.Warnings {
			log.Warn(w)
		}
		defer collectSeldom()()
		line := s.begin(cmd.ErrOrStderr(), 0)
		defer line.Done()
		return world.Rows(cmd.Context(), s.options(cmd, line))
	}
	out, err := s.folderRun.run(cmd, world, started)
	if err != nil {
		return nil, err
	}
	if s.shard != "" {
		s.say(cmd, out)
		return nil, nil
	}
	folder, err := openFolder(cmd, s.output)
	if err != nil {
		return nil, err
	}
	return collect(folder.Runs())
}

// print writes the rows in the published form, or what they sum up to.
func (s *suiteRun) print(w io.Writer, world *sweep.Sweep, rows []*results.Run) error {
	if s.format.value == "table" {
		return world.Print(w, rows)
	}
	table := [][]string{nil}
	for _, c := range s.suite.Columns {
		table[0] = append(table[0], c.Name)
	}
	for _, r := range rows {
		var row []string
		for _, c := range s.suite.Columns {
			row = append(row, c.Value(r))
		}
		table = append(table, row)
	}
	if s.format.value == "csv" {
		return csv.NewWriter(w).WriteAll(table)
	}
	list := make([]map[string]any, len(rows))
	for i := range rows {
		list[i] = map[string]any{}
		for n, value := range table[i+1] {
			list[i][table[0][n]] = report.JSONValue(value)
		}
	}
	out := json.NewEncoder(w)
	out.SetIndent("", " ")
	return out.Encode(list)
}
