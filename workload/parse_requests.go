package workload

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bobby-math/tessera/input"
	"github.com/bobby-math/tessera/spelling"
)

// Opener opens the file that a user named.
type Opener func(path string) (io.ReadCloser, error)

// RequestForm is a way to say which requests come in.
type RequestForm struct {
	Name, Doc string
	// Recorded: they come from a file. Tokens: the file has their tokens.
	Recorded, Tokens bool

	read func(file string, in io.Reader) ([]LoggedRequest, error) // of a log
}

// RequestForms are all of them, in the order of documentation.
var RequestForms = []RequestForm{
	{Name: "poisson", Doc: "independent of each other"},
	{Name: "gamma", Doc: "times between them of a gamma distribution"},
	{Name: "counts", Doc: "as many a bin as a file says", Recorded: true},
	{Name: "azure", Doc: "a log like that of the Azure LLM inference trace 2023, CSV", Recorded: true, Tokens: true, read: ReadAzureLLM},
	{Name: "mooncake", Doc: "a log like that of Mooncake, JSON Lines", Recorded: true, Tokens: true, read: ReadMooncake},
}

// FindRequestForm returns the form of that name; the zero form if there is none.
func FindRequestForm(name string) (f RequestForm) {
	if n := slices.IndexFunc(RequestForms, func(f RequestForm) bool { return f.Name == name }); n >= 0 {
		f = RequestForms[n]
	}
	return f
}

// ParseRequests reads which requests come in, as a user types it:
//
//	poisson:rate=0.15/s    or 9/min, 540/h
//	gamma:rate=5/s,cv=4
//	counts:FILE            of ReadCounts; with bins of another width: counts:FILE,bin=30s
//	azure:FILE             of ReadAzureLLM
//	mooncake:FILE          of ReadMooncake
//
// They take DefaultServiceTime until Service is set. What is wrong with the text comes
// back as an error of one line each, what is wrong with a file as a *FileError.
func ParseRequests(text string, open Opener) (Requests, error) {
	name, rest, _ := strings.Cut(text, ":")
	switch form := FindRequestForm(name); {
	case form.Name == "":
		var known []string
		for _, f := range RequestForms {
			known = append(known, f.Name)
		}
		return Requests{}, fmt.Errorf("requests %s: there is no %s%s (known: %s)", input.Quote(text), input.Quote(name),
			spelling.DidYouMean(name, known), strings.Join(known, ", "))
	case form.read != nil:
		return parseLog(text, rest, open, form.read)
	case form.Recorded:
		return parseCounts(text, rest, open)
	}
	return parseDrawnRequests(text, name, rest)
}

func parseDrawnRequests(text, process, rest string) (Requests, error) {
	keys := []string{"rate"}
	r := Requests{Process: process, Rate: 1}
	if process == "gamma" {
		keys, r.CV = append(keys, "cv"), 1
	}
	s := parseSettings(rest, keys...)
	s.require(keys...)
	setting(s, "rate", &r.Rate, "a rate: write 0.15/s, 9/min or 540/h", ParseRate)
	s.read("cv", &r.CV)
	return r, s.err("requests", text, r.Check())
}

func parseCounts(text, rest string, open Opener) (Requests, error) {
	r := Requests{Process: "counts", Bin: DefaultBin, Source: text}
	file, bin := cutBin(rest)
	s := parseSettings(bin, "bin")
	s.read("bin", &r.Bin)
	if r.Bin == 0 {
		s.wrong("bin: 0s must be positive")
	}
	if err := s.err("requests", text, r.checkBin()); err != nil {
		return Requests{}, err
	}
	err := readFile(text, file, open, func(in io.Reader) (err error) {
		r.Counts, err = ReadCounts(file, in, r.Bin)
		return err
	})
	return r, err
}

// cutBin cuts "FILE,bin=30s" into two. A comma that is not followed by bin= belongs to the
// name of the file.
func cutBin(text string) (file, bin string) {
	if i := strings.LastIndex(text, ","); i >= 0 && strings.HasPrefix(text[i+1:], "bin=") {
		return text[:i], text[i+1:]
	}
	return text, ""
}

func parseLog(text, file string, open Opener, read func(string, io.Reader) ([]LoggedRequest, error)) (Requests, error) {
	r := Requests{Process: "log", Source: text}
	err := readFile(text, file, open, func(in io.Reader) (err error) {
		r.Log, err = read(file, in)
		return err
	})
	return r, err
}

func readFile(text, file string, open Opener, read func(io.Reader) error) error {
	if file == "" {
		return fmt.Errorf("requests %s: the name of a file must come after the colon", input.Quote(text))
	}
	in, err := open(file)
	if err != nil {
		return fmt.Errorf("requests %s: %w", input.Quote(text), err)
	}
	defer in.Close()
	return read(in)
}

// String writes r as ParseRequests reads it. Of counts and logs that came from no file it
// says how many there are.
func (r Requests) String() string {
	switch {
	case r.Source != "":
		return r.Source
	case r.Process == "poisson":
		return fmt.Sprintf("poisson:rate=%v/s", r.Rate)
	case r.Process == "gamma":
		return fmt.Sprintf("gamma:rate=%v/s,cv=%v", r.Rate, r.CV)
	case r.Process == "counts":
		return fmt.Sprintf("counts of %d bins of %v", len(r.Counts), r.bin())
	}
	return fmt.Sprintf("%s of %d requests", r.Process, len(r.Log))
}
