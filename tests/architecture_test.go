package tests

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const module = "github.com/bobby-math/tessera/"

// layers are the top-level packages, from the ground up. A package may import those of
// the layers below its own, and what lies within itself; no other of its own layer, but
// for the top ones, which build on each other.
var layers = [][]string{
	{"clock", "rng", "quantile", "spelling", "input"},
	{"cloud"},
	{"optimum"},
	{"journal"},
	{"market", "workload", "scheduler", "metrics"},
	{"actors"},
	{"scenario", "sweep", "results", "report", "replay", "stats", "suite"},
	{"cli"},
	{"cmd", "examples"},
}

// together is the layer whose packages may import each other.
const together = 6

// neither lists what is forbidden though the layers would allow it, and why.
var neither = []struct{ from, to, why string }{
	{"report", "actors", "a report reads the journal and never the engine, so that it can be made from files years later"},
	{"replay", "actors", "a replay reads the journal and never the engine, so that it can be made from files years later"},
	{"tests/twin", "actors", "the twin shares no code with the engine; write the rule again"},
	{"tests/twin", "scheduler", "the twin shares no code with the engine; write the rule again"},
	{"tests/twin", "metrics", "the twin only writes a journal"},
}

// only lists packages that import no others of ours than these, and why.
var only = map[string]struct {
	imports []string
	why     string
}{
	"optimum": {[]string{"clock", "cloud"}, "the solvers know nothing of policies, markets or runs"},
}

// pure are the packages that are a function of their input and nothing else.
var pure = []string{"clock", "rng", "quantile", "spelling", "input", "cloud", "optimum", "journal", "market", "workload", "scheduler", "metrics", "stats", "replay"}

// impure are imports that pure packages do without, with all that lies below them, and
// what to do instead.
var impure = map[string]string{
	"os":              "take an io.Reader and let the caller open the file",
	"net":             "take an io.Reader and let the caller connect",
	"log":             "return an error, or record an entry in the journal",
	"go.uber.org/zap": "return an error, or record an entry in the journal",
	"sync":            "nothing runs at the same time here; hand data over instead",
}

// wallClock are the functions of package time that look at the clock on the wall.
var wallClock = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

// seeded are the types of math/rand and math/rand/v2, and the functions that make them out
// of seeds.
var seeded = []string{
	"Rand", "Source", "Source64", "PCG", "ChaCha8", "Zipf",
	"New", "NewSource", "NewPCG", "NewChaCha8", "NewZipf",
}

func TestArchitecture(t *testing.T) {
	root := os.DirFS("..")
	folders, err := fs.ReadDir(root, ".")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, folder := range folders {
		if strings.HasPrefix(folder.Name(), ".") || !folder.IsDir() {
			continue
		}
		found, files := violations(t, root, folder.Name())
		checked += files
		for _, v := range found {
			t.Error(v)
		}
	}
	if checked < 40 {
		t.Errorf("only %d files checked", checked)
	}
}

