package scheduler

import (
	"crypto/sha256"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// typed has a parameter of every type. It is not registered.
func typed(t *testing.T) Entry {
	t.Helper()
	e := Entry{
		Name: "typed", Aliases: []string{"typed_quick:wait=5s"},
		Params: []Param{
			{Name: "n", Doc: "-", Default: 3, Max: 10},
			{Name: "wait", Doc: "-", Type: Duration, Default: 90 * time.Second, Min: time.Second, Max: 24 * time.Hour},
			{Name: "share", Doc: "-", Type: Share, Default: 0.15},
			{Name: "mode", Doc: "-", Type: Choice, Choices: []string{"fast", "safe"}},
			{Name: "note", Doc: "-", Type: Text, Default: "none"},
			{Name: "model", Doc: "-", Type: File},
		},
		New: func(Args) (any, error) { return InOneRegion(func(*Job) Mode { return Idle }), nil },
	}
	if err := e.complete(); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestTypedParametersReadBackWhatTheyWrite(t *testing.T) {
	e := typed(t)
	for settings, want := range map[string]string{
		"":                       "typed:n=3:wait=1m30s:share=0.15:mode=fast:note=none:model=",
		"n=+4":                   "typed:n=4:wait=1m30s:share=0.15:mode=fast:note=none:model=",
		"wait=24h:share=15%":     "typed:n=3:wait=24h:share=0.15:mode=fast:note=none:model=",
		"wait=3600s:share=0.1%":  "typed:n=3:wait=1h:share=0.001:mode=fast:note=none:model=",
		"share=-0:note=a=b c/ü":  "typed:n=3:wait=1m30s:share=0:mode=fast:note=a=b c/ü:model=",
		"mode=safe:model=m.onnx": "typed:n=3:wait=1m30s:share=0.15:mode=safe:note=none:model=m.onnx",
	} {
		args, err := e.read(settings)
		if err != nil {
			t.Fatal(err)
		}
		got := Spec{e, args}.String()
		if got != want {
			t.Errorf("%q: %s, want %s", settings, got, want)
		}
		if again, err := e.read(strings.TrimPrefix(got, "typed:")); err != nil || !reflect.DeepEqual(again, args) {
			t.Errorf("%s reads back as %v, %v; want %v", got, again, err, args)
		}
	}
}

func TestTypedParametersSayWhatTheyTake(t *testing.T) {
	e := typed(t)
	for setting, want := range map[string]string{
		"n=11":      `policy typed: n="11" must be a whole number in [0, 10]`,
		"wait=0s":   `policy typed: wait="0s" must be a time like 90s or 1h30m, in [1s, 24h]`,
		"wait=90":   `must be a time`,
		"share=1.1": `policy typed: share="1.1" must be a share like 0.15 or 15%, in [0, 1]`,
		"share=NaN": `must be a share`,
		"mode=saef": `policy typed: mode="saef" must be one of fast, safe; did you mean "safe"?`,
		"note=a,b":  `policy typed: note="a,b" must be a text without ':' and ',', and have no blank at either end`,
		"model= m":  `policy typed: model=" m" must be the path of a file, without ':' and ','`,
		"modle=m":   `policy typed has no parameter "modle"; did you mean "mode"? (known: n, wait, share, mode, note, model)`,
		"n=1:n=2":   `policy typed: n is there twice`,
	} {
		if _, err := e.read(setting); err == nil || !strings.HasPrefix(err.Error(), want) && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", setting, err, want)
		}
	}
}

func TestArgsHaveTypes(t *testing.T) {
	args, err := typed(t).read("n=4:wait=5s:share=25%:mode=safe:note=x")
	if err != nil {
		t.Fatal(err)
	}
	got := []any{args.Int("n"), args.Duration("wait"), args.Share("share"), args.Choice("mode"), args.Text("note")}
	if want := []any{4, 5 * time.Second, 0.25, "safe", "x"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	defer func() {
		if message := fmt.Sprint(recover()); !strings.Contains(message, `no parameter "m" of type int`) {
			t.Errorf("panic %q", message)
		}
	}()
	args.Int("m")
}

func TestFilesArePartOfASpec(t *testing.T) {
	e := typed(t)
	e.New = func(a Args) (any, error) {
		path, data := a.File("model")
		return InOneRegion(func(*Job) Mode { return Mode(len(path) + len(data)) }), nil
	}
	args, err := e.read("")
	if err != nil {
		t.Fatal(err)
	}
	none := Spec{e, args}
	if none.Digest() != "" {
		t.Errorf("a digest of no file: %s", none.Digest())
	}
	one := none
	if err := one.SetFile("model", "m.onnx", []byte("abc")); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%x", sha256.Sum256([]byte("model 3\nabc"))); one.Digest() != want {
		t.Errorf("digest %s, want %s", one.Digest(), want)
	}
	if none.Digest() != "" || !strings.HasSuffix(one.String(), ":model=m.onnx") {
		t.Errorf("the file is in the other spec too, or not in %s", one)
	}
	if mode, _ := forOne[JobPolicy](t, one).Choose(&Job{}); mode != 6+3 {
		t.Errorf("the policy got %d bytes of path and content, want 9", mode)
	}
	if err := one.SetFile("note", "m.onnx", nil); err == nil || !strings.Contains(err.Error(), "note is a text, not a file") {
		t.Errorf("error %v", err)
	}
	if err := one.SetFile("model", "a:b", nil); err == nil {
		t.Error("a path with a colon cannot be written")
	}
	unread, err := e.read("model=m.onnx")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (Spec{e, unread}).NewForJob(JobRules{}); err == nil || !strings.Contains(err.Error(), "policy typed: model: m.onnx was not read") {
		t.Errorf("error %v", err)
	}
}

func TestRegisterPanicsOnWhatUsersWouldTripOver(t *testing.T) {
	works := func(Args) (any, error) { return &greedy{}, nil }
	for want, e := range map[string]Entry{
		`two policies are called "greedy"`:                     {Name: "greedy", New: works},
		`two policies are called "paper_greedy"`:               {Name: "new", Aliases: []string{"paper_greedy"}, New: works},
		`two policies are called "twin"`:                       {Name: "new", Aliases: []string{"twin", "twin:n=3"}, New: works},
		`New is missing`:                                       {Name: "new"},
		`New returns a int, which is neither a Policy`:         {Name: "new", New: func(Args) (any, error) { return 1, nil }},
		`fails at its defaults: no`:                            {Name: "new", New: func(Args) (any, error) { return nil, fmt.Errorf("no") }},
		`alias "old:n=1": policy new has no parameters`:        {Name: "new", Aliases: []string{"old:n=1"}, New: works},
		`parameter "n": default 5, min 0 and max <nil>`:        {Name: "new", Params: []Param{{Name: "n", Default: 5}}, New: works},
		`parameter "n": must be a whole number in [0, 4]`:      {Name: "new", Params: []Param{{Name: "n", Default: 5, Max: 4}}, New: works},
		`parameter "s": default 1, min 0 and max 1 must be`:    {Name: "new", Params: []Param{{Name: "s", Type: Share, Default: 1}}, New: works},
		`parameter "c": a choice with the choices []`:          {Name: "new", Params: []Param{{Name: "c", Type: Choice}}, New: works},
		`parameter "t": a text takes a default of type string`: {Name: "new", Params: []Param{{Name: "t", Type: Text, Max: 3}}, New: works},
	} {
		func() {
			defer func() {
				if message := fmt.Sprint(recover()); !strings.Contains(message, want) {
					t.Errorf("panic %q, want %q", message, want)
				}
			}()
			Register(e)
		}()
	}
}
