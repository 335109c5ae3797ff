package sweep

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

func init() {
	RegisterSuite("small", smallCases)
	scheduler.Register(scheduler.Entry{
		Name: "sweep-test-file", Title: "A policy of a file", Doc: "does nothing, as a file says",
		Params: []scheduler.Param{{Name: "file", Type: scheduler.File, Doc: "any file"}},
		New:    func(scheduler.Args) (any, error) { return idle{}, nil },
	})
}

// idle is a policy that does nothing.
type idle struct{}

func (idle) Decide(*scheduler.View) []scheduler.Action { return nil }

// smallCases makes cases of one and of two hours with each number of tasks: those of the last
// number of tasks twice, under other policies.
func smallCases(settings Settings) (*Cases, error) {
	texts := []string{"greedy", "ondemand"}
	if settings["policies"] != nil {
		texts = settings["policies"]
	}
	policies, err := scheduler.ParseList(texts, scheduler.KindTasks)
	if err != nil {
		return nil, err
	}
	c := &Cases{Axes: []string{"hours", "tasks"}, Replicates: []string{"tasks"}, Warnings: []string{"made up"}, Paths: []string{"data"}}
	var errs []error
	for hours := 1; hours <= 2; hours++ {
		for i, text := range settings["tasks"] {
			tasks, err := strconv.Atoi(text)
			errs = append(errs, err)
			one := Case{Values: []string{strconv.Itoa(hours), text}, Policies: policies, Make: func() *scenario.Scenario {
				s := scenario.Default()
				s.Duration, s.Workload.Tasks, s.Workload.Over = time.Duration(hours)*time.Hour, tasks, time.Hour
				return &s
			}}
			c.Cases = append(c.Cases, one)
			if i == len(settings["tasks"])-1 {
				one.Policies = []scheduler.Spec{mustFallback}
				c.Cases = append(c.Cases, one)
			}
		}
	}
	return c, errors.Join(errs...)
}

var mustFallback = func() scheduler.Spec {
	spec, err := scheduler.Parse("fallback:after=2")
	if err != nil {
		panic(err)
	}
	return spec
}()

