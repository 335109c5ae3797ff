package cli

import (
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/results"
)

// sweepFolder writes the folder of a sweep: sweepfolder DIR AXIS=VALUE/POLICY=COST,COST...
// with a run for each cost under the seeds from 1 on, as sigma=0.1/greedy=12,14. Each run
// has a mean completion of a tenth of its cost and misses a deadline if that is above 13;
// a cost of - is a run that failed.
func sweepFolder(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	w, err := results.Create(dir, []string{"sigma"}, nil, "")
	ts.Check(err)
	defer w.Discard()
	manifest := &results.Manifest{Status: results.Complete}
	for _, arg := range args[1:] {
		axis, policy, _ := strings.Cut(strings.TrimPrefix(arg, "sigma="), "/")
		name, costs, _ := strings.Cut(policy, "=")
		for i, text := range strings.Split(costs, ",") {
			r := sweptRun(axis, name, uint64(i+1), text)
			manifest.Finished++
			ts.Check(w.Add(r))
		}
	}
	manifest.Runs = manifest.Finished
	manifest.Outputs, err = w.Commit()
	ts.Check(err)
	ts.Check(results.WriteManifest(dir, manifest))
}

func sweptRun(axis, policy string, seed uint64, cost string) *results.Run {
	r := &results.Run{
		ID: "run-" + axis + policy + strconv.FormatUint(seed, 10), Axes: []results.Axis{{Key: "sigma", Value: axis}},
		Seed: seed, Policy: policy, Clairvoyant: policy == "optimal", Status: results.Failed, Error: "crash",
	}
	if x, err := strconv.ParseFloat(cost, 64); err == nil {
		completion := x / 10
		r.Status, r.Error = results.OK, ""
		r.Summary = metrics.Summary{TotalCost: x, AvgCompletion: &completion}
		if x > 13 {
			r.Summary.MissedDeadlines = 1
		}
	}
	return r
}
