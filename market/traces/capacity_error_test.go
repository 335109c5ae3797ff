package traces

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCapacityErrors(t *testing.T) {
	const tail = `,"metadata":{"gap_seconds":60}}`
	const native = "time,zone,instance_type,price,available\n"
	tests := []struct {
		name, text string
		options    CapacityOptions
		want       []string
	}{
		{"an empty file", "", CapacityOptions{}, []string{`f: the file is empty`}},
		{"UTF-16", "\xff\xfe0\x00", CapacityOptions{}, []string{`f: UTF-16: save it as UTF-8 first`}},
		{"Latin-1", "date,availability\n2031-01-01 00:00:00,1\n\xe9,1\n", CapacityOptions{}, []string{`f: line 3: bytes that are not UTF-8`}},
		{"prices", "Timestamp,SpotPrice\n2031-01-01 00:00:00,1\n", CapacityOptions{}, []string{
			`f: a price history, not an availability series (if it came packed, unpack it)`}},

		{"numbers of every wrong kind", `{"data":[1,-1,0.5,` + "\n" + `NaN, "3",null,[1],1e3,2000000]` + tail, CapacityOptions{Polarity: Available}, []string{
			`f: line 1: data[1]: "-1" is negative`,
			`f: line 1: data[2]: "0.5" is not a whole number of instances`,
			`f: line 2: data[3]: "NaN" is not a whole number`,
			`f: line 2: data[4]: "\"3\"" is not a whole number`,
			`f: line 2: data[5]: "null" is not a whole number`,
			`f: line 2: data[6]: "[1" is not a whole number`}}, // JSON ends at the NaN; so does the list
		{"numbers of every wrong kind in JSON", `{"data":["3",null,[1],1e3,2000000,99999999999999999999]` + tail, CapacityOptions{Polarity: Available}, []string{
			`f: line 1: data[0]: "\"3\"" is not a whole number`,
			`f: line 1: data[1]: "null" is not a whole number`,
			`f: line 1: data[2]: "[1]" is not a whole number`,
			`f: line 1: data[3]: "1e3" is not a whole number`,
			`f: line 1: data[4]: "2000000" is above 1000000: is it a number of instances?`,
			`f: line 1: data[5]: "99999999999999999999" is above 1000000: is it a number of instances?`}},
		{"a count where there is only yes and no", `{"data":[0,1,2]` + tail, CapacityOptions{Polarity: Unavailable}, []string{
			`f: line 1: data[2]: 2 must be 0 or 1 (polarity unavailable)`}},
		{"wrong prices", `{"data":[0,1],"prices":[-1,Infinity]` + tail, CapacityOptions{Polarity: Unavailable}, []string{
			`f: line 1: prices[0]: "-1" is negative`,
			`f: line 1: prices[1]: "Infinity" is not a price in dollars an hour`}},
		{"fewer prices than data, and no gap", `{"metadata":{},"data":[0,1],"prices":[1]}`, CapacityOptions{Polarity: Unavailable}, []string{
			`f: metadata.gap_seconds is missing: the gap must be given`,
			`f: 1 prices for 2 data`}},
		{"prices that are empty", `{"data":[0],"prices":[]` + tail, CapacityOptions{Polarity: Unavailable}, []string{`f: 0 prices for 1 data`}},
		{"no data", `{"data":[]` + tail, CapacityOptions{Polarity: Unavailable}, []string{`f: data is missing or empty`}},
		{"data elsewhere", `{"metadata":{"data":[1],"gap_seconds":60}}`, CapacityOptions{Polarity: Unavailable}, []string{`f: data is missing or empty`}},
		{"data that is no array", `{"data":{"a":1}` + tail, CapacityOptions{Polarity: Unavailable}, []string{
			`f: data is missing or empty`,
			`f: line 1: data must be an array of numbers`}},
		{"a gap of 0", `{"data":[0],"metadata":{"gap_seconds":0}}`, CapacityOptions{Polarity: Unavailable}, []string{
			`f: metadata.gap_seconds: 0 must be > 0`}},
		{"a negative gap", `{"data":[0],"metadata":{"gap_seconds":-60}}`, CapacityOptions{Polarity: Unavailable}, []string{
			`f: metadata.gap_seconds: "-60" is negative`}},
		{"a gap in words", `{"data":[0],"metadata":{"gap_seconds":"60"}}`, CapacityOptions{Polarity: Unavailable}, []string{
			`f: metadata.gap_seconds: "\"60\"" is not a number of seconds`}},
		{"a gap of ages", `{"data":[0],"metadata":{"gap_seconds":1e300}}`, CapacityOptions{Polarity: Unavailable}, []string{
			`f: metadata.gap_seconds: "1e300" is above 946080000 seconds (30 years): is it a date, or in milliseconds?`}},
		{"a span of ages", `{"data":[0,1],"metadata":{"gap_seconds":900000000}}`, CapacityOptions{Polarity: Unavailable}, []string{
			`f: 2 ticks of 250000h0m0s are more than 30 years`}},
		{"metadata that is no object", `{"data":[0],"metadata":[]}`, CapacityOptions{Polarity: Unavailable}, []string{
			`f: metadata.gap_seconds is missing: the gap must be given`,
			`f: line 1: metadata must be an object`}},
		{"a start that is none", `{"data":[0],"metadata":{"gap_seconds":1,"start_time":1700000000,"zone":"z"}}`, CapacityOptions{Polarity: Unavailable}, []string{
			`f: metadata.start_time must be a string of one line`}},
		{"a key twice", `{"data":[0],` + "\n" + `"data":[1]` + tail, CapacityOptions{Polarity: Unavailable}, []string{`f: line 2: two keys "data"`}},
		{"JSON cut in the data", `{"metadata":{"gap_seconds":1},` + "\n" + `"data":[0, 1`, CapacityOptions{Polarity: Unavailable}, []string{
			`f: line 2: the JSON breaks off here: is the file complete?`}},
		{"JSON cut before its end", `{"metadata":{"gap_seconds":1},"data":[0]`, CapacityOptions{Polarity: Unavailable}, []string{
			`f: line 1: the JSON breaks off here: is the file complete?`}},
		{"a comma too many", `{"data":[0,]` + tail, CapacityOptions{Polarity: Unavailable}, []string{
			`f: line 1: data[1]: "" is not a whole number`}},
		{"two files in one", `{"data":[0]` + tail + `{"data":[0]}`, CapacityOptions{Polarity: Unavailable}, []string{
			`f: line 1: more behind the end of the JSON`}},

		{"rows of polls", "date,availability\nnow,1\n2031-01-01 00:00:00,-1\n2031-01-01 00:00:00\n2031-01-01,1\n", CapacityOptions{}, []string{
			`f: line 2: date "now" is not a time like 2006-01-02T15:04:05Z`,
			`f: line 3: availability "-1" is negative`,
			`f: line 4: row of length 1 under a header of length 2`,
			`f: line 5: date "2031-01-01" is not a time like 2006-01-02T15:04:05Z`}},
		{"polls that contradict each other", "date,availability\n2031-01-01T00:00:00Z,1\n\n2031-01-01 00:00:00,0\n", CapacityOptions{}, []string{
			`f: line 4: another availability at 2031-01-01T00:00:00Z than on line 2`}},
		{"polls without rows", "date,availability\n", CapacityOptions{}, []string{`f: no rows`}},
		{"a gap of ages for polls", "date,availability\n2031-01-01T00:00:00Z,1\n2031-01-01T00:00:01Z,1\n", CapacityOptions{Gap: maxSpan}, []string{
			`f: 2 ticks of 262800h0m0s are more than 30 years`}},
		{"a polarity the header contradicts", "date,availability\n2031-01-01T00:00:00Z,1\n", CapacityOptions{Polarity: Unavailable}, []string{
			`f: polarity unavailable contradicts the file: a file of format skynomad-csv says what is available`}},

		{"a node that comes twice, one that goes twice", "0,add,a\n5,add,a\n6,remove,a\n9,remove,a\n", CapacityOptions{}, []string{
			`f: line 2: add "a", which is there already`,
			`f: line 4: remove "a", which is not there`}},
		{"kinds of lines mixed", "0,1\n5,add,a\n6\n7,8\n", CapacityOptions{}, []string{
			`f: line 2: "5,add,a" is not "ms,count"`,
			`f: line 3: "6" is not "ms,count"`}},
		{"counts and times that are none", "0,1\n-5,1\n7,x\n1700000000000,1\n", CapacityOptions{}, []string{
			`f: line 2: "-5" is not a number of milliseconds`,
			`f: line 3: "x" is not a whole number`,
			`f: line 4: "1700000000000" is above 946080000000 milliseconds (30 years): is it a date?`}},
		{"a gap for a log", "0,1\n5,2\n", CapacityOptions{Gap: time.Second}, []string{
			`f: a gap of 1s was asked for, but the times of the rows are not equally far apart`}},
		{"lines of a log in JSON", "[0,\"add\",{\"nodes\":[\"a\"]}]\n[1]\n[1,\"move\",{}]\n[-1,\"add\",{}]\n[1,\"add\",{\"nodes\":[\"b\"]\n[1,\"add\",{\"nodes\":[1]}]\n", CapacityOptions{}, []string{
			`f: line 2: an array of 1, not of milliseconds, what happened and to which nodes`,
			`f: line 3: "\"move\"" must be add, remove or no-op`,
			`f: line 4: "-1" is not a number of milliseconds`,
			`f: line 5: not an array: unexpected end of JSON input`,
			`f: line 6: nodes or duration: json: cannot unmarshal number into Go struct field .nodes of type string`}},

		{"prices by tick of no zone", `{"us-east-1a_x":[1],` + "\n" + `"gpu":["1"]}`, CapacityOptions{}, []string{
			`f: line 2: "gpu" names no zone`,
			`f: line 2: gpu[0]: "\"1\"" is not a price in dollars an hour`}},
		{"prices by tick, cut", `{"us-east-1a_x":[1,2`, CapacityOptions{}, []string{
			`f: line 1: the JSON breaks off here: is the file complete?`}},

		{"native cells", native + "x,z,t,1,1\n-1,z,t,1,1\n1,z,t,free,1\n2,z,t,1,some\n1e10,z,t,,1\n", CapacityOptions{}, []string{
			`f: line 2: time "x" is not a number of seconds`,
			`f: line 3: time "-1" is negative`,
			`f: line 4: price "free" is not a price in dollars an hour`,
			`f: line 5: available "some" is not a whole number`,
			`f: line 6: time "1e10" is above 946080000 seconds (30 years): is it a date, or in milliseconds?`}},
		{"native rows that contradict each other", native + "1,z,t,1,1\n1.0,z,t,2,1\n1,z,u,3,1\n1,z,t,,2\n", CapacityOptions{}, []string{
			`f: line 3: z t: another price at 1 s than on line 2`,
			`f: line 5: z t: another available at 1 s than on line 2`}},
		{"prices alone", native + "1,z,t,1,\n2,z,t,,\n", CapacityOptions{}, []string{`f: z t: no row has a number in available`}},
		{"another gap than asked for", native + "0,z,t,,1\n60,z,t,,0\n", CapacityOptions{Gap: time.Second}, []string{
			`f: z t: a gap of 1s was asked for, but the times of the rows are 1m0s apart`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			histories, err := ReadCapacity("f", strings.NewReader(test.text), test.options)
			if histories != nil {
				t.Errorf("a history comes with the error: %+v", histories[0])
			}
			if bad := (*Error)(nil); !errors.As(err, &bad) {
				t.Fatalf("%v is not an *Error", err)
			}
			if diff := cmp.Diff(test.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnknownTraceListsAllFormats(t *testing.T) {
	_, err := ReadCapacity("f", strings.NewReader("Lorem ipsum\n"), CapacityOptions{})
	if err == nil {
		t.Fatal("read")
	}
	for _, f := range capacityFormats {
		if !strings.Contains(err.Error(), f.doc) {
			t.Errorf("%v does not tell of %s", err, f.doc)
		}
	}
	for _, f := range priceFormats {
		if !strings.Contains(err.Error(), f.doc) {
			t.Errorf("%v does not tell of %s", err, f.doc)
		}
	}
}
