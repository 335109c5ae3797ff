package journal

import (
	"reflect"
	"strings"
	"testing"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

func TestEveryKindHasARow(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Kinds() {
		if k.String() == "" || k.Doc() == "" || seen[k.String()] {
			t.Errorf("kind %d: name %q, doc %q", k, k.String(), k.Doc())
		}
		seen[k.String()] = true
		if len(k.Fields()) == 0 && k != Stall && k != End {
			t.Errorf("%v has no field", k)
		}
		keys := map[string]bool{"time_h": true, "kind": true}
		for _, f := range k.Fields() {
			if keys[f.Key] {
				t.Errorf("%v has two fields %s", k, f.Key)
			}
			keys[f.Key] = true
		}
	}
}

// What is set in an entry comes out of some field of some kind. Each field of Entry but At
// and Kind, which all entries have, is set to 1, another value than that of the empty entry.
func TestEveryFieldOfEntryIsReadByARow(t *testing.T) {
	entry := reflect.TypeFor[Entry]()
	for i := range entry.NumField() {
		name := entry.Field(i).Name
		if name == "At" || name == "Kind" {
			continue
		}
		var empty, set Entry
		switch field := reflect.ValueOf(&set).Elem().Field(i); {
		case field.CanInt():
			field.SetInt(1)
		case field.CanUint():
			field.SetUint(1)
		default:
			t.Fatalf("%s is no integer: extend this test", name)
		}
		if !read(&empty, &set) {
			t.Errorf("no row of the table reads Entry.%s", name)
		}
	}
}

// read tells whether a field of some kind tells a from b.
func read(a, b *Entry) bool {
	for _, k := range Kinds() {
		for _, f := range k.Fields() {
			if f.Unit == Word && f.Word(a) != f.Word(b) || f.Unit != Word && f.Number(a) != f.Number(b) {
				return true
			}
		}
	}
	return false
}

func TestEveryValueIsAFieldOfSomeKindAndNamedAfterItsUnit(t *testing.T) {
	used := map[*Value]bool{}
	named := func(name string, u Unit) {
		if want := map[Unit]string{USD: "_usd", USDPerHour: "_usd_per_h", Hours: "_h", Seconds: "_s", Nanoseconds: "_ns"}[u]; !strings.HasSuffix(name, want) {
			t.Errorf("%s: want the suffix %s", name, want)
		}
	}
	for _, k := range Kinds() {
		for _, f := range k.Fields() {
			used[f.Value] = true
			named(f.Key, f.Unit)
		}
	}
	columns := map[string]bool{}
	for _, v := range Values() {
		if !used[v] || v.Doc == "" || columns[v.Column] {
			t.Errorf("%s: used by a kind: %v, doc %q, twice: %v", v.Column, used[v], v.Doc, columns[v.Column])
		}
		columns[v.Column] = true
		named(v.Column, v.Unit)
	}
}

func TestAFieldIsThereIfItsValueIsNotNone(t *testing.T) {
	none := Entry{Pool: cloud.None, Task: cloud.None, Replica: cloud.NoReplica, Deadline: clock.Never}
	some := Entry{Replica: 1}
	for _, k := range Kinds() {
		for _, f := range k.Fields() {
			always := f.When == Always || f.When == UnlessZero
			if f.In(&none) != always || !f.In(&some) {
				t.Errorf("%v: %s is there: %v and %v, want %v and true", k, f.Key, f.In(&none), f.In(&some), always)
			}
		}
	}
}

// 5,400 s are 1.5 h; a nano-dollar is 1e-9 $.
func TestAmountsAreInTheUnit(t *testing.T) {
	for u, want := range map[Unit]float64{Hours: 1.5, Seconds: 5400, USD: 5400, USDPerHour: 5400, Nanoseconds: 5400e9, Count: 5400e9} {
		if got := u.Of(5400e9); got != want {
			t.Errorf("%q: %v, want %v", u, got, want)
		}
	}
}
