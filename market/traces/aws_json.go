package traces

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

func init() {
	priceFormats.register(format[*intake]{
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

// value reads the rest of the value that begins with token.
func (r *awsReader) value(token json.Token, depth int) error {
	if depth > maxDepth {
		return errors.New("values are nested too deep for a price history")
	}
	switch token {
	case json.Delim('['):
		for r.More() {
			element, err := r.Token()
			if err == nil {
				err = r.value(element, depth+1)
			}
			if err != nil {
				return err
			}
		}
		_, err := r.Token() // ]
		return err
	case json.Delim('{'):
		return r.object(depth)
	}
	r.in.Problem(r.line(), "a row must be an object")
	return nil
}

// object reads a page or a row.
func (r *awsReader) object(depth int) error {
	line, cells, isRow := r.line(), make([]cell, len(columnNames)), true
	err := r.fields(func(key string) error {
		if key == "SpotPriceHistory" {
			isRow = false
			return r.page(depth)
		}
		var value any
		if err := r.Decode(&value); err != nil {
			return err
		}
		c := slices.Index(columnNames, key)
		if c < 0 || value == nil {
			return nil
		}
		switch value.(type) {
		case string, json.Number:
			cells[c] = cell{fmt.Sprint(value), r.line()}
		default:
			r.in.Problem(r.line(), "%s must be a string", key)
			isRow = false
		}
		return nil
	})
	if err == nil && isRow {
		r.in.add(line, cells)
	}
	return err
}

// page reads the rows of a page.
func (r *awsReader) page(depth int) error {
	token, err := r.Token()
	if err != nil || token == nil { // null: no rows
		return err
	}
	return r.value(token, depth+1)
}
