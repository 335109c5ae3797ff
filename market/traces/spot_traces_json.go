package traces

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/input"
)

func init() {
	capacityFormats.register(format[*capacityIntake]{
		name: "spot-traces-json",
		doc:  `JSON {"metadata":{"gap_seconds":G},"data":[...]} as of skypilot-org/spot-traces and sky_spot`,
		looksLike: func(head []byte) bool {
			return bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) && bytes.Contains(head, []byte(`"data"`))
		},
		asksPolarity: true,
		read:         readSpotTraces,
	})
}

// readSpotTraces reads an object of data, a number for every tick; metadata, of which it
// knows gap_seconds, start_time and zone; and perhaps prices, dollars an hour for every
// tick. Keys it does not know are skipped.
func readSpotTraces(text []byte, in *capacityIntake) {
	t := tickReader{jsonReader: newJSONReader(text, in.Error), in: in}
	if err := t.object(t.field); err != nil {
		t.failOnce(err)
		return
	}
	if _, err := t.Token(); !errors.Is(err, io.EOF) {
		in.Problem(t.line(), "more behind the end of the JSON")
	}
	t.finish()
}

// tickReader reads one series by ticks.
type tickReader struct {
	*jsonReader
	in *capacityIntake

	keys     []string
	counts   []int
	prices   []cloud.Price
	metadata map[string]json.RawMessage
}

func (t *tickReader) field(key string) (err error) {
	if slices.Contains(t.keys, key) {
		t.in.Problem(t.line(), "two keys %s", input.Quote(key))
	}
	t.keys = append(t.keys, key)
	switch key {
	case "data":
		err = numbers(t.jsonReader, key, &t.counts, t.in.count)
	case "prices":
		err = numbers(t.jsonReader, key, &t.prices, parsePrice)
	case "metadata":
		err = t.Decode(&t.metadata)
		if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
			t.in.Problem(t.line(), "metadata must be an object")
			err = nil
		}
	default:
		err = t.Decode(new(json.RawMessage))
	}
	return err
}

// finish hands over the series, or notes what is wrong with the whole of it.
func (t *tickReader) finish() {
	s := t.described()
	if len(t.counts) == 0 {
		t.in.Problem(0, "data is missing or empty")
	}
	if slices.Contains(t.keys, "prices") && len(t.prices) != len(t.counts) {
		t.in.Problem(0, "%d prices for %d data", len(t.prices), len(t.counts))
	}
	if n := len(t.counts); n > 0 && s.Gap > maxSpan/time.Duration(n) {
		t.in.Problem(0, "%d ticks of %v are more than 30 years", n, s.Gap)
	}
	if len(t.in.List) > 0 {
		return
	}
	s.Points = make([]CapacityPoint, 0, len(t.counts))
	for k, n := range t.counts {
		s.Points = append(s.Points, CapacityPoint{time.Duration(k) * s.Gap, n})
	}
	s.End = time.Duration(len(t.counts)) * s.Gap
	s.setPrices(t.prices)
	t.in.add(s)
}

// setPrices puts a price at every tick.
func (s *CapacitySeries) setPrices(prices []cloud.Price) {
	s.Prices = slices.Grow(s.Prices, len(prices))
	for k, price := range prices {
		s.Prices = append(s.Prices, TimedPrice{s.Points[k].At, price})
	}
}

// gap returns the gap asked for, or else the one of the metadata.
func (t *tickReader) gap() time.Duration {
	raw, said := t.metadata["gap_seconds"]
	gap, err := parseSeconds(string(raw))
	if asked := t.in.options.Gap; asked != 0 {
		if err == nil && gap != asked {
			t.in.warn("metadata.gap_seconds is %s; the gap asked for, %v, is taken", raw, asked)
		}
		return asked
	}
	switch {
	case !said:
		t.in.Problem(0, "metadata.gap_seconds is missing: the gap must be given")
	case err != nil:
		t.in.Problem(0, "metadata.gap_seconds: %v", err)
	case gap == 0:
		t.in.Problem(0, "metadata.gap_seconds: %s must be > 0", raw)
	}
	return gap
}

// described returns a series of which only what the metadata and the name of the file say
// is known. The zones of the two need not agree.
func (t *tickReader) described() CapacitySeries {
	s := CapacitySeries{Gap: t.gap()}
	s.Zone, s.InstanceType, _ = PoolOfName(t.in.Name)
	if text := t.text("start_time"); text != "" {
		start, _, err := parseTime(text)
		t.in.note(0, "metadata.start_time: ", err)
		s.Start = start
	}
	if zone := t.text("zone"); zone != "" {
		if s.Zone != "" && s.Zone != zone {
			t.in.warn("metadata.zone is %s, though the name of the file says %s", input.Quote(zone), s.Zone)
		}
		s.Zone = zone
	}
	return s
}

// text returns a string of the metadata, or "".
func (t *tickReader) text(key string) string {
	raw, said := t.metadata[key]
	if !said {
		return ""
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil || strings.ContainsFunc(text, unicode.IsControl) {
		t.in.Problem(0, "metadata.%s must be a string of one line", key)
	}
	return strings.TrimSpace(text)
}
