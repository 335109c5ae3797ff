package tests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// roads counts what there must be one of, or few: each with where it is.
type roads struct {
	// configs are literals of actors.Config: a scenario becomes a run in one place.
	configs []string
	// runs are calls of System.Run: a run is begun by Scenario.Simulate.
	runs []string
	// parsers make policies of texts: all doors take the same lists.
	parsers []string
	// collectors are types of package metrics that take journal entries.
	collectors []string
}

// count adds what is in a tree of files, but for tests.
func (r *roads) count(t *testing.T, root fs.FS) {
	t.Helper()
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || name == "tests"):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err == nil {
			r.file(name, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (r *roads) file(name string, file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if written(n.Type) == "actors.Config" {
				r.configs = append(r.configs, name)
			}
		case *ast.CallExpr:
			if call, ok := n.Fun.(*ast.SelectorExpr); ok && call.Sel.Name == "Run" && ofSystem(call.X) {
				r.runs = append(r.runs, name)
			}
		case *ast.FuncDecl:
			if takesTexts(n.Type) && returnsSpecs(n.Type) {
				r.parsers = append(r.parsers, name+" "+n.Name.Name)
			}
			if path.Dir(name) == "metrics" && n.Recv != nil && n.Name.Name == "Record" {
				r.collectors = append(r.collectors, written(n.Recv.List[0].Type))
			}
		}
		return true
	})
}

// ofSystem tells whether x is an actors.System, by what it is called.
func ofSystem(x ast.Expr) bool {
	if made, ok := x.(*ast.CallExpr); ok {
		return strings.HasSuffix(written(made.Fun), "NewSystem")
	}
	name := strings.ToLower(written(x))
	return strings.HasSuffix(name, "system") || strings.HasSuffix(name, "host")
}

func takesTexts(f *ast.FuncType) bool {
	return slices.ContainsFunc(f.Params.List, func(p *ast.Field) bool { return written(p.Type) == "[]string" })
}

func returnsSpecs(f *ast.FuncType) bool {
	return f.Results != nil && slices.ContainsFunc(f.Results.List, func(p *ast.Field) bool {
		return slices.Contains([]string{"[]Spec", "[]scheduler.Spec"}, written(p.Type))
	})
}

// written is a type or a name as the source has it, but for stars.
func written(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return written(x.X) + "." + x.Sel.Name
	case *ast.StarExpr:
		return written(x.X)
	case *ast.ArrayType:
		return "[]" + written(x.Elt)
	}
	return ""
}

// There is one thing that runs, and one way there: what is added once reaches every command,
// suite and sweep.
func TestThereIsOneRoad(t *testing.T) {
	var r roads
	r.count(t, os.DirFS(".."))
	if !slices.Equal(r.configs, []string{"scenario/run.go"}) {
		t.Errorf("actors.Config is made in %v: make a Scenario, whose Run is the one place", r.configs)
	}
	if len(r.runs) < 1 || len(r.runs) > 2 {
		t.Errorf("System.Run is called in %v: call Scenario.Simulate", r.runs)
	}
	if !slices.Equal(r.parsers, []string{"scheduler/spec.go ParseList"}) {
		t.Errorf("lists of policies are read by %v: call scheduler.ParseList", r.parsers)
	}
	if !slices.Equal(r.collectors, []string{"Collector"}) {
		t.Errorf("package metrics collects with %v: add a part to Collector", r.collectors)
	}
}

// The counter finds what it is there to find.
func TestRoadsAreCounted(t *testing.T) {
	var r roads
	r.count(t, fstest.MapFS{
		"a/a.go": {Data: []byte(`package a

func both(texts []string, kind int) ([]scheduler.Spec, error) {
	c := actors.Config{}
	actors.NewSystem(nil).Run(ctx, c)
	r.system.Run(ctx, &actors.Config{Name: "a"})
	suite.Run(ctx, system)
	return nil, nil
}
`)},
		"a/a_test.go":  {Data: []byte("package a\n\nvar c = actors.Config{}\n")},
		"tests/x.go":   {Data: []byte("package tests\n\nvar c = actors.Config{}\n")},
		"metrics/m.go": {Data: []byte("package metrics\n\nfunc (c *Collector) Record(e journal.Entry) {}\n\nfunc (c Other) Record(e journal.Entry) {}\n")},
	})
	if len(r.configs) != 2 || len(r.runs) != 2 || len(r.parsers) != 1 || !slices.Equal(r.collectors, []string{"Collector", "Other"}) {
		t.Errorf("%+v", r)
	}
}
