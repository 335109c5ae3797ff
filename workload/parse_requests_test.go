package workload

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/rng"
)

// fixtures opens the files of testdata.
func fixtures(path string) (io.ReadCloser, error) { return os.DirFS("testdata").Open(path) }

func TestParseRequests(t *testing.T) {
	log := func(source string, read logReader, file string) Requests {
		in, err := fixtures(file)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		requests, err := read(file, in)
		if err != nil {
			t.Fatal(err)
		}
		return Requests{Process: "log", Log: requests, Source: source}
	}
	counts := []int{3, 0, 600_000_000}
	tests := []struct {
		text, again string // again is empty where it is the same
		want        Requests
	}{
		{"poisson:rate=0.15/s", "", Requests{Process: "poisson", Rate: 0.15}},
		{"poisson:rate=9/min", "poisson:rate=0.15/s", Requests{Process: "poisson", Rate: 0.15}},
		{"poisson: rate = 540 / h", "poisson:rate=0.15/s", Requests{Process: "poisson", Rate: 0.15}},
		{"gamma:cv=4,rate=5/s", "gamma:rate=5/s,cv=4", Requests{Process: "gamma", Rate: 5, CV: 4}},
		{"counts:counts.csv", "", Requests{Process: "counts", Counts: counts, Bin: time.Minute, Source: "counts:counts.csv"}},
		{"counts:counts.csv,bin=1h30m", "", Requests{Process: "counts", Counts: counts, Bin: 90 * time.Minute, Source: "counts:counts.csv,bin=1h30m"}},
		{"azure:azure_llm.csv", "", log("azure:azure_llm.csv", ReadAzureLLM, "azure_llm.csv")},
		{"mooncake:mooncake.jsonl", "", log("mooncake:mooncake.jsonl", ReadMooncake, "mooncake.jsonl")},
	}
	for _, test := range tests {
		got, err := ParseRequests(test.text, fixtures)
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, %v; want %+v", test.text, got, err, test.want)
		}
		if test.again == "" {
			test.again = test.text
		}
		if got.String() != test.again {
			t.Errorf("%s: written again it is %s, want %s", test.text, got, test.again)
		}
	}
	if text := (Requests{Process: "counts", Counts: counts}).String(); text != "counts of 3 bins of 1m0s" {
		t.Error(text)
	}
	if text := (Requests{Process: "log", Log: make([]LoggedRequest, 7)}).String(); text != "log of 7 requests" {
		t.Error(text)
	}
}

