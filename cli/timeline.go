package cli

import (
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/report"
)

// timelineFile is the file of --timeline, or none.
type timelineFile struct {
	file   *outputFile
	writer *report.Timeline
}

func openTimeline(path string) (timelineFile, error) {
	file, err := openOutput("--timeline", path)
	if file == nil {
		return timelineFile{}, err
	}
	return timelineFile{file, report.NewTimeline(file)}, nil
}

// run returns w, and for a timeline also what shows a run in it.
func (t timelineFile) run(policy string, names report.Names, w journal.Writer) journal.Writer {
	if t.file == nil {
		return w
	}
	return journal.Tee(w, t.writer.Run(policy, names))
}

func (t timelineFile) save() error {
	if t.file == nil {
		return nil
	}
	return t.file.save(t.writer.Close())
}
