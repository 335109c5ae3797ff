package sweep

import (
	"fmt"
	"strings"

	"github.com/bobby-math/tessera/scenario/spec"
)

// Text returns the sweep as a file that makes it again, with the defaults that depend on
// nothing. Paths are as from the root on, but for those that are values of an axis.
func (s *Sweep) Text() (string, error) { return s.points.text(s) }

func (f *sweepFile) text(s *Sweep) (string, error) {
	var base, text strings.Builder
	if err := spec.WriteOpen(&base, f.base, f.overrides, s.Axes); err != nil {
		return "", err
	}
	fmt.Fprintf(&text, "schema: %s\nseeds: %q\n", Version, s.Seeds.String())
	if s.Until != "" {
		fmt.Fprintf(&text, "until: %q\nmax_seeds: %d\n", s.Until, len(s.Seeds))
	}
	if len(f.axes) > 0 {
		fmt.Fprintln(&text, "axes:")
	}
	for _, a := range f.axes {
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
