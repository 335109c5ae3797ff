package traces

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// priceFormat is one way to write down a price history.
type priceFormat struct {
	name string
	// doc says what such a file is, for the error about a file that is none.
	doc string
	// looksLike tells from the first bytes whether the file claims to be of this format.
	looksLike func(head []byte) bool
	// read hands every row of text, which is UTF-8, to in, and every problem with it.
	read func(text []byte, in *intake)
}

var priceFormats []priceFormat

func registerPriceFormat(f priceFormat) {
	priceFormats = append(priceFormats, f)
	slices.SortFunc(priceFormats, func(a, b priceFormat) int { return strings.Compare(a.name, b.name) })
}

// headSize is how many bytes a format is known by.
const headSize = 1 << 16

var utf8Mark = []byte("\ufeff")

// identify finds the format of text, or notes why it cannot be read.
func (in *intake) identify(text []byte) (format priceFormat, ok bool) {
	if !in.checkText(text) {
		return priceFormat{}, false
	}
	var docs []string
	for _, f := range priceFormats {
		if f.looksLike(head(text)) {
			return f, true
		}
		docs = append(docs, f.doc)
	}
	in.Problem(0, "not a known price history: looked for %s", strings.Join(docs, ", and for "))
	return priceFormat{}, false
}

// head is the part of a text that a format is known by.
func head(text []byte) []byte { return text[:min(len(text), headSize)] }

// checkText tells whether data is UTF-8 text, and notes what is wrong if not.
func (e *Error) checkText(data []byte) bool {
	if kind := foreign(data); kind != "" {
		e.Problem(0, "%s", kind)
		return false
	}
	return e.checkUTF8(data)
}

// foreign says what data is if it is no text at all.
func foreign(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\x1f\x8b")):
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

func (e *Error) checkUTF8(text []byte) bool {
	if utf8.Valid(text) {
		return true
	}
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if !utf8.Valid(line) {
			e.Problem(number, "bytes that are not UTF-8")
		}
	}
	return false
}
