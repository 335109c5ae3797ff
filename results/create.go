package results

import (
	"errors"
	"io"
	"path/filepath"
)

// Writer writes the files of a folder: runs.csv, runs.parquet, columns.json, summary.json.
// They appear, complete, with Commit. It holds what a Summarizer holds and some MB.
type Writer struct {
	dir      string
	axes     []string
	baseline string
	files    []*atomicFile
	runs     []sink
	columns  *aside // one of runs; nil when it is closed
	summary  *Summarizer
}

// sink is a form of writing runs.
type sink interface {
	Add(*Run) error
	Close() error
}

// Create begins the files in a folder, which must be there, for runs with the given axes, some
// of which may be replicates. Baseline is the policy that summary.json compares with, the
// default one if it is empty.
func Create(dir string, axes, replicates []string, baseline string) (*Writer, error) {
	w := &Writer{dir: dir, axes: axes, baseline: baseline, summary: NewSummarizer(Summarized, replicates)}
	if err := w.open(); err != nil {
		w.Discard()
		return nil, err
	}
	return w, nil
}

func (w *Writer) open() error {
	text, err := w.begin(CSVName)
	if err != nil {
		return err
	}
	binary, err := w.begin(ParquetName)
	if err != nil {
		return err
	}
	rows, err := NewCSV(text, w.axes)
	if err != nil {
		return err
	}
	columns, err := NewParquet(binary, w.axes)
	if err != nil {
		return err
	}
	w.columns = newAside(columns)
	w.runs = []sink{rows, w.columns}
	return nil
}

func (w *Writer) begin(name string) (*atomicFile, error) {
	f, err := createAtomic(filepath.Join(w.dir, name))
	if err == nil {
		w.files = append(w.files, f)
	}
	return f, err
}

// Add writes a run, which must not change any more. The order in which runs are added is
// that of the files.
func (w *Writer) Add(r *Run) error {
	for _, to := range w.runs {
		if err := to.Add(r); err != nil {
			return err
		}
	}
	w.summary.Add(r)
	return nil
}

// Commit writes the rest and gives the files their names. It returns what they hold, for
// the manifest. After an error call Discard.
func (w *Writer) Commit() ([]Output, error) {
	w.summary.DropEmpty()
	sum, err := w.summary.Summary(w.baseline)
	if err != nil {
		return nil, err
	}
	w.columns = nil
	var errs []error
	for _, to := range w.runs {
		errs = append(errs, to.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if err := w.write(SummaryName, sum.WriteJSON); err != nil {
		return nil, err
	}
	if err := w.write(ColumnsName, schemaOf(w.axes).WriteJSON); err != nil {
		return nil, err
	}
	var outputs []Output
	for len(w.files) > 0 {
		out, err := w.files[0].commit()
		if err != nil {
			return nil, err
		}
		outputs, w.files = append(outputs, out), w.files[1:]
	}
	return outputs, nil
}

func (w *Writer) write(name string, content func(io.Writer) error) error {
	f, err := w.begin(name)
	if err != nil {
		return err
	}
	return content(f)
}

// Discard removes what was not committed; after Commit it does nothing.
func (w *Writer) Discard() {
	if w.columns != nil {
		w.columns.stop() //nolint:errcheck // what was written is thrown away
		w.columns = nil
	}
	for _, f := range w.files {
		f.discard()
	}
	w.files = nil
}
