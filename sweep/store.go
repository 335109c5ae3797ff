package sweep

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"sync"

	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/results"
)

// Record is the result of a run.
type Record struct {
	ID ID `json:"-"`
	// Error says why the run failed; empty if it did not.
	Error   string           `json:"error,omitempty"`
	Summary *metrics.Summary `json:"summary,omitempty"`
}

// store keeps what runs resulted in, by their addresses. Its methods may be called from
// several goroutines.
type store interface {
	// Has reports whether a run is finished.
	Has(ID) bool
	// Add keeps records.
	Add([]Record) error
	// Get returns the record of a finished run.
	Get(ID) (Record, error)
}

// memoryStore is a store that ends with the process.
type memoryStore struct{ records sync.Map } // Record by ID

func (m *memoryStore) Has(id ID) bool {
	_, ok := m.records.Load(id)
	return ok
}

func (m *memoryStore) Add(records []Record) error {
	for _, r := range records {
		m.records.Store(r.ID, r)
	}
	return nil
}

func (m *memoryStore) Get(id ID) (Record, error) {
	r, ok := m.records.Load(id)
	if !ok {
		return Record{}, fmt.Errorf("run %v is not finished", id)
	}
	return r.(Record), nil
}

// fileStore keeps records in a file that only grows, a line each. Whatever the process dies
// of, lines that were written stay; a line that was cut off or damaged fails its checksum,
// and its run counts as not run. Of a record only its place is held in memory.
//
// Its methods may be called from several goroutines.
type fileStore struct {
	path string
	file appender

	mu    sync.RWMutex
	size  int64
	torn  bool // the file ends within a line
	at    map[ID]place
	broke error // of a write that failed: what is at the end of the file is not known
}

// appender is a file, of which tests make others.
type appender interface {
	io.ReaderAt
	io.Writer
	Sync() error
	Close() error
}

// place is where the line of a record is.
type place struct {
	offset int64
	length int
}

// How a store is opened.
const (
	toAppend = os.O_RDWR | os.O_CREATE | os.O_APPEND
	toRead   = os.O_RDONLY
)

// openStore opens a file and finds the records in it. damaged is how many lines are no
// records.
func openStore(path string, how int) (s *fileStore, damaged int, err error) {
	file, err := os.OpenFile(path, how, 0o644)
	if err != nil {
		return nil, 0, results.NewFileError(path, err)
	}
	s = &fileStore{path: path, file: file, at: map[ID]place{}}
	damaged, err = s.scan(file)
	if err != nil {
		file.Close()
		return nil, 0, results.NewFileError(path, err)
	}
	return s, damaged, nil
}

func (s *fileStore) scan(from io.Reader) (damaged int, err error) {
	in := bufio.NewReaderSize(from, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if id, _, ok := parseLine(line); ok {
			s.at[id] = place{s.size, len(line)}
		} else if len(line) > 0 {
			damaged++
		}
		s.size += int64(len(line))
		s.torn = len(line) > 0 && line[len(line)-1] != '\n'
		if errors.Is(err, io.EOF) {
			return damaged, nil
		}
		if err != nil {
			return damaged, err
		}
	}
}

// Has reports whether the run is finished.
func (s *fileStore) Has(id ID) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.at[id]
	return ok
}

// Add keeps records. When it returns they outlive the process, though not yet a failure of
// the machine: Close sees to that.
func (s *fileStore) Add(records []Record) error {
	var text []byte
	lengths := make([]int, len(records))
	for i, r := range records {
		content, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("run %v: %w", r.ID, err)
		}
		before := len(text)
		text = appendLine(text, r.ID, content)
		lengths[i] = len(text) - before
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.write(text); err != nil {
		return err
	}
	offset := s.size - int64(len(text))
	for i, r := range records {
		s.at[r.ID] = place{offset, lengths[i]}
		offset += int64(lengths[i])
	}
	return nil
}

// write adds whole lines to the file, in one call of the system.
func (s *fileStore) write(text []byte) error {
	if s.broke != nil {
		return s.broke
	}
	if s.torn {
		if _, err := s.file.Write([]byte("\n")); err != nil {
			return s.fail(err)
		}
		s.size, s.torn = s.size+1, false
	}
	n, err := s.file.Write(text)
	s.size += int64(n)
	if err != nil {
		return s.fail(err)
	}
	return nil
}

func (s *fileStore) fail(err error) error {
	bad := results.NewFileError(s.path, err)
	bad.Err = fmt.Errorf("%w; runs that are finished are kept: run the sweep again once that is put right", bad.Err)
	s.broke = bad
	return bad
}

// Get returns the record of a finished run.
func (s *fileStore) Get(id ID) (Record, error) {
	s.mu.RLock()
	at, ok := s.at[id]
	s.mu.RUnlock()
	if !ok {
		return Record{}, fmt.Errorf("run %v is not finished", id)
	}
	line := make([]byte, at.length)
	if _, err := s.file.ReadAt(line, at.offset); err != nil {
		return Record{}, results.NewFileError(s.path, err)
	}
	found, content, ok := parseLine(line)
	r := Record{ID: id}
	if !ok || found != id || json.Unmarshal(content, &r) != nil {
		return Record{}, results.NewFileError(s.path, fmt.Errorf("the record of run %v was damaged since the sweep began", id))
	}
	return r, nil
}

// inOrder returns the finished runs in the order of the file.
func (s *fileStore) inOrder() []ID {
	byPlace := func(a, b ID) int { return cmp.Compare(s.at[a].offset, s.at[b].offset) }
	return slices.SortedFunc(maps.Keys(s.at), byPlace)
}

// Close makes the records outlive a failure of the machine.
func (s *fileStore) Close() error {
	if err := errors.Join(s.file.Sync(), s.file.Close()); err != nil {
		return results.NewFileError(s.path, err)
	}
	return nil
}
