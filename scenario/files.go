package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// ReadFrom has s read its files by way of in; nil reads them anew.
func (s *Scenario) ReadFrom(in *Inputs) { s.inputs = in }

// ReadTasks takes the tasks from a file instead of made-up ones.
func (s *Scenario) ReadTasks(path string) error {
	data, err := s.read(path)
	if err != nil {
		return err
	}
	type key struct {
		path     string
		defaults workload.Task
	}
	k := key{path, workload.Task{RestartOverhead: s.Workload.RestartOverhead, Checkpoint: s.Workload.Checkpoint}}
	s.fromFile, err = share(s.inputs, k, length, func() ([]workload.Task, error) {
		return workload.ReadTasks(path, bytes.NewReader(data), k.defaults)
	})
	s.Workload.Tasks = len(s.fromFile)
	return err
}

// ReadPolicies gives the policies, and that of the tasks beside a service, the contents of the
// files they name.
func (s *Scenario) ReadPolicies() error {
	var errs []error
	for i := range s.Policies {
		errs = append(errs, s.readPolicy(&s.Policies[i], fmt.Sprintf("policies[%d]", i)))
	}
	if s.Service != nil {
		errs = append(errs, s.readPolicy(&s.Service.Batch, "service.batch_policy"))
	}
	return errors.Join(errs...)
}

func (s *Scenario) readPolicy(p *scheduler.Spec, place string) error {
	var errs []error
	paths := p.FileParams()
	for _, name := range slices.Sorted(maps.Keys(paths)) {
		data, err := s.read(paths[name])
		if err == nil {
			err = p.SetFile(name, paths[name], data)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s.%s: %w", place, name, err))
		}
	}
	return errors.Join(errs...)
}

// ReadRequests gives the service of s the requests of a file, which text says as
// workload.ParseRequests reads it.
func (s *Scenario) ReadRequests(text string, opens time.Duration, service workload.ServiceTime) error {
	type key struct{ text string }
	type parsed struct {
		workload.Requests
		path string
	}
	size := func(p parsed) int { return len(p.Log) + len(p.Counts) }
	p, err := share(s.inputs, key{text}, size, func() (p parsed, err error) {
		p.Requests, err = workload.ParseRequests(text, func(path string) (io.ReadCloser, error) {
			p.path = path
			f, err := s.inputs.file(path)
			return io.NopCloser(bytes.NewReader(f.data)), err
		})
		return p, err
	})
	if err == nil {
		_, err = s.read(p.path)
	}
	if err != nil {
		return err
	}
	r := p.Requests
	r.Opens, r.Service = opens, service
	s.Service.Requests = &r
	return nil
}

// ReadPrices reads the files of the recordings and uses the chosen series of them, as
// UsePrices does.
func (s *Scenario) ReadPrices(recordings []Recording, start Start) (warnings []string, err error) {
	var errs []error
	for i := range recordings {
		doubts, err := s.readHistory(&recordings[i])
		warnings = append(warnings, doubts...)
		if err != nil {
			errs = append(errs, fmt.Errorf("pools[%d].price.files: %w", recordings[i].Model, err))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	doubts, err := s.UsePrices(recordings, start)
	return append(warnings, doubts...), err
}

// readHistory reads the files of one recording.
func (s *Scenario) readHistory(r *Recording) (warnings []string, err error) {
	type key struct{ path string }
	var histories []*traces.PriceHistory
	for _, path := range r.Files {
		data, err := s.read(path)
		if err != nil {
			return nil, err
		}
		history, err := share(s.inputs, key{path}, pricePoints, func() (*traces.PriceHistory, error) {
			return traces.ReadPrices(path, bytes.NewReader(data))
		})
		if err != nil {
			return nil, err
		}
		histories = append(histories, history)
		for _, w := range history.Warnings {
			warnings = append(warnings, path+": "+w)
		}
	}
	type merged struct{ files string }
	r.series, err = share(s.inputs, merged{strings.Join(r.Files, "\x00")}, length, func() ([]traces.PriceSeries, error) {
		return traces.MergePrices(histories...)
	})
	return warnings, err
}

// capacity reads a file of availability series.
func (s *Scenario) capacity(path string, options traces.CapacityOptions) ([]*traces.CapacityHistory, error) {
	data, err := s.read(path)
	if err != nil {
		return nil, err
	}
	return share(s.inputs, capacityKey{path, options}, capacityPoints, func() ([]*traces.CapacityHistory, error) {
		return traces.ReadCapacity(path, bytes.NewReader(data), options)
	})
}

// TraceFiles returns paths with the files that may hold a trace instead of each folder.
func TraceFiles(paths []string) (files []string, err error) {
	var errs []error
	for _, arg := range paths {
		if info, err := os.Stat(arg); err != nil || !info.IsDir() {
			files = append(files, arg)
			continue
		}
		found, err := traces.ListFiles(os.DirFS(arg))
		if err == nil && len(found) == 0 {
			err = errors.New("no file in it is called .json, .csv, .txt, .tar or .tgz")
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", arg, err))
		}
		for _, file := range found {
			files = append(files, filepath.Join(arg, filepath.FromSlash(file)))
		}
	}
	return files, errors.Join(errs...)
}

func length[E any](list []E) int { return len(list) }

func pricePoints(h *traces.PriceHistory) (n int) {
	if h != nil {
		for _, s := range h.Series {
			n += len(s.Points)
		}
	}
	return n
}

// read reads a file and notes it as an input, once.
func (s *Scenario) read(path string) ([]byte, error) {
	f, err := s.inputs.file(path)
	if err == nil && !slices.Contains(s.Inputs, f.Input) {
		s.Inputs = append(s.Inputs, f.Input)
	}
	return f.data, err
}
