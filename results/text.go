package results

import (
	"errors"
	"fmt"
	"strconv"
)

// appendText appends the value of c in r as text; nothing if it is missing.
func (c Column) appendText(to []byte, r *Run) []byte {
	if c.missing(r) {
		return to
	}
	switch p := c.field(r).(type) {
	case *string:
		return append(to, *p...)
	case *Status:
		return append(to, *p...)
	case *bool:
		return strconv.AppendBool(to, *p)
	case *uint64:
		return strconv.AppendUint(to, *p, 10)
	case *int:
		return strconv.AppendInt(to, int64(*p), 10)
	case **int:
		return strconv.AppendInt(to, int64(**p), 10)
	}
	x, _ := c.Number(r)
	return strconv.AppendFloat(to, x, 'g', -1, 64)
}

var (
	errMissing = errors.New("is missing")
	errNumbers = errors.New("is there though the run failed")
)

// setText sets the value of c in r from text. Status must be set before metrics are, as it
// is where columns are read in their order.
func (c Column) setText(r *Run, text string) (err error) {
	if skip, err := c.absent(r, text == ""); skip || err != nil {
		return err
	}
	switch p := c.field(r).(type) {
	case *string:
		*p = text
	case *Status:
		*p, err = parseStatus(text)
		return err
	case *bool:
		*p, err = strconv.ParseBool(text)
	case *uint64:
		*p, err = strconv.ParseUint(text, 10, 64)
	case *int:
		*p, err = strconv.Atoi(text)
	case *float64:
		*p, err = strconv.ParseFloat(text, 64)
	case **int:
		*p = new(int)
		**p, err = strconv.Atoi(text)
	case **float64:
		*p = new(float64)
		**p, err = strconv.ParseFloat(text, 64)
	}
	if err != nil {
		return fmt.Errorf("%q is not of type %s", text, c.Type())
	}
	return nil
}

// absent says whether there is nothing to set, and whether that is a mistake.
func (c Column) absent(r *Run, empty bool) (skip bool, err error) {
	_, text := c.field(r).(*string)
	switch {
	case c.Metric != "" && r.Status == Failed:
		if !empty {
			return true, errNumbers
		}
		return true, nil
	case empty && !text && !c.optional(r):
		return true, errMissing
	}
	return empty && c.optional(r), nil
}
