package traces

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// jsonReader steps through the tokens of a text and keeps count of its lines. What is
// wrong with the text it notes.
type jsonReader struct {
	*json.Decoder
	wrong *Error
	text  []byte

	counted, newlines int // newlines up to the offset counted
}

func newJSONReader(text []byte, wrong *Error) *jsonReader {
	r := &jsonReader{Decoder: json.NewDecoder(bytes.NewReader(text)), wrong: wrong, text: text}
	r.UseNumber()
	return r
}

// line returns the line of the token read last, in one pass over the text.
func (r *jsonReader) line() int { return r.lineAt(int(r.InputOffset())) }

func (r *jsonReader) lineAt(offset int) int {
	if offset > r.counted {
		r.newlines += bytes.Count(r.text[r.counted:offset], []byte("\n"))
		r.counted = offset
	}
	return r.newlines + 1
}

// object reads the object that comes next and hands each key to field, which reads its value.
func (r *jsonReader) object(field func(key string) error) error {
	if _, err := r.Token(); err != nil { // {
		return err
	}
	return r.fields(field)
}

// fields reads the rest of an object.
func (r *jsonReader) fields(field func(key string) error) error {
	for r.More() {
		key, err := r.Token()
		if err != nil {
			return err
		}
		if err := field(key.(string)); err != nil {
			return err
		}
	}
	_, err := r.Token() // }
	return err
}

// numbers appends to list the array that is the value of key, whose elements parse reads as
// they are written. It notes those that parse refuses, by their index.
func numbers[T any](r *jsonReader, key string, list *[]T, parse func(text string) (T, error)) error {
	begin := int(r.InputOffset())
	var array json.RawMessage
	broken := r.Decode(&array)
	at := int(r.InputOffset()) - len(array)
	if syntax := (*json.SyntaxError)(nil); errors.As(broken, &syntax) {
		// The elements show better what is wrong: often a NaN, as Python writes it.
		rest := bytes.TrimLeft(r.text[begin:], ": \t\r\n")
		at = len(r.text) - len(rest)
		array, _, _ = bytes.Cut(rest, []byte("]"))
	} else if broken != nil {
		return broken
	}
	elements, isArray := bytes.CutPrefix(array, []byte("["))
	if !isArray {
		r.wrong.Problem(r.lineAt(at), "%s must be an array of numbers", key)
		return broken
	}
	elements = bytes.TrimSuffix(elements, []byte("]"))
	if len(bytes.TrimSpace(elements)) == 0 {
		return broken
	}
	at += len("[")
	for index, element := range bytes.Split(elements, []byte(",")) {
		text := bytes.TrimLeft(element, " \t\r\n")
		number, err := parse(string(bytes.TrimSpace(text)))
		if err != nil {
			r.wrong.Problem(r.lineAt(at+len(element)-len(text)), "%s[%d]: %v", key, index, err)
		}
		*list = append(*list, number)
		at += len(element) + len(",")
	}
	return broken
}

// failOnce notes why the text cannot be read to its end, if nothing else says so.
func (r *jsonReader) failOnce(err error) {
	if err != nil && (len(r.wrong.List) == 0 || errors.Is(err, io.ErrUnexpectedEOF)) {
		r.fail(err)
	}
}

// fail notes why the text cannot be read to its end.
func (r *jsonReader) fail(err error) {
	if cutOff(err) {
		r.wrong.Problem(r.lineAt(len(bytes.TrimRight(r.text, " \t\r\n"))), "the JSON breaks off here: is the file complete?")
		return
	}
	r.wrong.Problem(r.line(), "%v", err)
}
