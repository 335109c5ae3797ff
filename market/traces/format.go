package traces

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// format is one way to write down a history, which an intake I takes.
type format[I any] struct {
	name string
	// doc says what such a file is, for the error about a file that is none.
	doc string
	// looksLike tells from the first bytes whether the file claims to be of this format.
	looksLike func(head []byte) bool
	// asksPolarity tells that such a file does not say what its numbers mean.
	asksPolarity bool
	// read hands all that text, which is UTF-8, holds to in, and every problem with it.
	read func(text []byte, in I)
}

// formats are sorted by name.
type formats[I any] []format[I]

var (
	priceFormats    formats[*intake]
	capacityFormats formats[*capacityIntake]
)

func (f *formats[I]) register(one format[I]) {
	*f = append(*f, one)
	slices.SortFunc(*f, func(a, b format[I]) int { return strings.Compare(a.name, b.name) })
}

// find returns the first format that text looks like.
func (f formats[I]) find(text []byte) (one format[I], ok bool) {
	const headSize = 1 << 16 // a format is known by the bytes before
	head := text[:min(len(text), headSize)]
	i := slices.IndexFunc(f, func(one format[I]) bool { return one.looksLike(head) })
	if i < 0 {
		return one, false
	}
	return f[i], true
}

func (f formats[I]) docs() (docs []string) {
	for _, one := range f {
		docs = append(docs, one.doc)
	}
	return docs
}

// LooksLikePrices tells whether data, which need not be all of a file, is meant for
// ReadPrices rather than for ReadCapacity.
func LooksLikePrices(data []byte) bool {
	_, capacity := capacityFormats.find(data)
	_, prices := priceFormats.find(data)
	return prices && !capacity
}

var (
	utf8Mark = []byte("\ufeff")
	gzipMark = []byte("\x1f\x8b")
)

// checkText tells whether data is UTF-8 text, and notes what is wrong if not.
func (e *Error) checkText(data []byte) bool {
	if kind := foreign(data); kind != "" {
		e.Problem(0, "%s", kind)
		return false
	}
	if utf8.Valid(data) {
		return true
	}
	number := 0
	for line := range bytes.Lines(data) {
		number++
		if !utf8.Valid(line) {
			e.Problem(number, "bytes that are not UTF-8")
		}
	}
	return false
}

// foreign says what data is if it is no text at all.
func foreign(data []byte) string {
	switch {
	case bytes.HasPrefix(data, gzipMark):
		return "gzip: unpack it first"
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return "zip (or a spreadsheet): unpack it, or save it as CSV, first"
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return "UTF-16: save it as UTF-8 first"
	case bytes.IndexByte(data, 0) >= 0:
		return "binary data, not text"
	case len(bytes.TrimSpace(data)) == 0:
		return "the file is empty"
	}
	return ""
}
