package suite

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bobby-math/tessera/sweep"
)

const exampleData = "../examples/cant-be-late"

// hostile is a suite, settings for it, and what the error must say.
type hostile struct {
	suite    *Suite
	settings sweep.Settings
	want     []string
}

func (h hostile) check(t *testing.T) {
	t.Helper()
	_, err := sweep.LoadCases(h.suite.Name, h.settings, sweep.Options{})
	var wrong *SettingError
	if !errors.As(err, &wrong) {
		t.Fatalf("got %v, want a SettingError", err)
	}
	for _, want := range h.want {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\ndoes not say %s", err, want)
		}
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != len(h.want) {
		t.Errorf("%d lines, want %d:\n%v", len(lines), len(h.want), err)
	}
}

// Everything that is wrong with settings is said at once.
func TestHostileSettings(t *testing.T) {
	for name, h := range map[string]hostile{
		"nothing chosen": {cantBeLate, nil, []string{"data: name the folder with the data"}},
		"of a job": {cantBeLate, on(exampleData, "deadlin", "52", "deadline", "-1,x,52,52", "overhead", "NaN,1e7,2562047h", "guarantee", "peers", "policies", "up,uniform-progress,fallback,upp"), []string{
			`deadlin: is no setting of cant-be-late; did you mean "deadline"?`,
			`deadline: 52 is there twice`, `deadline: "-1" must be a number of hours`, `deadline: "x" must be a number of hours`,
			`overhead: "NaN" must be a number of hours`, `overhead: "1e7" must be a number of hours in [0, 1048576]`, `overhead: "2562047h" must be`,
			`policies: policy uniform-progress is there twice`, `policy fallback is not for one job with a deadline`, `"upp" is not a policy`,
			`guarantee: "peers" must be one of strict, peer, both; did you mean "peer"?`,
		}},
		"windows that are not there": {cantBeLate, on(exampleData, "env", "us-west-2a_k80_9,us-west-2a_k80_1", "window", "1,1,7,x"), []string{
			`env: there is no "us-west-2a_k80_9"; did you mean`, `window: there is no "7"`, `window: there is no "x"`, `window: 1 is there twice`,
		}},
		"two folders":             {cantBeLate, sweep.Settings{"data": {exampleData, "b"}}, []string{"data: ../examples/cant-be-late,b must be one value"}},
		"settings beside cases":   {cantBeLate, on(exampleData, "cases", "x.csv", "deadline", "52"), []string{"deadline: makes no sense beside cases"}},
		"two files of cases":      {cantBeLate, on(exampleData, "cases", "a,b", "env", "x", "window", "1"), []string{"cases: a,b must be one value", "env: makes no sense", "window: makes no sense"}},
		"no file of cases":        {cantBeLate, on(exampleData, "cases", "gone.csv"), []string{"cases: open gone.csv"}},
		"a deadline out of reach": {cantBeLate, on(exampleData, "cases", written(t, "c.csv", "trace_env,window_start_tick,deadline_h,restart_overhead_h,policy\nus-west-2a_k80_1,0,93,0,up\n")), []string{"line 2: job.deadline: 93h0m0s must be within the run"}},
		"of several regions": {cantBeLateMulti, on(realData, "scenario", "2_zone_west", "billing", "peers", "transfer", "-5m", "egress", "gone.csv", "checkpoint-gb", "x", "policies", "up_home_region0,fallback,uniform-progress-home"), []string{
			`policies: policy fallback is not for one job`, `policy uniform-progress-home is there twice`, `billing: "peers" must be one of own, peer`,
			`transfer: "-5m" must be a number of hours`, `checkpoint-gb: "x" must be a number of GB`, `egress: open gone.csv`, `scenario: there is no "2_zone_west"; did you mean "2_zones_west"?`,
		}},
		"moves under the published rule": {cantBeLateMulti, on(realData, "billing", "peer", "transfer", "10m"), []string{"transfer, egress: moves are free under billing peer"}},
		"a checkpoint without egress":    {cantBeLateMulti, on(realData, "checkpoint-gb", "-1"), []string{"checkpoint_gb: -1 must be in (0, 1000000] GB", "checkpoint_gb: needs egress"}},
		"of a service": {skyServe, on(realData, "extra", "1e9", "windows", "1000001", "offset", "-1", "seed", "-1", "policies", "greedy"), []string{
			"extra: 1e9 must be a whole number in [0, 100000]", "policies: policy greedy is not for services", "windows: 1000001 must be a whole number in [0, 1000000]",
			"offset: -1 must be a whole number in [0,", "offset and windows: use one of them", `seed: "-1" must be a whole number`,
		}},
		"a seed of nothing": {skyServe, on(realData, "seed", "2"), []string{"seed: needs windows; nothing else is drawn"}},
	} {
		t.Run(name, func(t *testing.T) {
			if h.settings["data"] != nil && h.settings["data"][0] == realData {
				onRealData(t)
			}
			h.check(t)
		})
	}
	real := onRealData(t)["data"][0]
	hostile{skyServe, on(real, "trace", "AWS1,AWS9", "offset", "0,31560"), []string{
		`trace: there is no "AWS9" (there are: 4-node, AWS1,`, "offset: 0 and 31560 are one window of AWS1, whose data begins anew after 31560 ticks",
	}}.check(t)
}

