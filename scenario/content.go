package scenario

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"reflect"
	"slices"
	"time"

	"github.com/bobby-math/tessera/scheduler"
)

// Content returns a digest of everything that a run of s depends on but its seed and its
// policy: equal digests give equal runs. The name of the scenario is not in it.
func (s *Scenario) Content() [sha256.Size]byte {
	run := *s
	run.Name, run.Seed, run.Policies, run.PolicyNames = "", 0, nil, nil
	run.Inputs, run.inputs, run.known, run.start = nil, nil, nil, time.Time{}
	return sha256.Sum256(appendContent(make([]byte, 0, 4096), reflect.ValueOf(run)))
}

// appendContent adds all that is in a value, with the lengths of what has one, so that no
// two values give the same bytes.
func appendContent(to []byte, v reflect.Value) []byte {
	if v.Type() == reflect.TypeFor[scheduler.Spec]() {
		return append(to, v.Interface().(scheduler.Spec).Digest()...) // BatchPolicy has its name
	}
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return append(to, 1)
		}
		return append(to, 0)
	case reflect.String:
		return append(binary.AppendUvarint(to, uint64(v.Len())), v.String()...)
	case reflect.Float64:
		return binary.LittleEndian.AppendUint64(to, math.Float64bits(v.Float()))
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return append(to, 0)
		}
		return appendContent(append(to, 1), v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			to = appendContent(to, v.Field(i))
		}
		return to
	case reflect.Slice, reflect.Array:
		to = binary.AppendUvarint(to, uint64(v.Len()))
		for i := range v.Len() {
			to = appendContent(to, v.Index(i))
		}
		return to
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return slices.Compare(appendContent(nil, a), appendContent(nil, b)) })
		to = binary.AppendUvarint(to, uint64(len(keys)))
		for _, k := range keys {
			to = appendContent(appendContent(to, k), v.MapIndex(k))
		}
		return to
	}
	if v.CanInt() {
		return binary.AppendVarint(to, v.Int())
	}
	return binary.AppendUvarint(to, v.Uint()) // panics for a function, which has no content
}
