package suite

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

// CantBeLateMulti is the evaluation of Can't Be Late over several regions, as FrontierCS
// published it (Frontier-CS, problem cant_be_late_multi): every scenario, with
// every deadline and overhead.
type CantBeLateMulti struct {
	Scenarios []MultiScenario
	Work      time.Duration
	Deadlines []time.Duration
	Overheads []time.Duration

	regions map[regionWindow]scenario.JobRegion
	data    string
}

// Data says in a line what the evaluation was read from, as CantBeLate.Data does.
func (c *CantBeLateMulti) Data() string { return c.data }

// MultiScenario is a choice of regions, which are capacity pools here, in the order in
// which policies try them. It is run on the windows 0 to Windows-1.
type MultiScenario struct {
	Name    string
	Regions []string
	Windows int
}

// multiScenarios are those of the evaluation, in its order: of high availability, then of
// low. The order of the regions is part of it, for the first is the home.
var multiScenarios = []MultiScenario{
	{"2_zones_same_region", v100("us-east-1a", "us-east-1c"), 8},
	{"2_regions_east_west", v100("us-east-2a", "us-west-2a"), 8},
	{"3_regions_diverse", v100("us-east-1a", "us-east-2b", "us-west-2c"), 6},
	{"3_zones_same_region", v100("us-east-1a", "us-east-1c", "us-east-1d"), 6},
	{"5_regions_high_diversity", v100("us-east-1a", "us-east-1f", "us-west-2a", "us-west-2b", "us-east-2b"), 4},
	{"all_9_regions", v100("us-east-2a", "us-west-2c", "us-east-1d", "us-east-2b", "us-west-2a", "us-east-1f", "us-east-1a", "us-west-2b", "us-east-1c"), 2},
	{"2_zones_west", v100("us-west-2a", "us-west-2b"), 8},
	{"3_zones_west", v100("us-west-2a", "us-west-2b", "us-west-2c"), 6},
	{"2_regions_west_east2", v100("us-west-2a", "us-east-2a"), 8},
	{"5_regions_mixed", v100("us-west-2a", "us-west-2b", "us-west-2c", "us-east-2a", "us-east-2b"), 4},
}

// v100 names the capacity pools of the traces in these zones.
func v100(zones ...string) (pools []string) {
	for _, z := range zones {
		pools = append(pools, z+"_v100_1")
	}
	return pools
}

// regionWindow is a window of a region.
type regionWindow struct {
	region string
	window int
}

// multiFiles are the places of the data below a folder.
var multiFiles = []string{"cant-be-late/multi_real_traces.tar.gz", "multi_real_traces.tar.gz"}

// OpenCantBeLateMulti reads the data of the evaluation below a folder. The error tells
// every window that is not there.
func OpenCantBeLateMulti(data fs.FS) (*CantBeLateMulti, error) {
	file, ok := firstThere(data, multiFiles)
	if !ok {
		return nil, fmt.Errorf("no file %s, nor %s", multiFiles[0], multiFiles[1])
	}
	f, err := data.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	histories, err := traces.ReadCapacity(file, f, traces.CapacityOptions{Polarity: traces.Unavailable})
	if err != nil {
		return nil, err
	}
	c := &CantBeLateMulti{
		Scenarios: multiScenarios,
		Work:      24 * time.Hour,
		Deadlines: []time.Duration{36 * time.Hour, 48 * time.Hour},
		Overheads: []time.Duration{3 * time.Minute, 12 * time.Minute},
		regions:   map[regionWindow]scenario.JobRegion{},
	}
	hashes := sha256.New()
	for _, h := range histories {
		io.WriteString(hashes, h.SHA256)
		if key, ok := windowOf(h.Name); ok {
			c.regions[key] = jobRegion(key.region, h.Series[0])
		}
	}
	c.data = fmt.Sprintf("%d series read as %v, sha256 of all %.12x", len(histories), traces.Unavailable, hashes.Sum(nil))
	return c, c.check(file)
}

// windowOf reads a window off the name of its file, FOLDER/REGION/ID.json.
func windowOf(name string) (w regionWindow, ok bool) {
	id, err := strconv.Atoi(strings.TrimSuffix(path.Base(name), ".json"))
	return regionWindow{path.Base(path.Dir(name)), id}, err == nil
}

func jobRegion(name string, s traces.CapacitySeries) scenario.JobRegion {
	r := scenario.JobRegion{Name: name, Gap: s.Gap, OnDemand: scenario.PublishedOnDemand}
	for _, p := range s.Points {
		r.Availability = append(r.Availability, p.Available > 0)
	}
	for _, p := range s.Prices {
		r.Spot = append(r.Spot, p.Price)
	}
	return r
}

// check returns an error that names the windows which are not there.
func (c *CantBeLateMulti) check(file string) error {
	var missing []string
	for _, s := range c.Scenarios {
		for window := range s.Windows {
			for _, region := range s.Regions {
				if _, ok := c.regions[regionWindow{region, window}]; !ok {
					missing = append(missing, fmt.Sprintf("%s/%d", region, window))
				}
			}
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%s: windows are missing: %s", file, strings.Join(missing, ", "))
	}
	return nil
}

// MultiRules are what the rows of the evaluation are made by.
type MultiRules struct {
	Guarantee scheduler.Guarantee
	Billing   scenario.JobBilling
	// Transfer and Egress between two regions, by name; nil for nothing.
	Transfer func(from, to string) time.Duration
	Egress   func(from, to string) cloud.Money
}

// MultiCase is one run of the evaluation over several regions.
type MultiCase struct {
	Scenario MultiScenario
	Window   int
	Job      *scenario.MultiJob
	Policy   scheduler.Spec
}

// Cases returns a case for every scenario, window, deadline, overhead and policy, in that
// order.
func (c *CantBeLateMulti) Cases(policies []scheduler.Spec, rules MultiRules) (cases []MultiCase) {
	for _, s := range c.Scenarios {
		for window := range s.Windows {
			for _, deadline := range c.Deadlines {
				for _, overhead := range c.Overheads {
					job := c.job(s, window, rules)
					job.Deadline, job.Overhead = deadline, overhead
					for _, p := range policies {
						cases = append(cases, MultiCase{s, window, job, p})
					}
				}
			}
		}
	}
	return cases
}

// job returns the job of a window, its deadline and overhead left to be set.
func (c *CantBeLateMulti) job(s MultiScenario, window int, rules MultiRules) *scenario.MultiJob {
	job := &scenario.MultiJob{
		Name: fmt.Sprintf("%s/%d", s.Name, window), Work: c.Work,
		Guarantee: rules.Guarantee, Billing: rules.Billing,
		Transfer: matrix(s.Regions, rules.Transfer), Egress: matrix(s.Regions, rules.Egress),
	}
	for _, region := range s.Regions {
		job.Regions = append(job.Regions, c.regions[regionWindow{region, window}])
	}
	return job
}

// matrix returns of(a, b) for any two different names; nil if there is no of.
func matrix[T any](names []string, of func(a, b string) T) [][]T {
	if of == nil {
		return nil
	}
	rows := make([][]T, len(names))
	for a := range names {
		rows[a] = make([]T, len(names))
		for b := range names {
			if a != b {
				rows[a][b] = of(names[a], names[b])
			}
		}
	}
	return rows
}
