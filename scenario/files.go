package scenario

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
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
	defaults := workload.Task{RestartOverhead: s.Workload.RestartOverhead, Checkpoint: s.Workload.Checkpoint}
	s.fromFile, err = share(s.inputs, key("tasks", path, defaults), length, func() ([]workload.Task, error) {
		return workload.ReadTasks(path, bytes.NewReader(data), defaults)
	})
	s.Workload.Tasks = len(s.fromFile)
	return err
}

// ReadPolicies gives the policies, and that of the tasks beside a service, the contents of the
// files they name.
func (s *Scenario) ReadPolicies() error {
	var errs []error
	read := func(p *scheduler.Spec, place string) {
		paths := p.FileParams()
		if len(paths) == 0 {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(paths)) {
			data, err := s.read(paths[name])
			if err == nil {
				err = p.SetFile(name, paths[name], data)
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("%s.%s: %w", place, name, err))
			}
		}
	}
	for i := range s.Policies {
		read(&s.Policies[i], "policies["+strconv.Itoa(i)+"]")
	}
	if s.Service != nil {
		read(&s.Service.Batch, "service.batch_policy")
	}
	return errors.Join(errs...)
}

// ReadRequests gives the service of s the requests of a file, which text names as
// workload.ParseRequests reads it.
func (s *Scenario) ReadRequests(path, text string, opens time.Duration, service workload.ServiceTime) error {
	data, err := s.read(path)
	size := func(r workload.Requests) int { return len(r.Log) + len(r.Counts) }
	r, wrong := share(s.inputs, key("requests", text), size, func() (workload.Requests, error) {
		return workload.ParseRequests(text, func(string) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(data)), err
		})
	})
	if wrong != nil {
		return wrong
	}
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

func (s *Scenario) readHistory(r *Recording) (warnings []string, err error) {
	var histories []*traces.PriceHistory
	for _, path := range r.Files {
		data, err := s.read(path)
		if err != nil {
			return nil, err
		}
		history, err := share(s.inputs, key("prices", path), pricePoints, func() (*traces.PriceHistory, error) {
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
	r.series, err = share(s.inputs, key("merged", strings.Join(r.Files, "\x00")), length, func() ([]traces.PriceSeries, error) {
		return traces.MergePrices(histories...)
	})
	return warnings, err
}

func (s *Scenario) capacity(path string, options traces.CapacityOptions) ([]*traces.CapacityHistory, error) {
	data, err := s.read(path)
	if err != nil {
		return nil, err
	}
	histories, err := share(s.inputs, key("capacity", path, options), capacityPoints, func() ([]*traces.CapacityHistory, error) {
		return traces.ReadCapacity(path, bytes.NewReader(data), options)
	})
	for i := range s.Inputs {
		if s.Inputs[i].Path == path && len(histories) > 0 {
			s.Inputs[i].ReadAs = histories[0].Polarity.String()
		}
	}
	return histories, err
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
	if err == nil && !slices.ContainsFunc(s.Inputs, func(in Input) bool { return in.Path == f.Input.Path }) {
		s.Inputs = append(s.Inputs, f.Input)
	}
	return f.data, err
}

// Inputs are files that many scenarios read: each is opened once, and what was made of it is
// shared, to be read only. Nil reads every time anew. It may be used by several goroutines.
type Inputs struct {
	mu    sync.Mutex
	files map[string]*once[file]
	made  map[any]any // *once by what it is made of
	size  int
}

// file is a file as it was read.
type file struct {
	Input
	data []byte
}

// once is a value that is made when it is first asked for.
type once[V any] struct {
	sync.Once
	value V
	err   error
}

func (o *once[V]) get(make func() (V, error)) (V, error) {
	o.Do(func() { o.value, o.err = make() })
	return o.value, o.err
}

// mostMade bounds what is kept of all that was made of files, in elements as share counts
// them, so that an axis that changes how a file is read does not fill the memory.
const mostMade = 20_000_000

// NewInputs returns inputs of which nothing is read yet.
func NewInputs() *Inputs {
	return &Inputs{files: map[string]*once[file]{}, made: map[any]any{}}
}

func (in *Inputs) file(path string) (file, error) {
	read := func() (file, error) { return readFile(path) }
	if in == nil {
		return read()
	}
	in.mu.Lock()
	o := in.files[path]
	if o == nil {
		o = &once[file]{}
		in.files[path] = o
	}
	in.mu.Unlock()
	return o.get(read)
}

func readFile(path string) (file, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return file{}, err
	}
	sum := sha256.Sum256(data)
	return file{Input{Path: path, SHA256: hex.EncodeToString(sum[:]), Bytes: len(data)}, data}, nil
}

// key is what is made of files, and all that it depends on: at most ten values.
func key(what string, of ...any) any {
	k := [11]any{what}
	copy(k[1:], of)
	return k
}

// share returns what make makes of files, made once for a key. size counts the elements of a
// value.
func share[V any](in *Inputs, key any, size func(V) int, make func() (V, error)) (V, error) {
	if in == nil {
		return make()
	}
	in.mu.Lock()
	o, found := in.made[key].(*once[V])
	if !found {
		o = &once[V]{}
		in.made[key] = o
	}
	in.mu.Unlock()
	v, err := o.get(make)
	if !found {
		in.keep(key, 1+size(v))
	}
	return v, err
}

// keep counts what was made, and lets go of all else if it is too much.
func (in *Inputs) keep(key any, size int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.size += size; in.size > mostMade {
		kept := in.made[key]
		clear(in.made)
		in.made[key], in.size = kept, size
	}
}
