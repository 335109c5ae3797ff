package spec

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/bobby-math/tessera/market"
)

func typeOf(v any) reflect.Type { return reflect.TypeOf(v) }

// loadText loads a scenario file that says text, called s.yaml in errors.
func loadText(t interface {
	Helper()
	Fatal(...any)
}, text string, overrides ...Override) (*Resolved, error) {
	t.Helper()
	file, err := Read("s.yaml", []byte(text))
	if file == nil {
		return nil, err
	}
	return NewBase(file, err, overrides, nil).With(nil)
}

// inFolder runs the rest of the test in a folder of its own, with these files.
func inFolder(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// changes writes changes of capacity as hour:count.
func changes(list []market.CapacityChange) string {
	var words []string
	for _, c := range list {
		words = append(words, fmt.Sprintf("%v:%d", c.At.Hours(), c.Count))
	}
	return strings.Join(words, " ")
}

func valueOf(v any) reflect.Value { return reflect.ValueOf(v) }

// shift returns a number a little larger, or smaller if by is negative.
func shift(v reflect.Value, by float64) reflect.Value {
	s := reflect.New(v.Type()).Elem()
	if v.CanFloat() {
		s.SetFloat(v.Float() + by*1e-3)
	} else {
		s.SetInt(v.Int() + int64(by))
	}
	return s
}
