package spec

import (
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/workload"
)

// read reads text as a value of the type of v.
func read(v any, text string) (any, error) {
	got, err := forms[typeOf(v)].value(Text(text, Origin{}))
	if err != nil {
		return nil, err
	}
	return got.Interface(), nil
}

func TestValuesWithUnits(t *testing.T) {
	for text, want := range map[string]any{
		"48h":                       48 * time.Hour,
		"1h30m":                     90 * time.Minute,
		"2d":                        48 * time.Hour,
		"1d12h":                     36 * time.Hour,
		"-1d1h":                     -25 * time.Hour,
		"0.5d":                      12 * time.Hour,
		"0s":                        time.Duration(0),
		"1.5h":                      90 * time.Minute,
		"$3.06/h":                   cloud.Price(3_060_000_000),
		"$0/h":                      cloud.Price(0),
		"$.5/h":                     cloud.PerHour(0.5),
		"0.15/h":                    Rate(0.15),
		"24/d":                      Rate(1),
		"2/min":                     Rate(120),
		"1/s":                       Rate(3600),
		"15%":                       Share(0.15),
		"0.15":                      Share(0.15),
		"12.5%":                     Share(0.125),
		"continuous":                workload.Continuously,
		"none":                      workload.Nothing,
		"30m":                       workload.Checkpoint(30 * time.Minute),
		"18446744073709551615":      uint64(math.MaxUint64),
		"1e5":                       100_000,
		"true":                      true,
		"2030-01-01T01:00:00+01:00": Start{Instant: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)},
		"6h":                        Start{Offset: 6 * time.Hour},
	} {
		if got, err := read(want, text); err != nil || got != want {
			t.Errorf("%s as %T: %v, %v, want %v", text, want, got, err, want)
		}
	}
}

func TestAmbiguousValuesAreRefused(t *testing.T) {
	for _, c := range []struct {
		like  any
		texts string
	}{
		{time.Duration(0), "48 0 48.5 1w 3months h NaNd 1e3d 1d-1h d 9999999d 300000000h +1h"},
		{cloud.Price(0), "3.06 $3.06 3.06/h $3.06/d €3.06/h $x/h $1e300/h $NaN/h"},
		{Rate(0), "0.15 0.15/m 0.15/year /h x/h Inf/h"},
		{Share(0), "15percent 0x1 .inf NaN 1e1% %"},
		{1, "1.5 0x10 1_000 1e99 many 12h"},
		{uint64(0), "-1 1e3 18446744073709551616"},
		{1.5, "NaN Inf .inf 0x1p3 1,5"},
		{true, "yes no on 1 True"},
		{Start{}, "-1h 2030-01-01 now 2030-01-01T00:00:00"},
		{workload.Continuously, "1 never"},
	} {
		for text := range strings.FieldsSeq(c.texts) {
			if got, err := read(c.like, text); err == nil {
				t.Errorf("%s as %T: %v", text, c.like, got)
			}
		}
	}
	if _, err := forms[typeOf(1)].value(scalar("3", true, Origin{})); err == nil || err.Error() != `"3" must be a whole number, without quotes` {
		t.Error(err)
	}
}

// What is written reads the same, to the nanosecond and the nano-dollar.
func TestWrittenValuesReadTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, v := range []any{
			time.Duration(rapid.Int64().Draw(t, "duration")),
			cloud.Price(rapid.Int64Range(0, 10_000e9).Draw(t, "price")),
			Rate(rapid.Float64Range(0, 3600).Draw(t, "rate")),
			Share(rapid.Float64Range(-1e9, 1e9).Draw(t, "share")),
			rapid.Uint64().Draw(t, "seed"),
			rapid.IntRange(-1e15, 1e15).Draw(t, "count"),
			workload.Checkpoint(rapid.Int64().Draw(t, "checkpoint")),
			rapid.Bool().Draw(t, "bool"),
		} {
			text := Text("", Origin{})
			text.Text = forms[typeOf(v)].write(valueOf(v))
			if got, err := read(v, text.Text); err != nil || got != v {
				t.Fatalf("%v of %T is written %s and read as %v, %v", v, v, text.Text, got, err)
			}
		}
	})
}

// Text of any kind is written so that YAML reads it as text again.
func TestWrittenTextReadsTheSame(t *testing.T) {
	check := func(fatal func(string, ...any), text string) {
		tree, err := Parse("[{a: "+scalar(text, true, Origin{}).yaml()+"}, 1]", Origin{})
		if err != nil || tree.Items[0].field("a").Text != text || tree.Items[0].field("a").Null {
			fatal("%q is written %s and read as %+v, %v", text, scalar(text, true, Origin{}).yaml(), tree, err)
		}
	}
	for _, text := range []string{"", "a", "a: b", "#a", "a #b", "- a", "true", "No", "null", "~", "1", "1e3", "1.5", "-", "é", "*a", "&a", "a\nb", "\t", `"`, `\`, "a'b", "$3/h", "48h", "2030-01-01T00:00:00Z", "{", "a,b", ".inf", "0x1f", "<<", "=", "!a", "%a", "@a", "`a", "1:30", "12e4"} {
		check(t.Errorf, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t.Fatalf, rapid.StringOf(rapid.RuneFrom([]rune("ab1e. :#-[]{},&*!|>'\"%@`\\\n\tétrue~"))).Draw(t, "text"))
	})
}

// plain takes what this pattern takes.
func TestPlainNumbers(t *testing.T) {
	pattern := regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$`)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("019.eE+-_x")), 0, 8, -1).Draw(t, "text")
		if got, want := plain(text), pattern.MatchString(text); got != want {
			t.Fatalf("%q: %v, want %v", text, got, want)
		}
	})
}