// Everything that is wrong with a file of cases is said at once, each with its line.
func TestHostileCases(t *testing.T) {
	const header = "trace_env,window_start_tick,deadline_h,restart_overhead_h,policy,guarantee\n"
	for name, c := range map[string]struct {
		suite *Suite
		file  string
		want  []string
	}{
		"empty":       {cantBeLate, "", []string{"has no header"}},
		"only a head": {cantBeLate, header, []string{"has no rows"}},
		"a binary":    {cantBeLate, "\x00\xff\"\n", []string{"has no header"}},
		"columns that are missing": {cantBeLate, "trace_env,policy\na,b\n", []string{
			"column window_start_tick is missing (needed are: ", "column deadline_h is missing", "column restart_overhead_h is missing",
		}},
		"every row is wrong": {cantBeLate, "# a comment\n" + header +
			"us-west-9z_k80_1,0,52,0.2,up,\n" +
			"us-west-2a_k80_1,-1,52,0.2,up,\n" +
			"us-west-2a_k80_1,0,x,-1,upp,peers\n" +
			"us-west-2a_k80_1,0,52\n" +
			"us-west-2a_k80_1,,52,0.2,,\n" +
			"us-west-2a_k80_1,0,52,5,up,strict\n" +
			"us-west-2a_k80_1,0,52,0.2,up,strict\n" +
			"us-west-2a_k80_1,0,52,0.2,\"up,strict\n", []string{
			`line 3: trace_env: there is no "us-west-9z_k80_1" in the data`,
			"line 4: window_start_tick: -1 must be a whole number in [0, ",
			`line 5: deadline_h: "x" must be a number of hours`, `restart_overhead_h: "-1" must be`, `guarantee: "peers" must be one of strict, peer`, `policy: "upp" is not a policy`,
			"line 6: 3 values, the header has 6",
			"line 7: window_start_tick: is missing", "policy: is missing",
			"line 8: job.deadline: 52h0m0s must be at least 53h0m0s",
			`line 10: parse error`,
		}},
		"regions": {cantBeLateMulti, "scenario,regions,trace_idx,deadline_h,restart_overhead_h,policy,billing\n" +
			"mine,us-east-1a_v100_1|us-west-9z_v100_1,0,36,0.2,up,\n" +
			"mine,us-east-1a_v100_1,-1,36,0.2,up,peers\n" +
			"mine,us-east-1a_v100_1|us-east-1a_v100_1,0,36,0.2,up,own\n", []string{
			"line 2: regions: there is no window 0 of us-west-9z_v100_1 in the data",
			`line 3: billing: "peers" must be one of own, peer`, "trace_idx: -1 must be a whole number in [0, ",
			"line 4: pools[1].name:",
		}},
		"services": {skyServe, "trace,policy,fallback,n_extra,cold_ticks,offset_ticks\n" +
			"AWS9,SpotHedge,Static,0,2880,-1\nAWS1,greedy,,-1,4,0\n", []string{
			`line 2: trace: there is no "AWS9" in the data`, `policy: there is no "SpotHedge:Static" (there are: NaiveSpread,`,
			"cold_ticks: 2880 must be a whole number in [0, 2879]", "offset_ticks: -1 must be a whole number in [0, ",
			"line 3: policy: policy greedy is not for services", "n_extra: -1 must be a whole number in [0, 100000]",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			data := exampleData
			if c.suite != cantBeLate {
				data = onRealData(t)["data"][0]
			}
			hostile{c.suite, on(data, "cases", written(t, "cases.csv", c.file)), c.want}.check(t)
		})
	}
}

