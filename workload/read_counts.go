package workload

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/input"
)

// ReadCounts reads the requests in each bin of that width from a file, called name in
// errors: a number a line, or the number of the bin and that of its requests as
// "17,230". The bins are numbered one after the other, from any number on. A first line
// without digits is a header.
//
// What is wrong with the content, a file without counts and one with more than MaxRate
// allows included, comes back as one *FileError; any other error is that of r.
func ReadCounts(name string, r io.Reader, bin time.Duration) ([]int, error) {
	in := &countIntake{FileError: newFileError(name), most: mostIn(bin)}
	if err := in.readLines(r, in.take); err != nil {
		return nil, err
	}
	if len(in.counts) == 0 {
		in.Problem(0, "no counts")
	} else if most := int(longest / bin); len(in.counts) > most {
		in.Problem(0, "%d bins of %v are more than 100 years", len(in.counts), bin)
	}
	if len(in.List) > 0 {
		return nil, in.FileError
	}
	return in.counts, nil
}

type countIntake struct {
	*FileError
	most    int
	counts  []int
	columns int // of the first line
	bin     int // on the line before
}

func (in *countIntake) take(line int, text string) {
	cells := strings.Split(text, ",")
	if in.columns == 0 {
		in.columns = len(cells)
		if len(cells) > 2 {
			in.Problem(line, `has %d cells: write "count" or "minute,count"`, len(cells))
			return
		}
		if !strings.ContainsAny(text, "0123456789") {
			return
		}
	}
	if len(cells) != in.columns {
		in.Problem(line, "has %d cells, and the first line %d", len(cells), in.columns)
		return
	}
	if len(cells) == 2 {
		in.number(line, cells[0])
	}
	count := strings.TrimSpace(cells[len(cells)-1])
	n, err := strconv.Atoi(count)
	if err != nil || n < 0 || n > in.most {
		in.Problem(line, "count %s must be a whole number in [0, %d], %v a second", input.Quote(count), in.most, float64(MaxRate))
	}
	in.counts = append(in.counts, n)
}

// number checks the number of a bin.
func (in *countIntake) number(line int, cell string) {
	cell = strings.TrimSpace(cell)
	bin, err := strconv.Atoi(cell)
	switch {
	case err != nil || bin < 0:
		in.Problem(line, "bin %s must be a whole number >= 0", input.Quote(cell))
		bin = in.bin + 1
	case len(in.counts) > 0 && bin != in.bin+1:
		in.Problem(line, "bin %d must be %d, one more than on the line before: write a count of 0 for a bin without requests", bin, in.bin+1)
	}
	in.bin = bin
}
