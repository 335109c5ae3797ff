package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// commandsBelow returns a command and all below it, but for those that cobra makes.
func commandsBelow(cmd *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{cmd}
	for _, c := range cmd.Commands() {
		if c.Name() != "completion" && c.Name() != "help" {
			all = append(all, commandsBelow(c)...)
		}
	}
	return all
}

// Every command has both helps: the short one with an example, the long one with all flags.
func TestEveryCommandHasTwoHelps(t *testing.T) {
	for _, cmd := range commandsBelow(newRootCommand()) {
		t.Run(cmd.CommandPath(), func(t *testing.T) {
			path := strings.Fields(cmd.CommandPath())[1:]
			long, short := ok(t, append(path, "--help")...), ok(t, append(path, "-h")...)
			if cmd.Runnable() && cmd.Name() != "version" && cmd.Name() != "policies" && cmd.Name() != "init" {
				if first, _, _ := strings.Cut(strings.TrimSpace(cmd.Example), "\n"); first == "" || !strings.Contains(short, first) {
					t.Errorf("-h has not the example %q:\n%s", first, short)
				}
			}
			cmd.Flags().VisitAll(func(f *pflag.Flag) {
				if has := strings.Contains(long, "--"+f.Name+" ") || strings.Contains(long, "--"+f.Name+"\n"); has == f.Hidden && f.Name != "help" {
					t.Errorf("--help has --%s: %v", f.Name, has)
				}
			})
			for line := range strings.Lines(long + short) {
				if n := len([]rune(strings.TrimSpace(line))); n > 120 && !strings.Contains(line, "tessera/") {
					t.Errorf("a line of %d characters: %s", n, line)
				}
			}
		})
	}
}

// The short help of a command that runs a scenario shows ten flags, the common ones first.
func TestShortHelpShowsTenFlags(t *testing.T) {
	flag := regexp.MustCompile(`(?m)^ +(-\w, )?--[a-z-]+`)
	for _, command := range []string{"", "run", "job", "service"} {
		text := ok(t, append(strings.Fields(command), "-h")...)
		if n := len(flag.FindAllString(text, -1)); n != 10 {
			t.Errorf("tessera %s -h shows %d flags:\n%s", command, n, text)
		}
		if all := strings.TrimRight("All flags: tessera "+command, " ") + " --help"; !strings.Contains(text, all) {
			t.Errorf("tessera %s -h does not say %q", command, all)
		}
		if len(strings.Split(text, "\n")) > 45 {
			t.Errorf("tessera %s -h is longer than a terminal:\n%s", command, text)
		}
	}
	long := ok(t, "--help")
	for _, g := range scenarioGroups {
		if !strings.Contains(long, "\n"+g.title+":\n") {
			t.Errorf("--help has no group %q", g.title)
		}
	}
}

// The examples in the help of every command run: on the files that they name.
func TestExamplesInTheHelpRun(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh here")
	}
	root, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	comment := regexp.MustCompile(`   +\S.*$`)
	n := 0
	for _, cmd := range commandsBelow(newRootCommand()) {
		text := strings.ReplaceAll(cmd.Example, "\\\n", " ")
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "  tessera") {
				continue
			}
			example := comment.ReplaceAllString(strings.TrimSpace(line), "")
			if slices.ContainsFunc(needsData, func(part string) bool { return strings.Contains(example, part) }) {
				continue
			}
			n++
			t.Run(example, func(t *testing.T) {
				inExampleFolder(t, root, cmd.CommandPath())
				if before, after, ok := strings.Cut(example, "873b679c"); ok { // a run of another sweep
					example = before + rowsOf(t, "out")[0]["run_id"][:8] + after
				}
				if strings.Contains(example, "--shard 2/3") { // others make the other shards
					tessera(t, exitOK, "sweep", "sweep.yaml", "--shard", "1/3", "-o", "out")
					tessera(t, exitOK, "sweep", "sweep.yaml", "--shard", "3/3", "-o", "out")
				}
				finish(t, exec.Command(sh, "-ec", example), exitOK)
			})
		}
	}
	if n < 15 {
		t.Errorf("only %d examples were run", n)
	}
}

// needsData are parts of examples that need published data, or what cannot be made up here.
var needsData = []string{"suite cant-be-late-multi", "multi_real_traces.tar.gz", "availability-*.csv.gz"}

// inExampleFolder changes to a folder with the files that the examples of a command name.
func inExampleFolder(t *testing.T, root, command string) {
	t.Helper()
	inFolder(t)
	ticks := `{"metadata":{"gap_seconds":600},"data":[` + strings.Repeat("0,0,0,1,", 100) + `0]}`
	available := strings.NewReplacer("0", "4", "1", "2").Replace(strings.Repeat("0,0,0,1,", 100))
	for _, name := range []string{"us-west-2b_v100_1.json", "us-east-1a_v100_1.json", "A.json", "B.json"} {
		write(t, name, ticks)
	}
	write(t, "egress.csv", "from_region,to_region,price_usd_per_gb\nA,B,0.02\nB,A,0.02\n")
	history := `{"SpotPriceHistory":[{"AvailabilityZone":"us-east-1a","InstanceType":"p3.2xlarge","ProductDescription":"Linux/UNIX","SpotPrice":"0.9","Timestamp":"2030-01-01T00:00:00Z"},
{"AvailabilityZone":"us-east-1a","InstanceType":"p3.2xlarge","ProductDescription":"Linux/UNIX","SpotPrice":"1.0","Timestamp":"2030-01-09T00:00:00Z"}]}`
	write(t, "history.json", history)
	write(t, "g6.json", history)
	write(t, "scenario.yaml", "schema: tessera/v1\nduration: 6h\nworkload: {tasks: 5}\npolicies: [greedy, ondemand]\n")
	write(t, "sweep.yaml", "schema: tessera/sweep/v1\nscenario: scenario.yaml\nseeds: 1..3\n")
	switch {
	case strings.Contains(command, "compare"), strings.Contains(command, "report"), strings.Contains(command, "replay"):
		for _, dir := range []string{"out", "earlier"} {
			tessera(t, exitOK, "sweep", "sweep.yaml", "-q", "-o", dir)
		}
	case strings.Contains(command, "merge"):
		tessera(t, exitOK, "sweep", "sweep.yaml", "--shard", "1/2", "-o", "out")
		tessera(t, exitOK, "sweep", "sweep.yaml", "--shard", "2/2", "-o", "out")
	}
	if err := os.Mkdir("DIR", 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, "DIR/us-east-1a_v100_1.json", `{"metadata":{"gap_seconds":600},"data":[`+available+`4]}`)
	if strings.Contains(command, "suite") {
		name := map[bool]string{true: "cant-be-late", false: "skyserve"}[strings.Contains(command, "cant-be-late")]
		if err := os.RemoveAll("DIR"); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(root, "examples", name), "DIR"); err != nil {
			t.Fatal(err)
		}
	}
}