// violations returns what the files below a top-level folder do that they may not, and
// how many files it looked at. Tests and their data are free.
func violations(t *testing.T, root fs.FS, folder string) (found []string, files int) {
	t.Helper()
	err := fs.WalkDir(root, folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == "testdata" {
			return fs.SkipDir
		}
		if d.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files++
		c := checker{set: set, dir: path.Dir(name), folder: folder}
		c.imports(file)
		c.entries(file)
		if slices.Contains(pure, folder) {
			c.purity(file)
		}
		if c.dir == "tests/twin" {
			c.twin(file)
		}
		found = append(found, c.found...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found, files
}

// checker looks at one file.
type checker struct {
	set         *token.FileSet
	dir, folder string
	found       []string
}

func (c *checker) wrong(at token.Pos, format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf("%s: %s", c.set.Position(at), fmt.Sprintf(format, args...)))
}

func (c *checker) imports(file *ast.File) {
	own := layer(c.folder)
	if own < 0 && c.folder != "tests" {
		c.wrong(file.Package, "package %s is in no layer: add it to the table in tests/architecture_test.go", c.folder)
		return
	}
	for _, spec := range file.Imports {
		to, ours := strings.CutPrefix(importPath(spec), module)
		if !ours {
			continue
		}
		target, _, _ := strings.Cut(to, "/")
		for _, rule := range neither {
			if (c.dir == rule.from || c.folder == rule.from) && target == rule.to {
				c.wrong(spec.Pos(), "%s must not import %s: %s", rule.from, rule.to, rule.why)
			}
		}
		if few, ok := only[c.folder]; ok && target != c.folder && !slices.Contains(few.imports, target) {
			c.wrong(spec.Pos(), "%s must not import %s, only %s: %s", c.folder, to, strings.Join(few.imports, " and "), few.why)
		}
		switch theirs := layer(target); {
		case c.folder == "tests" || target == c.folder:
		case target == "tests":
			c.wrong(spec.Pos(), "%s must not import %s: what both need belongs below them", c.folder, to)
		case theirs < 0:
			c.wrong(spec.Pos(), "%s is in no layer: add it to the table in tests/architecture_test.go", to)
		case theirs > own:
			c.wrong(spec.Pos(), "%s must not import %s, which lies above it: the type is in the wrong package, or what is needed should be passed in", c.folder, to)
		case theirs == own && own != together:
			c.wrong(spec.Pos(), "%s must not import %s, which lies beside it: what both need belongs below them, or package actors joins them", c.folder, to)
		}
	}
}

// layer returns how high a top-level package lies; -1 if it is in no layer.
func layer(folder string) int {
	return slices.IndexFunc(layers, func(l []string) bool { return slices.Contains(l, folder) })
}

func importPath(spec *ast.ImportSpec) string {
	text, _ := strconv.Unquote(spec.Path.Value)
	return text
}

// entries has every journal entry made by journal.New: in a literal, a field that is forgotten
// means pool 0 or task 0.
func (c *checker) entries(file *ast.File) {
	if c.folder == "journal" || c.folder == "tests" {
		return
	}
	ast.Inspect(file, func(n ast.Node) bool {
		literal, ok := n.(*ast.CompositeLit)
		if !ok || len(literal.Elts) == 0 {
			return true
		}
		of := literal.Type
		if list, ok := of.(*ast.ArrayType); ok {
			of = list.Elt
		}
		if use, ok := of.(*ast.SelectorExpr); ok && use.Sel.Name == "Entry" {
			if x, ok := use.X.(*ast.Ident); ok && x.Name == "journal" {
				c.wrong(literal.Pos(), "%s must not write a journal.Entry as a literal: begin with journal.New", c.folder)
			}
		}
		return true
	})
}

func (c *checker) purity(file *ast.File) {
	names := map[string]string{} // of imported packages, to their paths
	for _, spec := range file.Imports {
		imported := importPath(spec)
		names[localName(spec)] = imported
		for forbidden, instead := range impure {
			if imported == forbidden || strings.HasPrefix(imported, forbidden+"/") {
				c.wrong(spec.Pos(), "pure package %s must not import %q: %s", c.folder, imported, instead)
			}
		}
		if spec.Name != nil && spec.Name.Name == "." {
			c.wrong(spec.Pos(), "pure package %s must not import %q into its own scope: name the package", c.folder, imported)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			c.wrong(n.Pos(), "pure package %s must not start a goroutine: package actors runs things, and one after the other", c.folder)
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok {
				c.function(n, names[x.Name])
			}
		}
		return true
	})
}

// function checks the use of something of an imported package.
func (c *checker) function(use *ast.SelectorExpr, from string) {
	name := use.Sel.Name
	switch {
	case from == "time" && slices.Contains(wallClock, name):
		c.wrong(use.Pos(), "pure package %s must not use time.%s: virtual time comes in as a clock.Time", c.folder, name)
	case (from == "math/rand" || from == "math/rand/v2") && !slices.Contains(seeded, name):
		c.wrong(use.Pos(), "pure package %s must not use rand.%s, which draws from a source all share: draw from a stream of package rng", c.folder, name)
	}
}

func localName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	imported := importPath(spec)
	if imported == "math/rand/v2" {
		return "rand"
	}
	return path.Base(imported)
}

// twin keeps the twin from borrowing the engine's queue: of package clock it takes the
// instants and the phases.
func (c *checker) twin(file *ast.File) {
	for _, spec := range file.Imports {
		if strings.HasSuffix(importPath(spec), "/btree") {
			c.wrong(spec.Pos(), "the twin keeps a heap of its own")
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		use, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := use.X.(*ast.Ident)
		if ok && x.Name == "clock" && slices.Contains([]string{"Queue", "NewQueue", "Event", "NewEvent", "Key"}, use.Sel.Name) {
			c.wrong(use.Pos(), "the twin must not use clock.%s: it has events and a heap of its own", use.Sel.Name)
		}
		if ok && x.Name == "market" && slices.Contains([]string{"Spot", "NewSpot", "Preemption", "Fate", "Usage", "Meter", "Tab"}, use.Sel.Name) {
			c.wrong(use.Pos(), "the twin must not use market.%s: it is there to do that by itself", use.Sel.Name)
		}
		return true
	})
}