// A row need not say what is the same of all: that is chosen by settings.
func TestCasesTakeWhatTheyDoNotSayFromTheSettings(t *testing.T) {
	file := written(t, "cases.csv", "policy,window_start_tick,trace_env,restart_overhead_h,deadline_h,guarantee\nup,0,us-west-2a_k80_1,0.2,52,\ngreedy,0,us-west-2a_k80_1,0.2,52,strict\n")
	rows := ran(t, loaded(t, cantBeLate, on(exampleData, "cases", file, "guarantee", "both")), 1)
	var got []string
	for _, r := range rows {
		got = append(got, r.Policy+" "+r.axis("guarantee")+" "+r.axis("task_h"))
	}
	if text := strings.Join(got, ", "); text != "uniform-progress peer 48, uniform-progress strict 48, greedy strict 48" {
		t.Error(text)
	}
}

// Data that is not there or damaged is an error of its own.
func TestHostileData(t *testing.T) {
	folder := func(files map[string]string) string {
		dir := t.TempDir()
		for name, text := range files {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	const envs = "availability/1-node/aws-10-26-2022/"
	series := `{"metadata": {"gap_seconds": 600}, "data": [` + strings.TrimSuffix(strings.Repeat("1,", windowTicks), ",") + `]}`
	for name, c := range map[string]struct {
		suite *Suite
		files map[string]string
		want  string
	}{
		"nothing":          {cantBeLate, nil, "no folder spot-traces/availability/1-node/aws-10-26-2022, nor availability/1-node"},
		"no environments":  {cantBeLate, map[string]string{envs + "x.json": "{}"}, "none of the environments"},
		"no starts":        {cantBeLate, map[string]string{envs + "us-west-2a_k80_1.json": series}, "no file cant-be-late/window_starts_300.json, nor window_starts_300.json"},
		"starts of texts":  {cantBeLate, map[string]string{envs + "us-west-2a_k80_1.json": series, "window_starts_300.json": `["a"]`}, "not a list of start ticks"},
		"no start at all":  {cantBeLate, map[string]string{envs + "us-west-2a_k80_1.json": series, "window_starts_300.json": `[]`}, "no start ticks"},
		"a window outside": {cantBeLate, map[string]string{envs + "us-west-2a_k80_1.json": series, "window_starts_300.json": `[0, 1]`}, "us-west-2a_k80_1: window 1 begins at tick 1, which must be in [0, 0]"},
		"a start of 2^63":  {cantBeLate, map[string]string{envs + "us-west-2a_k80_1.json": series, "window_starts_300.json": `[9223372036854775807]`}, "window 0 begins at tick 9223372036854775807"},
		"no regions":       {cantBeLateMulti, nil, "no file cant-be-late/multi_real_traces.tar.gz"},
		"no archive":       {cantBeLateMulti, map[string]string{"multi_real_traces.tar.gz": "x"}, "multi_real_traces.tar.gz"},
		"no zones":         {skyServe, nil, "no folder AWS1, AWS2, AWS3 or GCP1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sweep.LoadCases(c.suite.Name, on(folder(c.files)), sweep.Options{})
			var setting *SettingError
			if err == nil || errors.As(err, &setting) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// Whatever is in a file of cases, it is read or refused.
func FuzzCases(f *testing.F) {
	f.Add("trace_env,window_start_tick,deadline_h,restart_overhead_h,policy\nus-west-2a_k80_1,0,52,0.2,up\n")
	f.Add("# c\ntrace_env,trace_id,window_start_tick,task_h,deadline_h,restart_overhead_h,policy,guarantee\nus-west-2a_k80_1,7,684,48,70,0.05,time-sliced:n=4,peer\n")
	path := written(f, "cases.csv", "")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := sweep.LoadCases(cantBeLate.Name, on(exampleData, "cases", path), sweep.Options{})
		if err == nil && len(s.Points) == 0 {
			t.Error("no cases and no error")
		}
	})
}
