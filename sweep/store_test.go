package sweep

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/metrics"
)

// records returns n records, every third of a run that failed.
func records(n int) []Record {
	var list []Record
	for i := range n {
		r := Record{ID: sha256.Sum256([]byte{byte(i), byte(i >> 8)})}
		if i%3 == 2 {
			r.Error = "policy said\n\"no\""
		} else {
			r.Summary = &metrics.Summary{TotalCost: 0.1 * float64(i), TotalTasks: i}
		}
		list = append(list, r)
	}
	return list
}

func storeIn(t interface{ Fatal(...any) }, path string) (s *fileStore, damaged int) {
	s, damaged, err := openStore(path, toAppend)
	if err != nil {
		t.Fatal(err)
	}
	return s, damaged
}

func TestRecordsReadBackAsTheyWereWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "runs.log")
	s, _ := storeIn(t, path)
	want := records(10)
	if err := errors.Join(s.Add(want[:4]), s.Add(want[4:]), s.Close()); err != nil {
		t.Fatal(err)
	}
	again, damaged := storeIn(t, path)
	if damaged != 0 {
		t.Errorf("%d lines are damaged", damaged)
	}
	for _, r := range want {
		got, err := again.Get(r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, got); diff != "" {
			t.Error(diff)
		}
	}
	if again.Has(ID{1}) {
		t.Error("a run that was never kept is finished")
	}
}

// However a file is cut off or changed, what is found are records that were written, all
// whose lines were spared; and what is added then is found too.
func TestDamageCostsOnlyTheLinesItHits(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(dir, "runs.log")
		os.Remove(path)
		s, _ := storeIn(t, path)
		all := records(rapid.IntRange(0, 12).Draw(t, "records"))
		if err := errors.Join(s.Add(all), s.Close()); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		whole := strings.SplitAfter(string(text), "\n")
		text = text[:rapid.IntRange(0, len(text)).Draw(t, "cut")]
		if len(text) > 0 && rapid.Bool().Draw(t, "flip") {
			text[rapid.IntRange(0, len(text)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		spared := map[string]bool{}
		for line := range strings.Lines(string(text)) {
			spared[line] = true
		}
		s, _ = storeIn(t, path)
		for i, r := range all {
			if s.Has(r.ID) != spared[whole[i]] {
				t.Fatalf("record %d: found is %v", i, !spared[whole[i]])
			}
		}
		more := Record{ID: ID{1}, Error: "new"}
		if err := errors.Join(s.Add([]Record{more}), s.Close()); err != nil {
			t.Fatal(err)
		}
		s, _ = storeIn(t, path)
		defer s.Close()
		if r, err := s.Get(more.ID); err != nil || r.Error != "new" {
			t.Fatalf("the record added after the damage: %v %v", r, err)
		}
	})
}

// fullDisk is a file on a disk that has room for some bytes more.
type fullDisk struct {
	*os.File
	room int
}

func (d *fullDisk) Write(data []byte) (int, error) {
	n := min(len(data), d.room)
	d.room -= n
	written, err := d.File.Write(data[:n])
	if err == nil && n < len(data) {
		err = &os.PathError{Op: "write", Path: d.Name(), Err: syscall.ENOSPC}
	}
	return written, err
}

func TestFullDiskLosesNothingThatWasKept(t *testing.T) {
	all := records(6)
	for room := 0; ; room += 17 { // of some 1,900 bytes
		path := filepath.Join(t.TempDir(), "runs.log")
		s, _ := storeIn(t, path)
		s.file = &fullDisk{s.file.(*os.File), room}
		var kept []Record
		var err error
		for _, r := range all {
			if err = s.Add([]Record{r}); err != nil {
				break
			}
			kept = append(kept, r)
		}
		if err == nil {
			break // all found room: there is no more to see
		}
		if want := "runs.log: no space left on device; runs that are finished are kept"; !strings.Contains(err.Error(), want) {
			t.Fatalf("%v, want %s", err, want)
		}
		if err := s.Add(all[5:]); err == nil {
			t.Fatal("a store whose file is in doubt took a record")
		}
		s.Close()
		again, damaged := storeIn(t, path)
		if len(again.at) != len(kept) || damaged > 1 {
			t.Fatalf("room for %d bytes: %d records of %d, %d damaged", room, len(again.at), len(kept), damaged)
		}
		again.Close()
	}
}

func FuzzParseLine(f *testing.F) {
	for _, r := range records(3) {
		f.Add(appendLine(nil, r.ID, []byte("{}")))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		id, content, ok := parseLine(line)
		if ok && !strings.EqualFold(string(appendLine(nil, id, content)), string(line)) {
			t.Errorf("%q is taken for a line that is written %q", line, appendLine(nil, id, content))
		}
	})
}

func TestSeedsReadBack(t *testing.T) {
	for text, want := range map[string]string{
		"1..4": "[1 2 3 4]", "7": "[7]", "3, 1..2": "[3 1 2]", "18446744073709551615": "[18446744073709551615]", "5..5": "[5]",
	} {
		seeds, err := ParseSeeds(text)
		if err != nil || fmt.Sprint([]uint64(seeds)) != want {
			t.Errorf("%s: %v %v, want %s", text, seeds, err, want)
		}
		if again, err := ParseSeeds(seeds.String()); err != nil || !cmp.Equal(again, seeds) {
			t.Errorf("%s is written %s: %v %v", text, seeds, again, err)
		}
	}
	for text, want := range map[string]string{
		"": "must be a seed", "2..1": "must be a seed", "1..2..3": "must be a seed", "-1": "must be a seed", "1,1": "seed 1 is there twice",
		"0..18446744073709551615": "are more than 10000000 seeds", "1..6000000,6000001..12000000": "are more than",
	} {
		if _, err := ParseSeeds(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func FuzzParseSeeds(f *testing.F) {
	f.Add("1..200")
	f.Add("1,3..5")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Count(text, "..") > 3 || len(text) > 40 {
			t.Skip("many ranges may be more seeds than a fuzz test has time for")
		}
		seeds, err := ParseSeeds(text)
		if err != nil || len(seeds) > 1000 {
			return
		}
		if again, err := ParseSeeds(seeds.String()); err != nil || !cmp.Equal(again, seeds) {
			t.Errorf("%q: %v, then %v %v", text, seeds, again, err)
		}
	})
}
