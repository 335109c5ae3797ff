package spec

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write the JSON Schema and the reference page anew")

const (
	schemaFile    = "../../docs/scenario.schema.json"
	referenceFile = "../../docs/scenario.md"
	keysMark      = "## All keys\n\n"
)

// upToDate compares a generated document with the committed one, or writes it.
func upToDate(t *testing.T, file, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the types say; write it with: go test ./scenario/spec -update", file)
	}
}

func TestTheSchemaIsUpToDate(t *testing.T) {
	schema, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	upToDate(t, schemaFile, string(schema))
}

func TestTheReferenceIsUpToDate(t *testing.T) {
	page, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatal(err)
	}
	text, _, ok := strings.Cut(string(page), keysMark)
	if !ok {
		t.Fatalf("%s has no line %q", referenceFile, keysMark)
	}
	upToDate(t, referenceFile, text+keysMark+Reference())
}

// The generator takes no key of which something is not said.
func TestAKeyWithoutDescriptionFails(t *testing.T) {
	full := &Key{Name: "a", Doc: "doc", Unit: "unit", Default: "1", Range: ">= 0", form: forms[typeOf(1)]}
	for what, k := range map[string]*Key{
		"description": {Name: "a", Unit: "unit", Default: "1", Range: ">= 0"},
		"unit":        {Name: "a", Doc: "doc", Default: "1", Range: ">= 0"},
		"default":     {Name: "a", Doc: "doc", Unit: "unit", Range: ">= 0"},
		"range":       {Name: "a", Doc: "doc", Unit: "unit", Default: "1"},
	} {
		section := &Key{Name: "section", Doc: "doc", Keys: []*Key{full, k}}
		err := (&Key{Keys: []*Key{section}}).undescribed("")
		if err == nil || err.Error() != "section.a has no "+what {
			t.Errorf("without %s: %v", what, err)
		}
	}
}

// An independent validator takes the default scenario, what show prints, and the fixtures
// that are right.
func TestScenariosFollowTheSchema(t *testing.T) {
	schema := compileSchema(t)
	check := func(name string, text []byte) {
		if err := schema.Validate(asJSON(t, text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var b bytes.Buffer
	if err := WriteDefault(&b); err != nil {
		t.Fatal(err)
	}
	check("tessera init", b.Bytes())
	for _, file := range goodFiles(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		check(file, text)
		r, err := Load(file, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		b.Reset()
		if err := r.Write(&b, true); err != nil {
			t.Fatal(err)
		}
		check("tessera show "+file, b.Bytes())
	}
}

// The schema refuses what the reader refuses for its form.
func TestTheSchemaRefuses(t *testing.T) {
	schema := compileSchema(t)
	for _, text := range []string{
		"schema: tessera/v2", "seed: 1", "schema: tessera/v1\nsed: 1", "schema: tessera/v1\nduration: 48",
		"schema: tessera/v1\nmax_instances: -1", "schema: tessera/v1\nmarket: {pools: []}",
		"schema: tessera/v1\nmarket: {pools: [{on_demand: 3.06}]}", "schema: tessera/v1\nmarket: {pools: [{price: {spread: 11}}]}",
		"schema: tessera/v1\nworkload: {work: {cv: 0}}",
		"schema: tessera/v1\npolicies: [gredy]", "schema: tessera/v1\npolicies: [{name: fallback, after: -1}]",
	} {
		if schema.Validate(asJSON(t, []byte(text))) == nil {
			t.Errorf("taken: %s", text)
		}
		if _, err := loadText(t, text); err == nil {
			t.Errorf("read: %s", text)
		}
	}
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("scenario.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("scenario.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func asJSON(t *testing.T, text []byte) any {
	t.Helper()
	j, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(j)) // keeps whole numbers whole
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// goodFiles are scenario files with which nothing is wrong.
func goodFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/good/*.[yj]*")
	if err != nil || len(files) == 0 {
		t.Fatal("no fixtures", err)
	}
	return append(files, "../../examples/scenario.yaml")
}
