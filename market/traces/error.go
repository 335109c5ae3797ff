package traces

import "github.com/bobby-math/tessera/input"

// Error is everything wrong with one file, or with files that are used together.
type Error struct{ input.Problems }

func newError(name string) *Error { return &Error{input.Problems{Name: name}} }

// orNil returns e with its problems sorted, or nil if there are none.
func (e *Error) orNil() error {
	if len(e.List) == 0 {
		return nil
	}
	e.Sort()
	return e
}
