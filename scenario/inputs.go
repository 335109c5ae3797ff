package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"sync"
)

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

// file returns a file.
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

// share returns what make makes of files, made once for a key, which is of a type of its own.
// size counts the elements of a value.
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
