package sweep

import (
	"fmt"
	"strings"
)

// Text returns the sweep as a file that makes it again, wherever it lies: with every
// default, and with the scenario as it is at the first point.
func (s *Sweep) Text() (string, error) {
	first, err := s.resolve(0)
	if err != nil {
		return "", err
	}
	var base, text strings.Builder
	if err := first.Write(&base, false); err != nil {
		return "", err
	}
	fmt.Fprintf(&text, "schema: %s\nseeds: %q\n", Version, s.Seeds.String())
	if s.Until != "" {
		fmt.Fprintf(&text, "until: %q\nmax_seeds: %d\n", s.Until, len(s.Seeds))
	}
	if len(s.source.axes) > 0 {
		fmt.Fprintln(&text, "axes:")
	}
	for _, a := range s.source.axes {
		fmt.Fprintf(&text, "  %s:\n", a.key)
		for _, v := range a.values {
			fmt.Fprintf(&text, "    - %s\n", v.YAML())
		}
	}
	fmt.Fprintln(&text, "base:")
	for line := range strings.Lines(base.String()) {
		text.WriteString("  " + line)
	}
	return text.String(), nil
}
