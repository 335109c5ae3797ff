package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/goccy/go-yaml"
)

// inExample changes to a folder that has the files of examples/sweep, with the results of
// its sweep in one piece in ref.
func inExample(t *testing.T) {
	t.Helper()
	example, err := filepath.Abs(filepath.Join(repository, "examples/sweep"))
	if err != nil {
		t.Fatal(err)
	}
	dir := inFolder(t)
	if err := os.CopyFS(dir, os.DirFS(example)); err != nil {
		t.Fatal(err)
	}
	tessera(t, exitOK, "sweep", "sweep.yaml", "-o", "ref")
}

// find returns what the parentheses of a pattern match in a file.
func find(t *testing.T, file, pattern string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(pattern).FindSubmatch(text)
	if m == nil {
		t.Fatalf("%s has no %s", file, pattern)
	}
	return string(m[1])
}

// together runs a command as processes at the same time, the nth with the environment that
// of returns.
func together(t *testing.T, n int, command []string, of func(n int) []string) {
	t.Helper()
	var running []*exec.Cmd
	for i := range n {
		cmd := exec.Command(command[0], command[1:]...)
		cmd.Env = append(os.Environ(), of(i)...)
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
	}
	for _, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Error(cmd.Args, err)
		}
	}
}

func TestSlurmExample(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash here")
	}
	inExample(t)
	n, err := strconv.Atoi(find(t, "slurm.sh", `#SBATCH --array=1-(\d+)`))
	if err != nil {
		t.Fatal(err)
	}
	together(t, n, []string{bash, "slurm.sh"}, func(i int) []string {
		return []string{fmt.Sprint("SLURM_ARRAY_TASK_ID=", i+1), fmt.Sprint("SLURM_ARRAY_TASK_COUNT=", n), "SLURM_CPUS_PER_TASK=1"}
	})
	finish(t, exec.Command("sh", "-c", find(t, "slurm.sh", `--wrap '(.*)'`)), exitOK)
	sameFiles(t, "ref", "out")
}

func TestKubernetesExample(t *testing.T) {
	inExample(t)
	text, err := os.ReadFile("kubernetes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var job struct {
		Spec struct {
			Completions int
			Template    struct {
				Spec struct{ Containers []struct{ Command []string } }
			}
		}
	}
	if err := yaml.Unmarshal(text, &job); err != nil {
		t.Fatal(err)
	}
	command := job.Spec.Template.Spec.Containers[0].Command
	together(t, job.Spec.Completions, command, func(i int) []string {
		return []string{fmt.Sprint("JOB_COMPLETION_INDEX=", i)}
	})
	finish(t, exec.Command("sh", "-c", find(t, "kubernetes.yaml", `#   (tessera merge .*)`)), exitOK)
	sameFiles(t, "ref", "out")
}