func TestParseRequestsTellsAllThatIsWrong(t *testing.T) {
	tests := []struct {
		text string
		want []string // each after the text itself
	}{
		{"posson:rate=1/s", []string{`there is no "posson"; did you mean "poisson"? (known: poisson, gamma, counts, azure, mooncake)`}},
		{"", []string{`there is no "" (known: poisson, gamma, counts, azure, mooncake)`}},
		{"poisson", []string{"rate is missing"}},
		{"poisson:rate=-1/s", []string{"rate: -1 must be in (0, 1e+07] a second"}},
		{"poisson:rate=0/s", []string{"rate: 0 must be in (0, 1e+07] a second"}},
		{"poisson:rate=nan/s", []string{"rate: NaN must be in (0, 1e+07] a second"}},
		{"poisson:rate=1e999/s", []string{"rate: +Inf must be in (0, 1e+07] a second"}},
		{"poisson:rate=7e8/min", []string{"rate: 1.1666666666666666e+07 must be in (0, 1e+07] a second"}},
		{"poisson:rate=5", []string{`rate: "5" is not a rate: write 0.15/s, 9/min or 540/h`}},
		{"poisson:rate=5/day", []string{`rate: "5/day" is not a rate: write 0.15/s, 9/min or 540/h`}},
		{"poisson:rate", []string{`rate: "" is not a rate: write 0.15/s, 9/min or 540/h`}},
		{"poisson:rate=1/s,cv=1", []string{`there is no "cv" (known: rate)`}},
		{"poisson:rate=1/s,rate=2/s", []string{`rate comes twice`}},
		{"gamma:raet=5/s,cv=0", []string{
			`there is no "raet"; did you mean "rate"? (known: rate, cv)`, "rate is missing", "cv: 0 must be in [0.01, 100]",
		}},
		{"gamma:rate=x,cv=y", []string{`rate: "x" is not a rate: write 0.15/s, 9/min or 540/h`, `cv: "y" is not a number`}},
		{"counts:", []string{"the name of a file must come after the colon"}},
		{"counts:counts.csv,bin=-1s", []string{"bin: -1s must be in (0s, 876000h0m0s]"}},
		{"counts:counts.csv,bin=0", []string{"bin: 0s must be positive"}},
		{"counts:counts.csv,bin=1", []string{`bin: "1" is not a duration: write 90s, 20ms or 1h30m`}},
		{"azure:there_is_none", []string{"open there_is_none: file does not exist"}},
	}
	for _, test := range tests {
		_, err := ParseRequests(test.text, func(path string) (io.ReadCloser, error) {
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		})
		prefix := `requests "` + test.text + `": `
		if want := prefix + strings.Join(test.want, "\n"+prefix); err == nil || err.Error() != want {
			t.Errorf("got\n%v\nwant\n%s", err, want)
		}
	}
	_, err := ParseRequests("mooncake:azure_llm.csv", fixtures)
	var broken *FileError
	if !errors.As(err, &broken) || broken.Name != "azure_llm.csv" {
		t.Errorf("%v", err)
	}
}

func TestParseServiceTime(t *testing.T) {
	tests := []struct {
		text, again string
		want        ServiceTime
	}{
		{"exponential:mean=10s", "", DefaultServiceTime},
		{"constant:mean=2s", "", ServiceTime{Drawn: rng.Duration{Shape: rng.Constant, Mean: 2 * time.Second}}},
		{"lognormal:cv=0.8,mean=10s", "lognormal:mean=10s,cv=0.8", ServiceTime{Drawn: rng.Duration{Shape: rng.Lognormal, Mean: 10 * time.Second, CV: 0.8}}},
		{"tokens:input=0.2ms,output=20ms,base=100ms", "tokens:input=200µs,output=20ms,base=100ms",
			ServiceTime{Tokens: TokenTime{Base: 100 * time.Millisecond, PerInput: 200 * time.Microsecond, PerOutput: 20 * time.Millisecond}}},
		{"tokens:output=1s", "tokens:input=0s,output=1s,base=0s", ServiceTime{Tokens: TokenTime{PerOutput: time.Second}}},
	}
	for _, test := range tests {
		got, err := ParseServiceTime(test.text)
		if err != nil || got != test.want {
			t.Errorf("%s: %+v, %v; want %+v", test.text, got, err, test.want)
		}
		if test.again == "" {
			test.again = test.text
		}
		if got.String() != test.again {
			t.Errorf("%s: written again it is %s, want %s", test.text, got, test.again)
		}
	}
	if text := (ServiceTime{}).String(); text != "exponential:mean=10s" {
		t.Errorf("the default is %s", text)
	}
}

