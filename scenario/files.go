package scenario

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/workload"
)

// ReadTasks takes the tasks from a file in the place of made-up ones.
func (s *Scenario) ReadTasks(path string) error {
	data, err := s.read(path)
	if err != nil {
		return err
	}
	s.fromFile, err = workload.ReadTasks(path, bytes.NewReader(data), workload.Task{
		RestartOverhead: s.Workload.RestartOverhead,
		Checkpoint:      s.Workload.Checkpoint,
	})
	s.Workload.Tasks = len(s.fromFile)
	return err
}

// ReadRequests gives the service of s the requests of a file, which text says as
// workload.ParseRequests reads it.
func (s *Scenario) ReadRequests(text string, opens time.Duration, service workload.ServiceTime) error {
	r, err := workload.ParseRequests(text, func(path string) (io.ReadCloser, error) {
		data, err := s.read(path)
		return io.NopCloser(bytes.NewReader(data)), err
	})
	if err != nil {
		return err
	}
	r.Opens, r.Service = opens, service
	s.Serving.Requests = &r
	return nil
}

// ReadPrices reads the files of the recordings and uses the chosen series of them, as
// UsePrices does.
func (s *Scenario) ReadPrices(recordings []Recording, start time.Time) (from []int, warnings []string, err error) {
	var errs []error
	for i := range recordings {
		doubts, err := s.readHistory(&recordings[i])
		warnings = append(warnings, doubts...)
		if err != nil {
			errs = append(errs, fmt.Errorf("pools[%d].price.files: %w", recordings[i].Pool, err))
		}
	}
	if len(errs) > 0 {
		return nil, nil, errors.Join(errs...)
	}
	from, doubts, err := s.UsePrices(recordings, start)
	return from, append(warnings, doubts...), err
}

// readHistory reads the files of one recording.
func (s *Scenario) readHistory(r *Recording) (warnings []string, err error) {
	var histories []*traces.PriceHistory
	for _, path := range r.Files {
		data, err := s.read(path)
		if err != nil {
			return nil, err
		}
		history, err := traces.ReadPrices(path, bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		histories = append(histories, history)
		for _, w := range history.Warnings {
			warnings = append(warnings, path+": "+w)
		}
	}
	r.series, err = traces.MergePrices(histories...)
	return warnings, err
}

// read reads a file and notes it as an input, once.
func (s *Scenario) read(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	input := Input{Path: path, SHA256: hex.EncodeToString(sum[:]), Bytes: len(data)}
	if !slices.Contains(s.Inputs, input) {
		s.Inputs = append(s.Inputs, input)
	}
	return data, nil
}
