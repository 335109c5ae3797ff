package suite

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/sweep"
)

// published are other names that golden files have for a column of ours.
var published = map[string]string{"strategy": "policy"}

// readCases adds a case for every row of the file that was chosen. The file must have the
// needed columns, and if it has one for policies every row names some; a line that begins with
// # is a comment. Everything wrong is kept, with its line.
func readCases(c *choice, into *sweep.Cases, needed []string, add func(*choice)) {
	file := c.text("cases", "")
	text, err := os.ReadFile(file)
	if err != nil {
		c.add("cases", err)
		return
	}
	into.Inputs = append(into.Inputs, inputOf(file, text))
	in := csv.NewReader(bytes.NewReader(text))
	in.Comment, in.FieldsPerRecord = '#', -1
	header, err := in.Read()
	if err != nil {
		c.wrong("cases: %s: has no header: %w", file, err)
		return
	}
	for i, name := range header {
		if ours := published[name]; ours != "" && !slices.Contains(header, ours) {
			header[i] = ours
		}
	}
	for _, name := range needed {
		if !slices.Contains(header, name) {
			c.wrong("cases: %s: column %s is missing (needed are: %s)", file, name, strings.Join(needed, ", "))
		}
	}
	if slices.Contains(header, "policy") {
		needed = append(needed, "policy")
		if c.has("policies") {
			c.besideCases("policies")
		}
	}
	if c.errs != nil {
		return
	}
	before := len(into.Cases)
	record, err := in.Read()
	for ; record != nil; record, err = in.Read() {
		line, _ := in.FieldPos(0)
		if err == nil {
			err = readCase(into, header, record, needed, add)
		}
		c.add(fmt.Sprintf("cases: %s: line %d", file, line), err)
	}
	if len(into.Cases) == before && c.errs == nil {
		c.wrong("cases: %s: has no rows", file)
	}
}

// readCase adds the case of a row, and returns all that is wrong with it.
func readCase(into *sweep.Cases, header, record, needed []string, add func(*choice)) error {
	if len(record) != len(header) {
		return fmt.Errorf("%d values, the header has %d", len(record), len(header))
	}
	r := &choice{settings: sweep.Settings{}}
	for i, name := range header {
		if value := strings.TrimSpace(record[i]); value != "" {
			r.settings[name] = []string{value}
		}
	}
	for _, name := range needed {
		if !r.has(name) {
			r.wrong("%s: is missing", name)
		}
	}
	before := len(into.Cases)
	if r.errs == nil {
		add(r)
	}
	if r.errs == nil {
		for _, one := range into.Cases[before:] {
			made := one.Make()
			made.SetPolicies(one.Policies)
			r.errs = append(r.errs, made.Check())
		}
	}
	return errors.Join(r.errs...)
}

func inputOf(path string, text []byte) scenario.Input {
	sum := sha256.Sum256(text)
	return scenario.Input{Path: path, SHA256: hex.EncodeToString(sum[:]), Bytes: len(text)}
}
