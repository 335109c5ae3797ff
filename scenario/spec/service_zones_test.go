package spec

import (
	"fmt"
	"math"
	"testing"

	"github.com/bobby-math/tessera/metrics"
)

// The numbers of a service on the zones of SkyServe's AWS1, which is in the examples, are those
// that the command service printed when it was a road of its own. On-demand and the bound are 4
// replicas for 6 hours, at $3 and at $1 less what bills may be rounded.
func TestAServiceOnRecordedZones(t *testing.T) {
	const text = `
duration: 6h
market:
  pools:
    - on_demand: $3/h
      price: {mean: $1/h}
      capacity: {files: ../../examples/skyserve/AWS1, polarity: available, offset: 2h}
      provisioning: {mean: 0s}
service: {replicas: 4, load: {mean: 2m}}
lower_bound: true
policies: `
	for policy, want := range map[string]string{
		"ondemand":    "available 21480 s of 21480, 4 ready; $72, spot $0, for 0 s and 85920 s; 0 preemptions, 0 refused, 0 and 4 launched; bound $23.99999856, $48.00000144 above",
		"spothedge":   "available 21360 s of 21480, 4.972067039106145 ready; $31.244444445, spot $29.827777778, for 106780 s and 1220 s; 5 preemptions, 31 refused, 10 and 9 launched; bound $23.865920343, $7.378524102 above",
		"even-spread": "available 10860 s of 21480, 3.893854748603352 ready; $23.5, spot $23.5, for 84000 s and 0 s; 4 preemptions, 1170 refused, 8 and 0 launched; bound $12.13407677, $11.36592323 above",
	} {
		r, got := runText(t, text+policy+"\n")
		if said := serviceNumbers(&got) + fmt.Sprintf("; bound $%v, $%v above", *got.Bound, *got.Regret); said != want {
			t.Errorf("%s:\n%s, want\n%s", policy, said, want)
		}
		if len(r.Scenario.Pools) != 3 || r.Scenario.Pools[2].Name.Zone != "us-west-2a" || len(r.Scenario.Inputs) != 3 {
			t.Errorf("%+v", r.Scenario.Pools)
		}
	}
}

func serviceNumbers(s *metrics.Summary) string {
	return fmt.Sprintf("available %v s of %v, %v ready; $%v, spot $%v, for %v s and %v s; %d preemptions, %d refused, %d and %d launched",
		*s.Available, *s.Measured, *s.MeanReady, s.TotalCost, s.SpotCost, *s.SpotTime, *s.OnDemandTime, s.TotalPreemptions, s.RefusedLaunches, s.SpotLaunched, s.OnDemandLaunched)
}

// The same with requests, gangs and tasks beside it. Of replicas alone the command said $34.4,
// $31.099999998 of it spot, 8 preemptions and 12 and 12 launches; of the tasks $11.2, which are
// 11.2 hours of spot at $1. A bound is of the service alone.
func TestAServiceOnRecordedZonesBesideTasks(t *testing.T) {
	_, got := runText(t, `
seed: 7
duration: 8h
market:
  pools:
    - on_demand: $3/h
      price: {mean: $1/h}
      capacity: {files: ../../examples/skyserve/AWS1, polarity: available, offset: 5h}
      provisioning: {mean: 1m}
      notice: {lead: 0s}
service:
  replicas: 2
  extra: 0
  gang: 2
  load: {mean: 2m}
  requests: {process: poisson, rate: 0.1/s}
  batch_policy: fallback
workload: {file: ../../examples/jobs.csv}
lower_bound: true
policies: spothedge
`)
	const want = "available 27900 s of 28620, 1.9748427672955975 ready; $45.6, spot $42.299999998, for 112000 s and 3960 s; 10 preemptions, 63 refused, 17 and 12 launched"
	if said := serviceNumbers(&got); said != want {
		t.Errorf("%s, want\n%s", said, want)
	}
	requests := fmt.Sprint(*got.Requests, *got.Answered, *got.TimedOut, *got.Lost, *got.Retries, *got.FailureRate, *got.AvgLatency, *got.P99Latency)
	if requests != "2808 2805 3 0 15 0.0010683760683760685 17.055760377814984 83.59490791013602" {
		t.Error(requests)
	}
	if *got.TasksCost != 11.2 || got.CompletedTasks != 2 || *got.AvgCompletion != 1.8916666666666666 {
		t.Errorf("tasks cost $%v, %d completed in %v h", *got.TasksCost, got.CompletedTasks, *got.AvgCompletion)
	}
	if *got.Bound != 31.258821608 || math.Abs(*got.Regret-(34.4-*got.Bound)) > 1e-9 {
		t.Errorf("bound $%v, $%v above", *got.Bound, *got.Regret)
	}
}

// A file of a folder that changes is another scenario.
func TestFilesOfAFolderAreInTheAddress(t *testing.T) {
	const zone = `{"metadata":{"gap_seconds":600},"data":[%s]}`
	address := func(a, b, more string) string {
		inFolder(t, map[string]string{"w/a.json": fmt.Sprintf(zone, a), "w/b.json": fmt.Sprintf(zone, b)})
		r, err := loadText(t, "schema: tessera/v1\nduration: 20m\nmarket: {pools: [{capacity: {files: w, polarity: available}}]}\nservice: {replicas: 1}\n"+more)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%x", r.Content())
	}
	first := address("1,2", "3,4", "")
	if address("1,2", "3,4", "name: other\n") != first {
		t.Error("the name is in the address")
	}
	for _, other := range []string{address("1,2", "3,5", ""), address("3,4", "1,2", ""), address("1,2", "3,4", "lower_bound: true\n")} {
		if other == first {
			t.Error("a change is not in the address")
		}
	}
}
