package cli

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the output of the commands into the documents")

const (
	repository = ".."
	// traceFolder is what the documents call data, and history what they call history.json;
	// both lie beside the repository.
	traceFolder = "../shared/traces"
	history     = "../shared/traces/aws-price-history/p3.2xlarge_9az_2023-02-15_2023-04-02.describe-spot-price-history.json"
)

// notRun are the commands in the documents that are not Tessera's.
var notRun = []string{"go test ./...", "go build -o tessera ./cmd/tessera", "go test -run xxx -bench . ./clock ./actors ./tests"}

// TestDocs runs every command in the console blocks of the documents and compares what it
// prints with what the document says. With -update it writes that instead.
func TestDocs(t *testing.T) {
	root, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	documents, err := filepath.Glob(filepath.Join(root, "docs/*.md"))
	if err != nil {
		t.Fatal(err)
	}
	documents = append(documents, filepath.Join(root, "README.md"), filepath.Join(root, "ARCHITECTURE.md"))
	commands := 0
	for _, path := range documents {
		t.Run(filepath.Base(path), func(t *testing.T) {
			if testing.Short() && (strings.Contains(path, "cant-be-late") || strings.Contains(path, "skyserve")) {
				t.Skip("a whole evaluation takes minutes under the race detector; it runs without -short")
			}
			inDocumentFolder(t, root)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			d := document{t: t, lines: strings.SplitAfter(string(text), "\n")}
			d.run()
			commands += d.commands
			if *update {
				if err := os.WriteFile(path, []byte(d.out.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if d.out.String() != string(text) {
				t.Errorf("%s does not show what its commands print; see it with: go test ./cli -run TestDocs -update; git diff", path)
			}
		})
	}
	if commands < 4 { // those that need no file from beside the repository
		t.Errorf("only %d commands were run: the documents are not read right", commands)
	}
}

// inDocumentFolder changes to a folder in which the commands of the documents work.
func inDocumentFolder(t *testing.T, root string) {
	inFolder(t)
	if err := os.Symlink(filepath.Join(root, "examples"), "examples"); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"history.json": history, "data": traceFolder} {
		if real := filepath.Join(root, target); exists(real) {
			if err := os.Symlink(real, name); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// document is a document while its commands are run.
type document struct {
	t        *testing.T
	lines    []string
	out      strings.Builder
	commands int
}

func (d *document) run() {
	for len(d.lines) > 0 {
		line := d.next()
		if info, ok := strings.CutPrefix(strings.TrimSpace(line), "```console"); ok {
			d.block(strings.TrimPrefix(strings.TrimSpace(info), "needs="))
		}
	}
}

// next takes a line over into the document as it is.
func (d *document) next() string {
	line := d.lines[0]
	d.lines = d.lines[1:]
	d.out.WriteString(line)
	return line
}

// block runs the commands of one console block, unless the file it needs is missing.
func (d *document) block(needs string) {
	if needs != "" && !exists(needs) {
		d.t.Logf("a block is left as it is: %s is not here", needs)
		for !strings.HasPrefix(d.next(), "```") {
		}
		return
	}
	for {
		line := d.next()
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "$ ")
		if !ok {
			return // the end of the block
		}
		d.command(command)
	}
}

// command runs one command and puts its output instead of the old one.
func (d *document) command(command string) {
	var old strings.Builder
	for len(d.lines) > 0 && !strings.HasPrefix(d.lines[0], "$ ") && !strings.HasPrefix(d.lines[0], "```") {
		old.WriteString(d.lines[0])
		d.lines = d.lines[1:]
	}
	for _, known := range notRun {
		if command == known {
			d.out.WriteString(old.String())
			return
		}
	}
	args := strings.Fields(strings.TrimPrefix(command, "go run ./cmd/"))
	if args[0] != "tessera" {
		d.t.Errorf("%q is not a command of Tessera", command)
		return
	}
	d.commands++
	stdout, stderr, code := runCommand(args[1:]...)
	if code != exitOK {
		d.t.Errorf("%q exits with %d: %s", command, code, stderr)
	}
	printed := fmt.Sprint(stderr, stdout)
	d.out.WriteString(printed)
	if !*update && printed != old.String() {
		d.t.Errorf("%q prints\n%s, the document says\n%s", command, printed, old.String())
	}
}
