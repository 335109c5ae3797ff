package traces

import (
	"archive/tar"
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// packTar makes an archive of names and contents, one after the other; a name that ends
// in a slash is a folder.
func packTar(t testing.TB, namesAndContents ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for i := 0; i < len(namesAndContents); i += 2 {
		name, content := namesAndContents[i], namesAndContents[i+1]
		header := tar.Header{Name: name, Mode: 0o644, Size: int64(len(content)), Typeflag: tar.TypeReg}
		if strings.HasSuffix(name, "/") {
			header.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const (
	windowUp   = `{"metadata":{"gap_seconds":60},"data":[0,0]}`
	windowDown = `{"metadata":{"gap_seconds":60},"data":[0,1]}`
)

func TestArchiveOfWindows(t *testing.T) {
	archive := packTar(t,
		"set/", "",
		"set/._us-east-1b_x", "\x00\x05\x16\x07",
		"set/us-east-1b_x/", "",
		"set/us-east-1b_x/._10.json", "\x00\x05\x16\x07",
		"set/us-east-1b_x/10.json", windowUp,
		"set/README.md", "not a trace",
		"set/us-east-1a_x/9.json", windowDown,
	)
	for name, data := range map[string][]byte{"w.tar": archive, "w.tar.gz": packGzip(t, archive)} {
		t.Run(name, func(t *testing.T) {
			histories, err := ReadCapacity(name, bytes.NewReader(data), CapacityOptions{Polarity: Unavailable})
			if err != nil {
				t.Fatal(err)
			}
			if len(histories) != 2 {
				t.Fatalf("%d histories, want 2", len(histories))
			}
			h := histories[0] // in order of names, not of the archive
			want := CapacitySeries{Zone: "us-east-1a", Region: "us-east-1", InstanceType: "x", Gap: time.Minute,
				Points: ticks(time.Minute, Unlimited, 0), End: 2 * time.Minute}
			if diff := cmp.Diff([]CapacitySeries{want}, h.Series); diff != "" {
				t.Error(diff)
			}
			if h.Name != name+":set/us-east-1a_x/9.json" || h.SHA256 != digest([]byte(windowDown)) {
				t.Errorf("got %s %s", h.Name, h.SHA256)
			}
		})
	}
}

func TestBrokenArchives(t *testing.T) {
	archive := packTar(t, "a.json", windowUp, "b.json", windowDown+strings.Repeat(" ", 600))
	packed := packGzip(t, archive)
	damaged := bytes.Clone(packed)
	damaged[len(damaged)-5] ^= 1 // in the checksum
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		// A member is a header and its content, each in blocks of 512 bytes.
		{"cut in a content", archive[:4*512+100], "f: tar: b.json: the data breaks off: is the file complete?"},
		{"cut in a header", archive[:2*512+100], "f: tar: the data breaks off: is the file complete?"},
		{"cut between members", archive[:2*512], "f: tar: no end mark: is the file complete?"},
		{"gzip cut", packed[:len(packed)/2], "f: gzip: the data breaks off: is the file complete?"},
		{"gzip cut in its header", packed[:5], "f: gzip: the data breaks off: is the file complete?"},
		{"gzip damaged", damaged, "f: gzip: the data is damaged: gzip: invalid checksum"},
		{"no member that may hold a trace", packTar(t, "LICENSE", "x", "._a.json", "x"),
			"f: tar: no member is called .json, .csv, .txt"},
		{"all that is wrong with the members", packTar(t, "a.json", `{"data":[2,`+"\n3]}", "b.csv", "x", "c.csv", "date,availability\n"),
			"f: a.json: metadata.gap_seconds is missing: the gap must be given\n" +
				"f: a.json: line 1: data[0]: 2 must be 0 or 1 (polarity unavailable)\n" +
				"f: a.json: line 2: data[1]: 3 must be 0 or 1 (polarity unavailable)\n" +
				"f: b.csv: not a known trace: looked for "},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := ReadCapacity("f", bytes.NewReader(test.data), CapacityOptions{Polarity: Unavailable})
			if bad := (*Error)(nil); !errors.As(err, &bad) || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestArchiveAsksForThePolarityOnce(t *testing.T) {
	archive := packTar(t, "a.json", windowUp, "b.json", windowDown)
	_, err := ReadCapacity("f.tar", bytes.NewReader(archive), CapacityOptions{})
	if unsaid := (*PolarityError)(nil); !errors.As(err, &unsaid) || unsaid.Name != "f.tar:a.json" {
		t.Errorf("got %v", err)
	}
}

func TestListFiles(t *testing.T) {
	fsys := fstest.MapFS{
		"b.JSON": {}, "a.csv.gz": {}, "z/w.tar.gz": {}, "z/v.tgz": {}, "z/log.txt": {}, "z/t.tar": {},
		"LICENSE": {}, "README.md": {}, "p.json.bz2": {}, ".hidden.json": {}, ".git/x.json": {}, "z/._w.json": {}, "only.gz": {},
	}
	got, err := ListFiles(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a.csv.gz", "b.JSON", "z/log.txt", "z/t.tar", "z/v.tgz", "z/w.tar.gz"}, got); diff != "" {
		t.Error(diff)
	}
}
