package report

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"github.com/bobby-math/tessera/results"
)

// field is a value with its key: a text, a whole number, a truth, a time, a number, fields, or
// nil where it is not known.
type field struct {
	key   string
	value any
}

// fields are an object of JSON, or a line of CSV.
type fields []field

// MarshalJSON writes the fields in their order.
func (f fields) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, one := range f {
		if i > 0 {
			out.WriteByte(',')
		}
		text, err := json.Marshal(one.value)
		if err != nil {
			return nil, err
		}
		out.Write(append(append(quoted(one.key), ':'), text...))
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// flat returns the fields with those of inner ones, of which the keys are outer_inner.
func (f fields) flat() (all fields) {
	for _, one := range f {
		inner, nested := one.value.(fields)
		if !nested {
			all = append(all, one)
		}
		for _, of := range inner {
			all = append(all, field{one.key + "_" + of.key, of.value})
		}
	}
	return all
}

func (f fields) keys() (keys []string) {
	for _, one := range f {
		keys = append(keys, one.key)
	}
	return keys
}

// texts are the values as CSV has them, with all digits.
func (f fields) texts() (texts []string) {
	for _, one := range f {
		texts = append(texts, exactText(one.value))
	}
	return texts
}

// exactText writes a value for programs, and what is not known as nothing.
func exactText(value any) string {
	switch x := value.(type) {
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case int:
		return strconv.Itoa(x)
	case time.Time:
		return x.Format(time.RFC3339Nano)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case results.Number:
		if x.Finite() {
			return strconv.FormatFloat(float64(x), 'g', -1, 64)
		}
	}
	return ""
}
