package workload

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

const realLogs = "../../shared/traces/llm/"

type logReader func(string, io.Reader) ([]LoggedRequest, error)

func TestReadLogs(t *testing.T) {
	tests := []struct {
		file string
		read logReader
		want []LoggedRequest
	}{
		// The first request comes half a second before midnight, the second the least that
		// the format can tell after it, 100 ns.
		{"azure_llm.csv", ReadAzureLLM, []LoggedRequest{
			{0, 374, 44}, {100, 396, 109}, {500 * time.Millisecond, 0, 1}, {500 * time.Millisecond, MaxTokens, 0},
			{time.Hour + 500*time.Millisecond, 7, 8},
		}},
		// The first request comes at 3000 ms, the last an hour, 3,600,000 ms, later.
		{"mooncake.jsonl", ReadMooncake, []LoggedRequest{
			{0, 6758, 500}, {0, 0, 0}, {250 * time.Microsecond, MaxTokens, 1}, {time.Hour, 7, 8},
		}},
	}
	for _, test := range tests {
		data, err := os.ReadFile("testdata/" + test.file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := test.read(test.file, bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.file, diff)
		}
	}
}

func TestReadAzureLLMOf2024(t *testing.T) {
	// The later traces write the offset from UTC; 01:00 at +01:00 is midnight.
	const text = "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 00:00:00.009930+00:00,2162,5\n2024-05-10 01:00:01.009930+01:00,2399,6\n"
	got, err := ReadAzureLLM("f", strings.NewReader(text))
	if want := []LoggedRequest{{0, 2162, 5}, {time.Second, 2399, 6}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
}

const azureHeader = "TIMESTAMP,ContextTokens,GeneratedTokens\n"

func TestReadersOfLogsTellEveryProblem(t *testing.T) {
	tests := []struct {
		name, text string
		read       logReader
		want       []string
	}{
		{"no header", "2023-11-16 18:15:46.6,1,2\n2023-11-16 18:15:47,1\n", ReadAzureLLM,
			[]string{`f: line 1: the header "2023-11-16 18:15:46.6,1,2" must be TIMESTAMP,ContextTokens,GeneratedTokens`}},
		{"nothing but a header", azureHeader, ReadAzureLLM, []string{`f: no requests`}},
		{"no bytes", "", ReadMooncake, []string{`f: no requests`}},
		{"a log out of order", azureHeader + "2023-11-16 18:15:46.6,1,2\n2023-11-16 18:15:46.5999999,1,2\n2023-11-16 18:15:46.6,1,2\n", ReadAzureLLM,
			[]string{`f: line 3: TIMESTAMP "2023-11-16 18:15:46.5999999" is before "2023-11-16 18:15:46.6" on line 2: sort the log by time`}},
		{"several at once", azureHeader + "yesterday,-1,2.5\n2023-11-16 18:15:46.6,1\n2023-11-16 18:15:46,100000001,\n", ReadAzureLLM, []string{
			`f: line 2: TIMESTAMP "yesterday" is not a time: write 2023-11-16 18:15:46.6805900`,
			`f: line 2: ContextTokens "-1" must be a whole number in [0, 100000000]`,
			`f: line 2: GeneratedTokens "2.5" must be a whole number in [0, 100000000]`,
			`f: line 3: has 2 cells, and the header 3`,
			`f: line 4: ContextTokens "100000001" must be a whole number in [0, 100000000]`,
			`f: line 4: GeneratedTokens "" must be a whole number in [0, 100000000]`,
		}},
		{"a century", azureHeader + "1900-01-01 00:00:00,1,2\n2023-11-16 18:15:46,1,2\n", ReadAzureLLM,
			[]string{`f: line 3: TIMESTAMP "2023-11-16 18:15:46" is more than 100 years after the first`}},
		{"compressed", "\x1f\x8b", ReadAzureLLM, []string{`f: compressed with gzip: decompress it first`}},
		{"a log of milliseconds out of order", `{"timestamp":27,"input_length":1,"output_length":1}` + "\n" + `{"timestamp":26.5,"input_length":1,"output_length":1}`, ReadMooncake,
			[]string{`f: line 2: timestamp "26.5" is before "27" on line 1: sort the log by time`}},
		{"several objects at once", `{"timestamp":-1,"input_length":"7","output_length":1e3}` + "\n[]\n{\"timestamp\":\n{}\nnull", ReadMooncake, []string{
			`f: line 1: timestamp "-1" must be a number of milliseconds in [0, 1e+15]`,
			`f: line 1: input_length "\"7\"" must be a whole number in [0, 100000000]`,
			`f: line 1: output_length "1e3" must be a whole number in [0, 100000000]`,
			`f: line 2: "[]" is not a JSON object`,
			`f: line 3: "{\"timestamp\":" is not a JSON object`,
			`f: line 4: timestamp is missing`,
			`f: line 4: input_length is missing`,
			`f: line 4: output_length is missing`,
			`f: line 5: "null" is not a JSON object`,
		}},
		{"times too far apart", `{"timestamp":0,"input_length":1,"output_length":1}` + "\n" + `{"timestamp":1e15,"input_length":1,"output_length":1}`, ReadMooncake,
			[]string{`f: line 2: timestamp "1e15" is more than 100 years after the first`}},
	}
	for _, test := range tests {
		got, err := test.read("f", strings.NewReader(test.text))
		if want := strings.Join(test.want, "\n"); err == nil || err.Error() != want {
			t.Errorf("%s: %v\ngot\n%v\nwant\n%s", test.name, got, err, want)
		}
	}
}

func TestReadersOfLogsStopListingAtTwentyProblems(t *testing.T) {
	_, err := ReadMooncake("f", strings.NewReader(strings.Repeat("{\n", 23)))
	var broken *FileError
	if !errors.As(err, &broken) || len(broken.List) != 20 || broken.More != 3 {
		t.Errorf("%v", err)
	}
}

func TestReadersOfLogsPassOnTheErrorOfTheirReader(t *testing.T) {
	mine := errors.New("mine")
	for _, read := range []logReader{ReadAzureLLM, ReadMooncake} {
		if _, err := read("f", iotest.ErrReader(mine)); !errors.Is(err, mine) {
			t.Errorf("%v", err)
		}
	}
	if _, err := ReadCounts("f", iotest.ErrReader(mine), time.Minute); !errors.Is(err, mine) {
		t.Errorf("%v", err)
	}
}

func TestRealLogs(t *testing.T) {
	// Rates and cv of these logs (Azure/AzurePublicDataset, 2023) are known rounded to the
	// last digit given here, half of which is the tolerance. The conversations go from
	// 18:15:46.7 to 19:14:08.4, 58 full minutes; the code from 18:17:04.0 to 19:14:19.9, 57.
	tests := []struct {
		file       string
		requests   int
		minutes    float64
		rate, cv   float64
		rateWithin float64
		cvWithin   float64
	}{
		{"AzureLLM2023_conv.csv", 19366, 58, 5.5, 1.09, 0.05, 0.005},
		{"AzureLLM2023_code.csv", 8819, 57, 2.6, 13.2, 0.05, 0.05},
	}
	for _, test := range tests {
		data, err := os.ReadFile(realLogs + test.file)
		if err != nil {
			t.Skipf("the real data is not here: %v", err)
		}
		log, err := ReadAzureLLM(test.file, bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		mean, cv := gapsOf(log)
		if len(log) != test.requests {
			t.Errorf("%s: %d requests, want %d", test.file, len(log), test.requests)
		}
		if minutes := math.Floor(log[len(log)-1].At.Minutes()); minutes != test.minutes {
			t.Errorf("%s: %v full minutes, want %v", test.file, minutes, test.minutes)
		}
		if rate := 1 / mean; math.Abs(rate-test.rate) > test.rateWithin {
			t.Errorf("%s: %v requests a second, want %v", test.file, rate, test.rate)
		}
		if math.Abs(cv-test.cv) > test.cvWithin {
			t.Errorf("%s: gaps have cv %v, want %v", test.file, cv, test.cv)
		}
	}
}

// gapsOf returns the mean of the gaps between requests, in seconds, and their coefficient
// of variation.
func gapsOf(log []LoggedRequest) (mean, cv float64) {
	var gaps []float64
	for i, r := range log[1:] {
		gaps = append(gaps, (r.At - log[i].At).Seconds())
	}
	mean, variance := moments(gaps)
	return mean, math.Sqrt(variance) / mean
}

func TestRealMooncake(t *testing.T) {
	const file = "conversation_trace.head500.jsonl"
	data, err := os.ReadFile(realLogs + file)
	if err != nil {
		t.Skipf("the real data is not here: %v", err)
	}
	log, err := ReadMooncake(file, bytes.NewReader(data))
	if err != nil || len(log) != 500 { // the head of the log, as its name says
		t.Fatalf("%d requests, want 500: %v", len(log), err)
	}
	if want := (LoggedRequest{0, 6758, 500}); log[0] != want {
		t.Errorf("%v, want %v, as the first line has it", log[0], want)
	}
}

// FuzzReadAzureLLM: whatever the bytes, either requests that pass Check and, written and
// read again, are the same, or a FileError.
func FuzzReadAzureLLM(f *testing.F) {
	for _, seed := range []string{
		"", "\ufeff", "\x1f\x8b", "\xff", azureHeader, "timestamp, contexttokens ,GENERATEDTOKENS\r\n2023-11-16 18:15:46.6805900,1,2\r\n",
		azureHeader + "2023-11-16 18:15:46.6,1,2\n2023-11-16 18:15:46.5,1,2\n",
		azureHeader + "2024-05-10 00:00:00.009930+00:00,2162,5\n9999-12-31 23:59:59,1,-1",
		azureHeader + "0000-01-01 00:00:00,1,2\n9999-12-31 23:59:59,+1,0\n,,",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzLog(t, ReadAzureLLM, data, func(log []LoggedRequest) string {
			text := azureHeader
			for _, r := range log {
				stamp := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(r.At)
				text += fmt.Sprintf("%s,%d,%d\n", stamp.Format("2006-01-02 15:04:05.000000000"), r.Input, r.Output)
			}
			return text
		})
	})
}

// FuzzReadMooncake: likewise.
func FuzzReadMooncake(f *testing.F) {
	for _, seed := range []string{
		"", "[{}]", "{", "null", `{"timestamp":1e999,"input_length":1,"output_length":1}`,
		`{"timestamp":27,"input_length":1,"output_length":1,"hash_ids":[1,2]}` + "\r\n\r\n" + `{"Timestamp":27.5,"input_length":1,"output_length":0}`,
		`{"timestamp":1e15,"input_length":1,"output_length":1}` + "\n" + `{"timestamp":0,"input_length":1,"output_length":1}`,
		`{"timestamp":null,"input_length":"1","output_length":-0}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzLog(t, ReadMooncake, data, func(log []LoggedRequest) (text string) {
			for _, r := range log {
				// 100 years in nanoseconds have 19 digits, more than a float64 holds
				ms := float64(r.At) / 1e6
				text += fmt.Sprintf(`{"timestamp":%v,"input_length":%d,"output_length":%d}`+"\n", ms, r.Input, r.Output)
			}
			return text
		})
	})
}

func fuzzLog(t *testing.T, read logReader, data []byte, write func([]LoggedRequest) string) {
	log, err := read("f", bytes.NewReader(data))
	if err != nil {
		checkFileError(t, err)
		return
	}
	if errs := (Requests{Process: "log", Log: log}).Check(); len(errs) > 0 {
		t.Fatal(errs)
	}
	again, err := read("f", strings.NewReader(write(log)))
	if err != nil {
		t.Fatalf("%v\n%s", err, write(log))
	}
	nearly := gocmp.Comparer(func(a, b time.Duration) bool { return (a - b).Abs() <= 1+a/1e15 })
	if diff := gocmp.Diff(log, again, nearly); diff != "" {
		t.Fatalf("read again (-first +second):\n%s", diff)
	}
}
