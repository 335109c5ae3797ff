package traces

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// Unlimited is as many instances as anyone asks for: all that is known where a series
// says only whether there were any. It compares as more than every number.
const Unlimited = math.MaxInt

// CapacityPoint says that from At on, Available spot instances can be had.
type CapacityPoint struct {
	// At is the time since the series began.
	At time.Duration
	// Available is a number from 0 to a million, or Unlimited.
	Available int
}

// TimedPrice says that from At on, a spot instance costs Price.
type TimedPrice struct {
	At    time.Duration
	Price cloud.Price
}

// CapacitySeries is what one capacity pool had to offer over a time. Nothing is known
// before the first point and from End on.
type CapacitySeries struct {
	// Zone, Region and InstanceType are empty where neither the file nor its name says.
	// The type is as the publisher calls it, often a device and a number ("v100_1").
	Zone, Region, InstanceType string
	// Start is the instant at which the series began, UTC; zero where the file has no
	// dates.
	Start time.Time
	// Gap is the time between ticks: there is a point at every tick then, whether or not
	// anything changed. 0 says that the points are at any times; those of an event
	// log are its changes.
	Gap time.Duration
	// Points are strictly increasing in At, at least one. See Changes.
	Points []CapacityPoint
	// Prices are strictly increasing in At; none where the file has no prices.
	Prices []TimedPrice
	// End is the time until which the last point holds: one Gap after it, or, in a
	// series without a Gap, the last time the file covers.
	End time.Duration
}

// TickPrices are prices by tick, for a series that is in another file.
type TickPrices struct {
	Zone, Region, InstanceType string
	Prices                     []cloud.Price
}

// CapacityHistory is what one file, or one member of an archive, holds.
type CapacityHistory struct {
	// Name is the name the file was read under; "archive:member" for a member.
	Name string
	// SHA256 is the digest of the bytes read, as they are stored, in hexadecimal.
	SHA256 string
	// Format is the name of the format found.
	Format string
	// Polarity is what the numbers were taken to mean.
	Polarity Polarity
	// Series are sorted by zone and instance type.
	Series []CapacitySeries
	// TickPrices wait to be joined to their series by JoinPrices.
	TickPrices []TickPrices
	// Warnings tell what was read but may not be what was meant.
	Warnings []string
}

// CapacityOptions say what a file does not.
type CapacityOptions struct {
	Polarity Polarity
	// Gap is the time between ticks instead of the one the file declares, and instead of
	// the dates of polls, which drift; 0 takes what the file says. Files of other formats
	// must agree with it.
	Gap time.Duration
}

// ReadCapacity reads availability series, called name in errors, and finds their format
// by content. Files may be packed with gzip. A tar archive has a history for each member
// that may hold a trace (see ListFiles), in order of their names; any other file has one.
//
// What is wrong with the content comes back as one *Error, and as a *PolarityError where
// the options should have given the polarity.
func ReadCapacity(name string, r io.Reader, o CapacityOptions) ([]*CapacityHistory, error) {
	data, content, err := readPacked(name, r)
	if err != nil {
		return nil, err
	}
	if isTar(content) {
		return readArchive(name, content, o)
	}
	h, err := readCapacityText(name, content, o)
	if err != nil {
		return nil, err
	}
	h.SHA256 = digest(data)
	return []*CapacityHistory{h}, nil
}

// ReadCapacityFS reads every file below fsys that may hold a trace, in order of their
// names, which are prefixed with name. The error joins what is wrong with all of them.
func ReadCapacityFS(name string, fsys fs.FS, o CapacityOptions) ([]*CapacityHistory, error) {
	files, err := ListFiles(fsys)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var all []*CapacityHistory
	var errs []error
	for _, file := range files {
		f, err := fsys.Open(file)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		histories, err := ReadCapacity(path.Join(name, file), f, o)
		f.Close()
		all = append(all, histories...)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return all, nil
}

// readArchive reads the members of a tar archive.
func readArchive(name string, content []byte, o CapacityOptions) ([]*CapacityHistory, error) {
	wrong := newError(name)
	var all []*CapacityHistory
	for _, m := range wrong.members(content) {
		h, err := readCapacityText(m.name, m.content, o)
		if unsaid := (*PolarityError)(nil); errors.As(err, &unsaid) {
			return nil, &PolarityError{Name: name + ":" + m.name}
		}
		if bad := (*Error)(nil); errors.As(err, &bad) {
			for line := range strings.SplitSeq(bad.Error(), "\n") {
				wrong.Problem(0, "%s", line)
			}
			continue
		}
		h.Name = name + ":" + m.name
		h.SHA256 = digest(m.content)
		all = append(all, h)
	}
	if err := wrong.orNil(); err != nil {
		return nil, err
	}
	return all, nil
}

// readCapacityText reads what is not packed; the error is an *Error or a *PolarityError.
func readCapacityText(name string, data []byte, o CapacityOptions) (*CapacityHistory, error) {
	text := bytes.TrimPrefix(data, utf8Mark)
	in := &capacityIntake{findings: findings{Error: newError(name)}, options: o}
	format, known := capacityFormats.find(text)
	switch {
	case !in.checkText(text):
	case !known && LooksLikePrices(text):
		in.Problem(0, "a price history, not an availability series (if it came packed, unpack it)")
	case !known:
		docs := append(capacityFormats.docs(), priceFormats.docs()...)
		in.Problem(0, "not a known trace: looked for %s", strings.Join(docs, ", for "))
	case format.asksPolarity && o.Polarity == Unsaid:
		return nil, &PolarityError{Name: name}
	default:
		if !format.asksPolarity && o.Polarity == Unavailable {
			in.Problem(0, "polarity unavailable contradicts the file: a file of format %s says what is available", format.name)
		}
		format.read(text, in)
	}
	if len(in.List) == 0 && len(in.series) == 0 && len(in.tickPrices) == 0 {
		in.Problem(0, "no rows")
	}
	if err := in.orNil(); err != nil {
		return nil, err
	}
	slices.SortFunc(in.series, compareSeries)
	return &CapacityHistory{
		Name:       name,
		Format:     format.name,
		Polarity:   cmp.Or(o.Polarity, Available),
		Series:     in.series,
		TickPrices: in.tickPrices,
		Warnings:   append(in.warnings, documentedWarnings(in.series)...),
	}, nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func (s CapacitySeries) id() seriesID { return seriesID{zone: s.Zone, instanceType: s.InstanceType} }

// String names the series by what is known of zone and instance type.
func (s CapacitySeries) String() string { return s.id().String() }

// compareSeries orders by zone, then instance type.
func compareSeries(a, b CapacitySeries) int { return compareIDs(a.id(), b.id()) }

// Changes returns the points at which the number differs from the one before; the first
// is one.
func (s CapacitySeries) Changes() []CapacityPoint {
	return slices.CompactFunc(slices.Clone(s.Points), func(a, b CapacityPoint) bool { return a.Available == b.Available })
}