func TestParseServiceTimeTellsAllThatIsWrong(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"lognormall:mean=1s", []string{`there is no "lognormall"; did you mean "lognormal"? (known: tokens, constant, exponential, lognormal)`}},
		{"constant", []string{"mean is missing"}},
		{"constant:mean=0s", []string{"mean: 0s must be in (0s, 8760h0m0s]"}},
		{"lognormal:mean=-1s,cv=11", []string{"mean: -1s must be in (0s, 8760h0m0s]", "cv: 11 must be in (0, 10]"}},
		{"exponential:mean=10,cv=1", []string{`there is no "cv" (known: mean)`, `mean: "10" is not a duration: write 90s, 20ms or 1h30m`}},
		{"tokens:", []string{"one of input, output and base must be positive"}},
		{"tokens:input=-1ms,output=11s,base=25h", []string{
			"base: 25h0m0s must be in [0s, 24h0m0s]", "input: -1ms must be in [0s, 10s]", "output: 11s must be in [0s, 10s]",
		}},
	}
	for _, test := range tests {
		_, err := ParseServiceTime(test.text)
		prefix := `service time "` + test.text + `": `
		if want := prefix + strings.Join(test.want, "\n"+prefix); err == nil || err.Error() != want {
			t.Errorf("got\n%v\nwant\n%s", err, want)
		}
	}
}

func TestParseAutoscaler(t *testing.T) {
	const text = "qps=0.5,min=0,max=20,window=1m20s,up=5m0s,down=20m0s,every=40s"
	want := Autoscaler{PerReplica: 0.5, Min: 0, Max: 20, Window: 80 * time.Second, UpHold: 5 * time.Minute, DownHold: 20 * time.Minute, Every: 40 * time.Second}
	got, err := ParseAutoscaler(text)
	if err != nil || got != want || got.String() != text {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	// What is left out is that of the artifact: a window of 60 s, looks every 20 s, 300 s up
	// and 1200 s down.
	got, err = ParseAutoscaler("qps=2")
	if want := "qps=2,min=1,max=10,window=1m0s,up=5m0s,down=20m0s,every=20s"; err != nil || got.String() != want {
		t.Errorf("%v, %v; want %s", got, err, want)
	}
}

func TestParseAutoscalerTellsAllThatIsWrong(t *testing.T) {
	const text = "qqs=1,min=-1,max=2.5,window=50s,up=soon"
	const prefix = `autoscaler "` + text + `": `
	const want = prefix + `there is no "qqs"; did you mean "qps"? (known: qps, min, max, window, up, down, every)` + "\n" +
		prefix + "qps is missing\n" +
		prefix + `max: "2.5" is not a whole number` + "\n" +
		prefix + `up: "soon" is not a duration: write 90s, 20ms or 1h30m` + "\n" +
		prefix + "min: -1 must be in [0, 100000]\n" +
		prefix + "window: 50s must be a multiple of every, 20s, at least one and at most 10000"
	if _, err := ParseAutoscaler(text); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// FuzzParse: whatever a user types, either an error, or what passes Check and, written and
// read again, is the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"poisson:rate=0.15/s", "gamma:rate=5/min,cv=4", "counts:counts.csv,bin=30s", "azure:azure_llm.csv", "mooncake:x",
		"lognormal:mean=10s,cv=0.8", "tokens:input=0.2ms,output=20ms,base=100ms", "constant:mean=1ns",
		"qps=0.5,min=1,max=10,window=60s,up=300s,down=1200s", "qps=0x1p-9,every=1ns,window=10us", "=,=", "poisson:rate=1/s,",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if r, err := ParseRequests(text, fixtures); err == nil {
			again, err := ParseRequests(r.String(), fixtures)
			if err != nil || !reflect.DeepEqual(r, again) || len(r.Check()) > 0 {
				t.Errorf("%s: %+v, then %+v, %v, %v", text, r, again, err, r.Check())
			}
		}
		if s, err := ParseServiceTime(text); err == nil {
			again, err := ParseServiceTime(s.String())
			if err != nil || s != again || len(s.Check()) > 0 {
				t.Errorf("%s: %+v, then %+v, %v, %v", text, s, again, err, s.Check())
			}
		}
		if a, err := ParseAutoscaler(text); err == nil {
			again, err := ParseAutoscaler(a.String())
			if err != nil || a != again || len(a.Check()) > 0 {
				t.Errorf("%s: %+v, then %+v, %v, %v", text, a, again, err, a.Check())
			}
		}
	})
}