// The checker finds what it is there to find, each where it stands.
func TestArchitectureCheckerFindsViolations(t *testing.T) {
	bad := fstest.MapFS{
		"optimum/bad.go": {Data: []byte("package optimum\n\nimport (\n\t\"github.com/bobby-math/tessera/cloud\"\n\t\"github.com/bobby-math/tessera/rng\"\n)\n")},
		"market/bad.go": {Data: []byte(`package market

import (
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"sync/atomic"
	clocks "time"

	"go.uber.org/zap/zapcore"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/workload"
	"github.com/bobby-math/tessera/tests/twin"
	"github.com/bobby-math/tessera/util"
)

func bad(r *rand.Rand) {
	go bad(rand.New(rand.NewPCG(1, 2)))
	clocks.Sleep(clocks.Second)
	_ = rand.IntN(6)
}
`)},
		"market/bad_test.go":        {Data: []byte("package market\n\nimport \"os\"\n")},
		"market/testdata/broken.go": {Data: []byte("not Go at all")},
		"market/traces/bad.go":      {Data: []byte("package traces\n\nimport (\n\t. \"time\"\n\n\t\"github.com/bobby-math/tessera/market\"\n)\n")},
		"helpers/new.go":            {Data: []byte("package helpers\n")},
		"report/bad.go":             {Data: []byte("package report\n\nimport \"github.com/bobby-math/tessera/actors\"\n")},
		"sweep/good.go":             {Data: []byte("package sweep\n\nimport (\n\t\"os\"\n\t\"time\"\n\n\t\"github.com/bobby-math/tessera/scenario\"\n)\n\nvar now = time.Now\n\nfunc init() { go os.Exit(0) }\n")},
		"replay/bad.go":             {Data: []byte("package replay\n\nimport \"github.com/bobby-math/tessera/journal\"\n\nvar none, one = journal.Entry{}, journal.Entry{Count: 1}\nvar list = []journal.Entry{{Count: 1}}\n")},
		"tests/twin/bad.go":         {Data: []byte("package twin\n\nimport \"github.com/bobby-math/tessera/clock\"\n\nvar queue = clock.NewQueue()\n")},
	}
	for folder, want := range map[string][]string{
		"market": {
			"market/bad.go:4:2: pure package market must not import \"log/slog\"",
			"market/bad.go:6:2: pure package market must not import \"net/http\"",
			"market/bad.go:7:2: pure package market must not import \"os\"",
			"market/bad.go:8:2: pure package market must not import \"sync/atomic\"",
			"market/bad.go:11:2: pure package market must not import \"go.uber.org/zap/zapcore\"",
			"market/bad.go:13:2: market must not import actors, which lies above it",
			"market/bad.go:16:2: market must not import workload, which lies beside it",
			"market/bad.go:17:2: market must not import tests/twin",
			"market/bad.go:18:2: util is in no layer",
			"market/bad.go:22:2: pure package market must not start a goroutine",
			"market/bad.go:23:2: pure package market must not use time.Sleep",
			"market/bad.go:24:6: pure package market must not use rand.IntN",
			"market/traces/bad.go:4:2: pure package market must not import \"time\" into its own scope",
		},
		"optimum": {"optimum/bad.go:5:2: optimum must not import rng, only clock and cloud: the solvers know nothing"},
		"helpers": {"helpers/new.go:1:1: package helpers is in no layer: add it to the table"},
		"report":  {"report/bad.go:3:8: report must not import actors"},
		"sweep":   nil,
		"replay": {
			"replay/bad.go:5:34: replay must not write a journal.Entry as a literal: begin with journal.New",
			"replay/bad.go:6:12: replay must not write a journal.Entry as a literal: begin with journal.New",
		},
		"tests": {"tests/twin/bad.go:5:13: the twin must not use clock.NewQueue"},
	} {
		found, _ := violations(t, bad, folder)
		slices.SortFunc(found, byPosition)
		for n, v := range found {
			if n >= len(want) || !strings.HasPrefix(v, want[n]) {
				t.Errorf("%s: unexpected, or out of turn: %s", folder, v)
			}
		}
		if len(found) != len(want) {
			t.Errorf("%s: %d violations found, want %d", folder, len(found), len(want))
		}
	}
}

// byPosition compares by file, line and column.
func byPosition(a, b string) int {
	key := func(v string) (file string, line, column int) {
		parts := strings.SplitN(v, ":", 4)
		line, _ = strconv.Atoi(parts[1])
		column, _ = strconv.Atoi(parts[2])
		return parts[0], line, column
	}
	af, al, ac := key(a)
	bf, bl, bc := key(b)
	return slices.Compare([]string{af, fmt.Sprintf("%6d %6d", al, ac)}, []string{bf, fmt.Sprintf("%6d %6d", bl, bc)})
}
