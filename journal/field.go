package journal

import (
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// Value is what one field of Entry holds: a column of a table of entries.
type Value struct {
	Column string // its name; it ends in the unit
	Unit   Unit
	// Doc says what it means.
	Doc string

	number func(*Entry) int64
	word   func(*Entry) string // of a Word, whose number is 0
	none   int64               // stands for no value
}

// Field is a Value that the entries of a kind have.
type Field struct {
	*Value
	Key    string   // its name in an event; it ends in the unit
	Unit   Unit     // how an event writes it
	When   Presence // when the entries of the kind have it
	Phrase string   // how a sentence says it, as "for %s"; empty if sentences leave it out
}

// Unit is what a value is counted in, or what it names.
type Unit uint8

// The units of values.
const (
	Count       Unit = iota // or the number of an instance, a task, a replica
	PoolName                // zone and instance type
	TaskName                // id in the task file; the number without one
	Word                    // one of few texts, or some of them with commas between
	USD                     // the number is of nano-dollars
	USDPerHour              // the number is of nano-dollars an hour
	Hours                   // the number is of nanoseconds
	Seconds                 // the number is of nanoseconds
	Nanoseconds             // the number is of nanoseconds
)

// String is the symbol of the unit; it is empty for what has none.
func (u Unit) String() string {
	return [...]string{"", "", "", "", "$", "$/h", "h", "s", "ns"}[u]
}

// Presence is when the entries of a kind have a field.
type Presence uint8

const (
	Always     Presence = iota // all of them
	IfAny                      // those whose value is not the one that stands for none
	IfLaunch                   // decisions that launch something
	UnlessZero                 // all of them, but JSON events leave out a zero
)

// String says it in words; Always needs none.
func (p Presence) String() string {
	return [...]string{"", "if there is one", "if it launches something", "in JSON only if not 0"}[p]
}

// In tells whether e, an entry of the kind of f, has the field.
func (f *Field) In(e *Entry) bool {
	switch f.When {
	case IfAny:
		return f.number(e) != f.none
	case IfLaunch:
		return e.Pool != cloud.None
	}
	return true
}

// Number returns the value in e as an integer: a count or a number that identifies, and
// otherwise the nano-dollars or nanoseconds. It is 0 for a Word.
func (v *Value) Number(e *Entry) int64 { return v.number(e) }

// Word returns the text of a Word.
func (v *Value) Word(e *Entry) string { return v.word(e) }

// Of returns n, a Number, in the unit.
func (u Unit) Of(n int64) float64 {
	switch u {
	case USD, USDPerHour:
		return float64(n) / 1e9
	case Hours:
		return time.Duration(n).Hours()
	case Seconds:
		return time.Duration(n).Seconds()
	}
	return float64(n)
}

// Amount returns the field of e in its unit.
func (f *Field) Amount(e *Entry) float64 { return f.Unit.Of(f.Number(e)) }

// The fields of the table are made from values: under their own name and unit, always there
// and in no sentence, but for what is said otherwise.

func (f Field) as(key string, unit Unit) Field {
	f.Key, f.Unit = key, unit
	return f
}

func (f Field) when(p Presence) Field {
	f.When = p
	return f
}

func (f Field) said(phrase string) Field {
	f.Phrase = phrase
	return f
}