func smallSuite(t testing.TB, tasks ...string) *Sweep {
	t.Helper()
	s, err := LoadCases("small", Settings{"tasks": tasks}, Options{Engine: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// files returns the results of a folder, by name.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, name := range outputs {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		all[name] = data
	}
	return all
}

func sameFiles(t *testing.T, what string, got, want map[string][]byte) {
	t.Helper()
	if len(got) != len(want) || len(got) == 0 {
		t.Errorf("%s: %d files, want %d", what, len(got), len(want))
	}
	for name := range want {
		if !bytes.Equal(got[name], want[name]) {
			t.Errorf("%s: %s differs", what, name)
		}
	}
}

func TestCasesAreASweep(t *testing.T) {
	s := smallSuite(t, "3", "1", "2")
	if s.Runs() != 2*(3*2+1) || len(s.Points) != 8 || s.Warnings[0] != "made up" {
		t.Fatalf("%d runs of %d points", s.Runs(), len(s.Points))
	}
	one := t.TempDir()
	out := swept(t, s, one, RunOptions{Executor: Local{Jobs: 4}})
	if out.Runs != 14 || out.Finished != 14 || out.Failed != 0 {
		t.Errorf("%+v", out)
	}
	want := files(t, one)

	// In memory the rows are those of the folder.
	rows, err := s.Rows(t.Context(), RunOptions{Executor: Local{Jobs: 2}})
	if err != nil {
		t.Fatal(err)
	}
	folder, err := results.Open(one)
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for r, err := range folder.Runs() {
		if err != nil {
			t.Fatal(err)
		}
		if err := same(rows[i], r); err != nil || rows[i].ID != r.ID || rows[i].Policy != r.Policy {
			t.Errorf("row %d: %v", i, err)
		}
		i++
	}

	t.Run("resumed", func(t *testing.T) {
		dir := t.TempDir()
		f, err := OpenFolder(dir, &s.Plan, false)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := 0
		out, err := s.Run(ctx, f, RunOptions{Expect: func(int) {}, Add: func(n int) {
			if done += n; done >= 5 {
				stop()
			}
		}})
		if !errors.Is(err, context.Canceled) || out.Finished < 5 || out.Finished >= out.Runs || len(files(t, dir)) > 0 {
			t.Fatalf("%+v %v", out, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		swept(t, smallSuite(t, "3", "1", "2"), dir, RunOptions{})
		sameFiles(t, "resumed", files(t, dir), want)
	})
	t.Run("sharded and merged", func(t *testing.T) {
		whole := t.TempDir()
		var dirs []string
		for i := range 3 {
			dir := t.TempDir()
			swept(t, s, dir, RunOptions{Shard: Shard{i + 1, 3}})
			dirs = append(dirs, dir)
		}
		plan, err := SamePlan(dirs)
		if err != nil {
			t.Fatal(err)
		}
		f, err := OpenFolder(whole, plan, false)
		if err != nil {
			t.Fatal(err)
		}
		if out, _, err := Merge(plan, dirs[1:], f); err == nil || out.Finished >= out.Runs {
			t.Errorf("two of three shards: %+v %v", out, err)
		}
		if _, _, err := Merge(plan, dirs, f); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		sameFiles(t, "merged", files(t, whole), want)
	})
	t.Run("rerun", func(t *testing.T) {
		system := actors.NewSystem(zap.NewNop())
		for _, row := range rows {
			again, err := s.Rerun(row)
			if err != nil {
				t.Fatal(err)
			}
			var log journal.Log
			if err := again.Run(t.Context(), system, &log); err != nil || len(log.Entries) == 0 || again.Policy.String() != row.Policy {
				t.Errorf("%s %s: %v, %d entries", row.Point(), row.Policy, err, len(log.Entries))
			}
		}
		other := *rows[0]
		other.Summary.TotalCost++
		again, err := s.Rerun(&other)
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Run(t.Context(), system, &journal.Log{}); err == nil {
			t.Error("another cost is no error")
		}
		other = *rows[0]
		other.Policy = "greedy:no"
		if _, err := s.Rerun(&other); err == nil || !strings.Contains(err.Error(), "describes no point") {
			t.Error(err)
		}
	})
}

// The text of a sweep of cases, read as a sweep file, makes the same plan.
func TestCasesReadBack(t *testing.T) {
	settings := Settings{"tasks": {"3", "1"}, "data": {"some where"}, "odd": {"a: b", "no", "- x", "1e3"}}
	s, err := LoadCases("small", settings, Options{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := s.Text()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Load("-", strings.NewReader(text), Options{})
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if again.digest() != s.Plan.digest() {
		t.Errorf("another plan from\n%s", text)
	}
	if twice, err := again.Text(); err != nil || twice != text {
		t.Errorf("%v\n%s\nwant\n%s", err, twice, text)
	}
	if got := again.points.(*caseSource).settings; !slices.Equal(got["odd"], settings["odd"]) || !filepath.IsAbs(got["data"][0]) {
		t.Errorf("settings %q", got)
	}
}

func TestHostileCases(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"no such suite":      {"suite: {name: smal}", `suite "smal" is not known; did you mean "small"?`},
		"settings are wrong": {"suite: {name: small, tasks: [x, y]}", "parsing \"y\""},
		"cases are wrong":    {"suite: {name: small, tasks: -1}", "workload.tasks: -1"},
		"no name":            {"suite: {tasks: 1}", "must be a mapping with the name of a suite"},
		"axes beside it":     {"suite: {name: small}\naxes: {duration: [1h]}", "makes no sense beside suite"},
		"seeds beside it":    {"suite: {name: small}\nseeds: 3", "makes no sense beside suite"},
		"nested settings":    {"suite: {name: small, tasks: [[1]]}", "must be one value"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load("-", strings.NewReader("schema: "+Version+"\n"+test.text+"\n"), Options{})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	for name, o := range map[string]Options{"seeds": {Seeds: Seeds{1}}, "a rule": {Until: "ci(cost)<1%"}, "a limit": {MaxSeeds: 30}} {
		_, err := Load("-", strings.NewReader("schema: "+Version+"\nsuite: {name: small, tasks: 1}\n"), o)
		var usage UsageError
		if !errors.As(err, &usage) {
			t.Errorf("%s: %v", name, err)
		}
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("two suites of one name")
			}
		}()
		RegisterSuite("small", smallCases)
	}()
}

// A policy that is made from a file has another address when the file is another.
func TestAChangedPolicyFileChangesTheAddress(t *testing.T) {
	path := filepath.Join(t.TempDir(), "policy.txt")
	plan := func(text string) (ID, Plan) {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		s := loaded(t, "schema: tessera/sweep/v1\nseeds: 1\nbase: {policies: [\"sweep-test-file:file="+path+"\"]}\n", Options{})
		return s.id(&s.Points[0], 1, s.Points[0].Policies[0]), s.Plan
	}
	one, first := plan("one")
	again, _ := plan("one")
	two, second := plan("two")
	ofSuite, err := LoadCases("small", Settings{"tasks": {"1"}, "policies": {"sweep-test-file:file=" + path, "greedy"}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p := ofSuite.Points[0].Policies; p[0].Digest != second.Points[0].Policies[0].Digest || p[1].Digest != "" || len(ofSuite.Inputs) != 1 {
		t.Errorf("the policies of a suite are %+v, its inputs %v", p, ofSuite.Inputs)
	}
	if one != again || one == two {
		t.Error("the address does not follow the file")
	}
	if first.Points[0].Content != second.Points[0].Content || first.Points[0].Policies[0].Name != second.Points[0].Policies[0].Name {
		t.Error("more than the policy is another")
	}
	dir := t.TempDir()
	f, err := OpenFolder(dir, &first, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenFolder(dir, &second, false); err == nil || !strings.Contains(err.Error(), "its policies") {
		t.Errorf("a folder of the other: %v", err)
	}
}

// inReverse does all work in the reverse order, some at a time.
type inReverse struct{ n int }

func (r inReverse) Execute(ctx context.Context, work iter.Seq2[Work, error], do func(context.Context, Work) error) error {
	var all []Work
	for w, err := range work {
		if err != nil {
			return err
		}
		all = append(all, w)
	}
	slices.Reverse(all)
	return Local{r.n}.Execute(ctx, func(yield func(Work, error) bool) {
		for _, w := range all {
			if !yield(w, nil) {
				return
			}
		}
	}, do)
}

func TestResultsDoNotDependOnTheExecutor(t *testing.T) {
	s := smallSuite(t, "3", "1", "2")
	one, other := t.TempDir(), t.TempDir()
	swept(t, s, one, RunOptions{})
	swept(t, s, other, RunOptions{Executor: inReverse{3}})
	sameFiles(t, "in reverse", files(t, other), files(t, one))

	boom := errors.New("boom")
	for _, jobs := range []int{0, 1, 4} {
		err := Local{jobs}.Execute(t.Context(), func(yield func(Work, error) bool) {
			for range 100 {
				if !yield(Work{}, nil) {
					return
				}
			}
		}, func(context.Context, Work) error { return boom })
		if !errors.Is(err, boom) {
			t.Errorf("%d at a time: %v", jobs, err)
		}
		err = Local{jobs}.Execute(t.Context(), func(yield func(Work, error) bool) { yield(Work{}, boom) }, func(context.Context, Work) error { return nil })
		if !errors.Is(err, boom) {
			t.Errorf("%d at a time, of the work: %v", jobs, err)
		}
	}
}
