package spec

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/scenario"
)

// Content returns a digest of everything that a run of r depends on but its seed and its
// policy: equal digests give equal runs. The name of the scenario is not in it, nor the keys of
// a service or job that is none. A file is there with the SHA-256 of what is in it and its last name,
// which tells its format, so that it is the same in whatever folder it lies.
func (r *Resolved) Content() [sha256.Size]byte {
	c := contents.Get().(*content)
	defer contents.Put(c)
	c.text, c.inputs = c.text[:0], r.Scenario.Inputs
	except := make([]string, 3, 5)
	copy(except, []string{"name", "seed", "policies"})
	if r.Scenario.Service == nil {
		except = append(except, "service")
	}
	if r.Scenario.Job == nil {
		except = append(except, "job")
	}
	c.mapping(Root(), reflect.ValueOf(r.File).Elem(), except)
	if s := r.Scenario.Service; s != nil && s.Batch.Digest() != "" {
		c.string(s.Batch.Digest())
	}
	return sha256.Sum256(c.text)
}

var contents = sync.Pool{New: func() any { return &content{} }}

// content is the text of a digest: keys and values with their lengths, so that no two scenarios
// have one text.
type content struct {
	text   []byte
	inputs []scenario.Input
}

func (c *content) string(s string) {
	c.text = append(binary.AppendUvarint(c.text, uint64(len(s))), s...)
}

func (c *content) number(n uint64) { c.text = binary.LittleEndian.AppendUint64(c.text, n) }

// mapping adds the keys of a struct that have a value.
func (c *content) mapping(k *Key, in reflect.Value, except []string) {
	for _, child := range k.Keys {
		if slices.Contains(except, child.Name) {
			continue
		}
		if child.param != nil {
			if v, ok := in.Field(child.index).Interface().(market.Params)[child.Name]; ok {
				c.string(child.Name)
				c.param(v)
			}
		} else if v, ok := child.get(in); ok {
			c.string(child.Name)
			c.value(child, v)
		}
	}
	c.string("")
}

func (c *content) value(k *Key, v reflect.Value) {
	switch {
	case k.IsList && v.Kind() == reflect.Slice:
		c.number(uint64(v.Len()))
		for i := range v.Len() {
			c.value(k, v.Index(i))
		}
	case k.form == nil:
		c.mapping(k, v, nil)
	case v.Type() == reflect.TypeFor[Path]():
		c.path(v.String())
	case v.Type() == reflect.TypeFor[TaskPolicy]():
		policy, _ := withFiles(v.Interface().(TaskPolicy).Spec, func(p Path) Path { return Path(filepath.Base(string(p))) })
		c.string(policy.String())
	case v.CanInt():
		c.number(uint64(v.Int()))
	case v.CanUint():
		c.number(v.Uint())
	case v.CanFloat():
		c.number(math.Float64bits(v.Float()))
	case v.Kind() == reflect.String:
		c.string(v.String())
	default:
		c.string(k.form.write(v))
	}
}

func (c *content) param(v any) {
	switch v := v.(type) {
	case cloud.Price:
		c.number(uint64(v))
	case time.Duration:
		c.number(uint64(v))
	case float64:
		c.number(math.Float64bits(v))
	case string:
		c.string(v)
	}
}

// path adds a file, or a folder with all files that were read of it.
func (c *content) path(path string) {
	for _, input := range c.inputs {
		if below, ok := strings.CutPrefix(input.Path, path); ok && (below == "" || below[0] == filepath.Separator) {
			c.string(input.SHA256)
			if below != "" {
				c.string(below)
			}
		}
	}
	c.string(filepath.Base(path))
}
