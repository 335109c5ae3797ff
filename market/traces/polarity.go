package traces

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bobby-math/tessera/input"
)

// Polarity says what the numbers of an availability series mean. It is never guessed:
// published files of opposite meanings look alike.
type Polarity int

const (
	// Unsaid will do for files that say themselves what they count.
	Unsaid Polarity = iota
	// Available: the number is how many instances can be had.
	Available
	// AvailableAny: 1 says that as many can be had as anyone asks for, 0 that none can.
	AvailableAny
	// Unavailable: 1 says that none can be had, 0 that as many can as anyone asks for.
	Unavailable
)

var polarityWords = [...]string{"unsaid", "available", "available-any", "unavailable"}

func (p Polarity) String() string { return polarityWords[p] }

// Preset is the polarity of a published data set.
type Preset struct {
	Name     string
	Polarity Polarity
	// Doc says which files it is for.
	Doc string
}

var presets = []Preset{
	{"sky-spot", Unavailable, "windows of the sky_spot simulator (Can't Be Late, SkyNomad's converted_*): 1 = preempted"},
	{"skynomad", AvailableAny, "SkyNomad's date,availability files: 1 = available"},
	{"skyserve", Available, "SkyServe's AWS1, AWS2 and GCP1: instances available"},
	{"skyserve-aws3", AvailableAny, "SkyServe's AWS3: 1 = available, any number"},
	{"spot-traces", Available, "skypilot-org/spot-traces: instances available"},
}

// Presets returns the known data sets, sorted by name.
func Presets() []Preset { return slices.Clone(presets) }

// ParsePolarity returns the polarity that a word or the name of a preset stands for.
func ParsePolarity(text string) (Polarity, error) {
	for _, p := range []Polarity{Available, AvailableAny, Unavailable} {
		if p.String() == text {
			return p, nil
		}
	}
	for _, p := range presets {
		if p.Name == text {
			return p.Polarity, nil
		}
	}
	return Unsaid, fmt.Errorf("polarity %s must be %s", input.Quote(text), polarityChoice())
}

// polarityChoice says what a polarity can be.
func polarityChoice() string {
	var names []string
	for _, p := range presets {
		names = append(names, p.Name)
	}
	return "available (the number of instances that can be had) or unavailable (1 = none can be had), " +
		"or the name of a data set: " + strings.Join(names, ", ")
}

// PolarityError is a file that cannot be read without a polarity.
type PolarityError struct{ Name string }

func (e *PolarityError) Error() string {
	return fmt.Sprintf("%s: no polarity: nothing in the file says whether 1 stands for available or unavailable, "+
		"and files of both kinds are published; it must be %s", e.Name, polarityChoice())
}

// count returns how many instances a number stands for.
func (p Polarity) count(number int) (int, error) {
	switch {
	case p == Unsaid || p == Available:
		return number, nil
	case number > 1:
		return 0, fmt.Errorf("%d must be 0 or 1 (polarity %v)", number, p)
	case (number == 1) == (p == AvailableAny):
		return Unlimited, nil
	}
	return 0, nil
}
