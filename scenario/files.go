package scenario

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"

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

// ReadPrices reads the files of one price history and uses the chosen series of it.
func (s *Scenario) ReadPrices(paths []string, sel Selection) (warnings []string, err error) {
	var histories []*traces.PriceHistory
	for _, path := range paths {
		data, err := s.read(path)
		if err != nil {
			return nil, err
		}
		history, err := traces.ReadPrices(path, bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		histories = append(histories, history)
		warnings = append(warnings, history.Warnings...)
	}
	series, err := traces.MergePrices(histories...)
	if err != nil {
		return nil, err
	}
	doubts, err := s.UsePrices(paths[0], series, sel)
	return append(warnings, doubts...), err
}

// read reads a file and notes it as an input.
func (s *Scenario) read(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	s.Inputs = append(s.Inputs, Input{Path: path, SHA256: hex.EncodeToString(sum[:]), Bytes: len(data)})
	return data, nil
}
