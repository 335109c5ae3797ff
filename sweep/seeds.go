package sweep

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxSeeds bounds the seeds of a sweep.
const maxSeeds = 10_000_000

// Seeds are the seeds under which every policy runs at every point, each once, in the
// order in which they are run and written.
type Seeds []uint64

// ParseSeeds reads seeds and ranges of seeds, as in "1..200" or "1..20,77".
func ParseSeeds(text string) (Seeds, error) {
	var seeds Seeds
	for part := range strings.SplitSeq(text, ",") {
		first, last, err := parseRange(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		if last-first >= maxSeeds || len(seeds)+int(last-first) >= maxSeeds {
			return nil, fmt.Errorf("%s: are more than %d seeds", text, maxSeeds)
		}
		for n := range last - first + 1 {
			seeds = append(seeds, first+n)
		}
	}
	return seeds, seeds.check()
}

// parseRange reads 7 or 1..200.
func parseRange(text string) (first, last uint64, err error) {
	from, to, many := strings.Cut(text, "..")
	if !many {
		to = from
	}
	first, bad := strconv.ParseUint(from, 10, 64)
	last, worse := strconv.ParseUint(to, 10, 64)
	if errors.Join(bad, worse) != nil || first > last {
		return 0, 0, fmt.Errorf("%q must be a seed like 7 or a range like 1..200, of whole numbers from 0 to 2^64-1", text)
	}
	return first, last, nil
}

// check returns the first seed that is there twice as an error.
func (s Seeds) check() error {
	sorted := slices.Sorted(slices.Values(s))
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			return fmt.Errorf("seed %d is there twice", sorted[i])
		}
	}
	return nil
}

// String writes seeds so that ParseSeeds reads them back.
func (s Seeds) String() string {
	var parts []string
	for i := 0; i < len(s); {
		end := i + 1
		for end < len(s) && s[end] == s[end-1]+1 {
			end++
		}
		part := strconv.FormatUint(s[i], 10)
		if end > i+1 {
			part = fmt.Sprintf("%d..%d", s[i], s[end-1])
		}
		parts, i = append(parts, part), end
	}
	return strings.Join(parts, ",")
}

// MarshalText and UnmarshalText make seeds a text in JSON.
func (s Seeds) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is the reverse of MarshalText.
func (s *Seeds) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSeeds(string(text))
	return err
}
