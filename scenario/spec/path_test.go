package spec

import "testing"

func TestSet(t *testing.T) {
	flag := Origin{Source: FromFlag, Name: "--set", Set: true}
	for _, c := range []struct {
		path, value string
		find, want  string // or the error
	}{
		{"seed", "7", "seed", "7"},
		{"market.pools[0].price.mean", "$1/h", "market.pools[0].price.mean", "$1/h"},
		{"market.pools[*].on_demand", "$2/h", "market.pools[0].on_demand", "$2/h"},
		{"policies[1].after", "5", "policies[1]", "{name: fallback, after: 5}"},
		{"policies[0]", "fallback:after=9", "policies[0]", "{name: fallback, after: 9}"},
		{"policies", "[ondemand, greedy]", "policies[1].name", "greedy"},
		{"workload.work", "{mean: 1h}", "workload.work.mean", "1h"},
		{"new.section.key", "1", "new.section.key", "1"},
		{"market.pools[1].zone", "b", "", "market.pools has no [1]: there are 1, from [0] on"},
		{"market[0]", "b", "", "market is not a list, so it has no [0]"},
		{"seed.x", "b", "", "seed is not a mapping, so it has no x"},
		{"market..pools", "b", "", `path "market..pools": must be like market.pools[0].price.mean`},
		{"[0]", "b", "", `path "[0]": must be like market.pools[0].price.mean`},
		{"", "b", "", `path "": is empty`},
	} {
		value, err := Parse(c.value, flag)
		if err != nil {
			t.Fatal(err)
		}
		tree, err := Root().def.With(c.path, value)
		if err != nil {
			if err.Error() != c.want {
				t.Errorf("%s: %v, want %s", c.path, err, c.want)
			}
			continue
		}
		found := tree.Find(c.find)
		if found.oneLine() != c.want {
			t.Errorf("%s=%s: %s is %s, want %s", c.path, c.value, c.find, found.oneLine(), c.want)
		}
		if o := tree.origin(c.path); c.find == c.path && c.path != "policies[1]" && o != flag {
			t.Errorf("%s: origin %v, want %v", c.path, o, flag)
		}
	}
	if Root().def.Find("seed").Text != "1" {
		t.Error("the defaults were changed")
	}
}

// The strongest origin wins, and the others show where they are.
func TestOriginsOfOverriddenValues(t *testing.T) {
	variable := Origin{Source: FromEnvironment, Name: "TESSERA_SEED"}
	flag := Origin{Source: FromFlag, Name: "--seed"}
	r, err := loadText(t, "schema: tessera/v1\nseed: 2\nduration: 3h\n",
		Override{"seed", Text("3", variable)}, Override{"seed", Text("4", flag)}, Override{"max_instances", Text("5", variable)})
	if err != nil {
		t.Fatal(err)
	}
	if r.Scenario.Seed != 4 || r.Scenario.MaxInstances != 5 {
		t.Errorf("%+v", r.Scenario)
	}
	for path, want := range map[string]string{
		"seed": "flag --seed", "max_instances": "environment TESSERA_SEED", "duration": "file s.yaml:3:11", "drain": "default",
	} {
		if got := r.said.Find(path).Origin.String(); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

// A flag that takes the place of what the file says is no contradiction; one that the
// file's own choice leaves no room for is.
func TestFlagsTakeThePlaceOfTheFile(t *testing.T) {
	inFolder(t, map[string]string{
		"p.csv": "Timestamp,AvailabilityZone,SpotPrice\n2030-01-01T00:00:00Z,z,0.25\n2030-01-09T00:00:00Z,z,0.25\n",
		"t.csv": "id,arrival,work\na,0,1\n",
	})
	flag := func(path, text string) Override {
		return Override{path, Text(text, Origin{Source: FromFlag, Name: "--x"})}
	}
	const made = "schema: tessera/v1\nmarket: {pools: [{price: {model: simple, mean: $0.2/h}}]}\nworkload: {tasks: 3}\n"
	r, err := loadText(t, made, flag("market.pools[*].price.files", "p.csv"), flag("workload.file", "t.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if p := r.Scenario.Pools[0].Price; p.Model != "trace" || len(p.Changes) != 2 || len(r.Scenario.Tasks()) != 1 {
		t.Errorf("%+v, %d tasks", p, len(r.Scenario.Tasks()))
	}
	const recorded = "schema: tessera/v1\nmarket: {pools: [{price: {files: p.csv}}]}\nworkload: {file: t.csv}\n"
	_, err = loadText(t, recorded, flag("market.pools[*].price.mean", "$1/h"), flag("workload.tasks", "7"))
	if want := "2 problems\n--x: makes no sense with a task file\n--x: makes no sense with price files"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
