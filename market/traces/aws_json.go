package traces

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
)

func init() {
	registerPriceFormat(priceFormat{
		name: "aws-json",
		doc:  `the JSON of "aws ec2 describe-spot-price-history" (objects with SpotPriceHistory or SpotPrice)`,
		looksLike: func(head []byte) bool {
			head = bytes.TrimSpace(head)
			return len(head) > 0 && (head[0] == '{' || head[0] == '[') &&
				bytes.Contains(head, []byte(`"SpotPrice`))
		},
		read: readAWSJSON,
	})
}

// pageKey is the key under which a page of the download holds its rows.
const pageKey = "SpotPriceHistory"

// maxDepth is how deep values may lie: an array of pages, a page, its rows, a row.
const maxDepth = 4

// readAWSJSON reads pages and rows, one after the other or in arrays: an object with the
// key SpotPriceHistory is a page, any other is a row. Keys it does not know are skipped.
func readAWSJSON(text []byte, in *intake) {
	r := awsReader{newJSONReader(text, in.Error), in}
	for {
		token, err := r.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err == nil {
			err = r.value(token, 1)
		}
		if err != nil {
			r.fail(err)
			return
		}
	}
}

// awsReader steps through the pages and rows of a file.
type awsReader struct {
	*jsonReader
	in *intake
}

var errTooDeep = errors.New("values are nested too deep for a price history")

// value reads the rest of the value that begins with token.
func (r *awsReader) value(token json.Token, depth int) error {
	if depth > maxDepth {
		return errTooDeep
	}
	switch token {
	case json.Delim('['):
		return r.array(depth)
	case json.Delim('{'):
		return r.object(depth)
	}
	r.in.Problem(r.line(), "a row must be an object")
	return nil
}

func (r *awsReader) array(depth int) error {
	for r.More() {
		token, err := r.Token()
		if err != nil {
			return err
		}
		if err := r.value(token, depth+1); err != nil {
			return err
		}
	}
	_, err := r.Token()
	return err
}

// object reads a page or a row.
func (r *awsReader) object(depth int) error {
	rec := record{line: r.line()}
	isRow := true
	for r.More() {
		key, err := r.Token()
		if err != nil {
			return err
		}
		ok, err := r.field(key.(string), &rec, depth)
		if err != nil {
			return err
		}
		isRow = isRow && ok
	}
	if _, err := r.Token(); err != nil {
		return err
	}
	if isRow {
		r.in.add(&rec)
	}
	return nil
}

// field reads the value of one key of an object; ok is false if the object is then no
// row to be added.
func (r *awsReader) field(key string, rec *record, depth int) (ok bool, err error) {
	if key == pageKey {
		return false, r.page(depth)
	}
	c := slices.Index(columnNames[:], key)
	if c < 0 {
		return true, r.Decode(new(json.RawMessage))
	}
	var value any
	if err := r.Decode(&value); err != nil {
		return false, err
	}
	switch value := value.(type) {
	case string:
		rec.cells[c] = cell{value, r.line()}
	case json.Number:
		rec.cells[c] = cell{value.String(), r.line()}
	case nil: // not written
	default:
		r.in.Problem(r.line(), "%s must be a string", key)
		return false, nil
	}
	return true, nil
}

// page reads the rows of a page.
func (r *awsReader) page(depth int) error {
	token, err := r.Token()
	if err != nil || token == nil { // null: no rows
		return err
	}
	return r.value(token, depth+1)
}
