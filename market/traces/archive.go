package traces

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// traceExtensions end the names of the files that may hold a trace; .gz may follow.
var traceExtensions = []string{".json", ".csv", ".txt", ".tar", ".tgz"}

// maxBytes is the most that is unpacked of one file.
const maxBytes = 256 << 20

// ListFiles returns the files below fsys that may hold a trace, in lexical order: those
// called .json, .csv, .txt, .tar or .tgz, and any of these with .gz behind it. Hidden
// files and folders are skipped, such as the ._ files that macOS puts into archives.
func ListFiles(fsys fs.FS) ([]string, error) {
	var files []string
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && isHidden(name):
			return fs.SkipDir
		case !d.IsDir() && mayHoldTrace(name):
			files = append(files, name)
		}
		return nil
	})
	return files, err
}

func isHidden(name string) bool { return strings.HasPrefix(path.Base(name), ".") }

func mayHoldTrace(name string) bool {
	extension := path.Ext(strings.TrimSuffix(name, ".gz"))
	return !isHidden(name) && slices.Contains(traceExtensions, strings.ToLower(extension))
}

// readPacked reads the data of a file, and what it holds if it is gzip.
func readPacked(name string, r io.Reader) (data, content []byte, err error) {
	data, err = io.ReadAll(r)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	wrong := newError(name)
	content = wrong.unpack(data)
	return data, content, wrong.orNil()
}

// unpack returns data, or what it holds if it is gzip, or notes why it cannot.
func (e *Error) unpack(data []byte) []byte {
	if !bytes.HasPrefix(data, gzipMark) {
		return data
	}
	var content []byte
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err == nil {
		content, err = io.ReadAll(io.LimitReader(r, maxBytes+1))
	}
	switch {
	case err != nil:
		e.broken("gzip", err)
	case len(content) > maxBytes:
		e.Problem(0, "gzip: unpacks to more than %d MiB", maxBytes>>20)
	}
	return content
}

func (e *Error) broken(what string, err error) {
	if cutOff(err) {
		e.Problem(0, "%s: the data breaks off: is the file complete?", what)
		return
	}
	e.Problem(0, "%s: the data is damaged: %v", what, err)
}

// isTar tells whether content is a tar archive, in the POSIX or the GNU form.
func isTar(content []byte) bool {
	const at, magic = 257, "ustar"
	return len(content) >= at+len(magic) && string(content[at:at+len(magic)]) == magic
}

// member is a file in an archive.
type member struct {
	name    string
	content []byte
}

// members returns the files of a tar archive that may hold a trace, in order of their
// names, and notes what is wrong with it.
func (e *Error) members(content []byte) []member {
	var members []member
	r := tar.NewReader(bytes.NewReader(content))
	left := int64(len(content)) // a member with holes can claim to be longer than the archive
	for {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			e.broken("tar", err)
			return nil
		}
		if header.Typeflag != tar.TypeReg || !mayHoldTrace(header.Name) {
			continue
		}
		if left -= header.Size; left < 0 {
			e.Problem(0, "tar: %s: longer than the archive", header.Name)
			return nil
		}
		text, err := io.ReadAll(r)
		if err != nil {
			e.broken("tar: "+header.Name, err)
			return nil
		}
		members = append(members, member{header.Name, text})
	}
	// Two blocks of zeros end an archive; without them it was cut between two members.
	if !bytes.HasSuffix(content, make([]byte, 1024)) {
		e.Problem(0, "tar: no end mark: is the file complete?")
	}
	if len(members) == 0 {
		e.Problem(0, "tar: no member is called %s", strings.Join(traceExtensions[:3], ", "))
	}
	slices.SortStableFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return members
}
