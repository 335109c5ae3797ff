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
	registerCapacityFormat(capacityFormat{
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
	if err := t.document(); err != nil {
		if len(in.List) == 0 || errors.Is(err, io.ErrUnexpectedEOF) {
			t.fail(err)
		}
		return
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

func (t *tickReader) document() error {
	if _, err := t.Token(); err != nil { // {
		return err
	}
	for t.More() {
		key, err := t.Token()
		if err != nil {
			return err
		}
		if err := t.field(key.(string)); err != nil {
			return err
		}
	}
	if _, err := t.Token(); err != nil { // }
		return err
	}
	if _, err := t.Token(); !errors.Is(err, io.EOF) {
		t.in.Problem(t.line(), "more behind the end of the JSON")
	}
	return nil
}

func (t *tickReader) field(key string) (err error) {
	if slices.Contains(t.keys, key) {
		t.in.Problem(t.line(), "two keys %s", input.Quote(key))
	}
	t.keys = append(t.keys, key)
	switch key {
	case "data":
		err = t.numbers(key, func(text string) error {
			n, err := t.in.count(text)
			t.counts = append(t.counts, n)
			return err
		})
	case "prices":
		err = t.numbers(key, func(text string) error {
			price, err := parsePrice(text)
			t.prices = append(t.prices, price)
			return err
		})
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
	s := CapacitySeries{Gap: t.gap(), Start: t.start()}
	s.Zone, s.InstanceType, _ = PoolOfName(t.in.Name)
	t.zone(&s)
	if len(t.counts) == 0 {
		t.in.Problem(0, "data is missing or empty")
	}
	if t.has("prices") && len(t.prices) != len(t.counts) {
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

func (t *tickReader) has(key string) bool { return slices.Contains(t.keys, key) }

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

// start returns the start_time of the metadata, or the zero time.
func (t *tickReader) start() time.Time {
	text := t.text("start_time")
	if text == "" {
		return time.Time{}
	}
	start, _, err := parseTime(text)
	if err != nil {
		t.in.Problem(0, "metadata.start_time: %v", err)
	}
	return start
}

// zone takes the zone of the metadata, which need not be that of the name.
func (t *tickReader) zone(s *CapacitySeries) {
	zone := t.text("zone")
	if zone == "" {
		return
	}
	if s.Zone != "" && s.Zone != zone {
		t.in.warn("metadata.zone is %s, though the name of the file says %s", input.Quote(zone), s.Zone)
	}
	s.Zone = zone
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
