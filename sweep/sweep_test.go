package sweep

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/results"
)

const small = `schema: tessera/sweep/v1
base: {duration: 2h}
axes:
  workload.tasks: [1, 2]
  policies[0].after: [1, 3, 5]
policies: [fallback, ondemand]
seeds: [4, 2]
`

func TestPointsAndRunsAreInTheDocumentedOrder(t *testing.T) {
	s := loaded(t, small, Options{})
	x, err := newExtent(&s.Plan)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for u := range x.units() {
		p := s.Points[u.point]
		for _, policy := range p.Policies {
			got = append(got, fmt.Sprint(strings.Join(p.Values, ","), " ", s.Seeds[u.seed], " ", policy.Name))
		}
	}
	// 2 times 3 points, 2 seeds, 2 policies.
	if len(got) != 24 || s.Runs() != 24 {
		t.Fatalf("%d runs, %d, want 24", len(got), s.Runs())
	}
	for i, want := range map[int]string{
		0: "1,1 4 fallback:after=1", 1: "1,1 4 ondemand", 2: "1,1 2 fallback:after=1",
		4: "1,3 4 fallback:after=3", 8: "1,5 4 fallback:after=5", 12: "2,1 4 fallback:after=1", 23: "2,5 2 ondemand",
	} {
		if got[i] != want {
			t.Errorf("run %d is %s, want %s", i, got[i], want)
		}
	}
}

// A run has the address of what it depends on, and of nothing else.
func TestAddress(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const tasks = "id,arrival,work,deadline\na,0,1,\n"
	write("one/tasks.csv", tasks)
	write("two/tasks.csv", tasks)
	write("three/tasks.csv", tasks+"b,0,1,\n")
	id := func(base, engine string) ID {
		s := loaded(t, "schema: tessera/sweep/v1\nseeds: 7\nbase: "+base+"\n", Options{Engine: engine})
		return s.id(&s.Points[0], 7, s.Points[0].Policies[0])
	}
	file := func(name string) string { return "{workload: {file: " + filepath.Join(dir, name) + "}}" }
	reference := id("{}", "v1")
	for name, other := range map[string]ID{
		"another name":            id("{name: mine}", "v1"),
		"another seed of its own": id("{seed: 9}", "v1"),
		"a default that is said":  id("{duration: 48h}", "v1"),
		"other policies after it": id("{policies: [greedy]}", "v1"),
	} {
		if other != reference {
			t.Errorf("%s: another address", name)
		}
	}
	for name, other := range map[string]ID{
		"another duration": id("{duration: 47h}", "v1"),
		"another engine":   id("{}", "v2"),
		"another policy":   id("{policies: [ondemand]}", "v1"),
		"a file":           id(file("one/tasks.csv"), "v1"),
	} {
		if other == reference {
			t.Errorf("%s: the same address", name)
		}
	}
	if id(file("one/tasks.csv"), "") != id(file("two/tasks.csv"), "") {
		t.Error("the same tasks in another folder have another address")
	}
	if id(file("one/tasks.csv"), "") == id(file("three/tasks.csv"), "") {
		t.Error("other tasks have the same address")
	}
}

func TestShardsShareOutAllUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "shards")
		units := rapid.IntRange(0, 100).Draw(t, "units")
		for u := range units {
			owners := 0
			for i := range n {
				if (Shard{i + 1, n}).has(u) {
					owners++
				}
			}
			if owners != 1 || !(Shard{}).has(u) {
				t.Fatalf("unit %d belongs to %d of %d shards", u, owners, n)
			}
		}
	})
}

func TestParseShard(t *testing.T) {
	if s, err := ParseShard("2/3"); err != nil || s != (Shard{2, 3}) || s.Folder() != "shard-2-of-3" {
		t.Error(s, err)
	}
	for _, text := range []string{"", "0/3", "4/3", "1", "1/0", "a/b", "1/2/3"} {
		if _, err := ParseShard(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

// With a rule for enough seeds, a policy without spread needs one look, and the point goes
// on for the one that has spread, up to the limit.
func TestUntilGoesOnForThePolicyThatNeedsMost(t *testing.T) {
	for want, until := range map[int]string{
		20: "ci(arrived)<1%", // 5 tasks arrive, always; half a width of 0 is below 1 %
		50: "ci(cost)<0.1%",  // never that narrow: the limit
	} {
		s := loaded(t, "schema: tessera/sweep/v1\npolicies: [greedy, ondemand]\nbase: {workload: {tasks: 5}}\n", Options{Until: until, MaxSeeds: 50})
		dir := t.TempDir()
		out := swept(t, s, dir, RunOptions{})
		if out.Runs != 2*want || out.Finished != out.Runs {
			t.Errorf("%s: %d runs, want %d", until, out.Runs, 2*want)
		}
		folder, err := results.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for _, err := range folder.Runs() {
			if err != nil {
				t.Fatal(err)
			}
			rows++
		}
		if rows != out.Runs {
			t.Errorf("%s: %d rows of %d runs", until, rows, out.Runs)
		}
	}
}

// A sweep reads each file once: what becomes of it later changes no run.
func TestAFileThatChangesDuringTheSweepChangesNothing(t *testing.T) {
	dir := t.TempDir()
	tasks := filepath.Join(dir, "tasks.csv")
	results := func(out string, change func()) []byte {
		if err := os.WriteFile(tasks, []byte("id,arrival,work,deadline\na,0,1,\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		s := loaded(t, "schema: tessera/v1\nworkload: {file: "+tasks+"}\n", Options{})
		change()
		swept(t, s, filepath.Join(dir, out), RunOptions{})
		rows, err := os.ReadFile(filepath.Join(dir, out, "runs.csv"))
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	want := results("one", func() {})
	got := results("other", func() {
		if err := os.WriteFile(tasks, []byte("id,arrival,work,deadline\na,0,2,\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	})
	if !bytes.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestProgressOfResolvingCountsUpToAllPoints(t *testing.T) {
	var seen []int
	s := loaded(t, "schema: tessera/sweep/v1\naxes:\n  workload.tasks: ["+numbers(50)+"]\n  max_instances: ["+numbers(50)+"]\n",
		Options{Progress: func(done, total int) {
			seen = append(seen, done)
			if total != 2500 {
				t.Errorf("of %d", total)
			}
		}})
	if !slices.Equal(seen, []int{1000, 2000, 2500}) || len(s.Points) != 2500 {
		t.Errorf("%v of %d points", seen, len(s.Points))
	}
}
