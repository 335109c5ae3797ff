package cli

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scenario/spec"
)

// announce says what is about to be simulated.
func announce(w io.Writer, r *spec.Resolved) {
	switch file, s := r.File.Workload.File, r.Scenario; {
	case file != nil:
		fmt.Fprintf(w, "Reading %d tasks from %s...\n", s.Workload.Tasks, *file)
	case s.Workload.Tasks > 0 || s.Service == nil && s.Job == nil:
		fmt.Fprintf(w, "Generating %d tasks over %s hours...\n", s.Workload.Tasks, inHours(*r.File.Workload.Over))
	}
	var lines []string
	for _, p := range r.File.Market.Pools {
		line := ""
		switch model, _ := market.FindPriceModel(*p.Price.Model); {
		case p.Price.Files != nil:
			line = fmt.Sprintf("Reading spot price data (%s)...\n", joinPaths(p.Price.Files))
		case p.Capacity.Files != nil:
			line = fmt.Sprintf("Reading spot capacity data (%s)...\n", joinPaths(p.Capacity.Files))
		default:
			line = fmt.Sprintf("Generating spot price data (%s)...\n", model.Title)
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	fmt.Fprint(w, strings.Join(lines, ""))
}

func joinPaths(paths []spec.Path) string {
	var names []string
	for _, p := range paths {
		names = append(names, string(p))
	}
	return strings.Join(names, ", ")
}

// printResults prints the table of the results, with what it is about above it.
func printResults(w io.Writer, world *scenario.Scenario, list []report.Result, file string) error {
	fmt.Fprintf(w, "%s\n", caption(world))
	notes(w, world, presetOf(file))
	fmt.Fprintln(w)
	if err := report.Table(w, list, yardstick(world, list)); err != nil {
		return err
	}
	if !world.LowerBound {
		return nil
	}
	bound, err := world.Bound(0)
	if err != nil {
		_, err = fmt.Fprintf(w, "Omniscient: %v.\n", err)
		return err
	}
	if world.Job != nil {
		return nil
	}
	_, err = fmt.Fprintf(w, "Omniscient: with all replicas ready all the time, lower bound on cost %v.\n", bound)
	return err
}

// yardstick returns what the costs of a table are compared with.
func yardstick(world *scenario.Scenario, list []report.Result) (y report.Yardstick) {
	if j := world.Job; j != nil {
		return report.Yardstick{OnDemand: world.OnDemandCost().Dollars(), Deadline: j.Deadline, Tick: j.Tick}
	}
	for _, r := range list {
		if r.Policy == "ondemand" {
			y.OnDemand = r.TotalCost
		}
	}
	return y
}

// caption says in one line what the table is about.
func caption(world *scenario.Scenario) string {
	work := workInWords(world)
	if world.Job == nil {
		work += fmt.Sprintf(", %s hours", inHours(world.Duration))
	}
	return fmt.Sprintf("Seed %d: %s, %s at %s on demand", world.Seed, work, poolsInWords(world.Pools), onDemandInWords(world.Pools))
}

// reasons say why a command has other defaults than tessera run.
var reasons = map[string]string{
	"job":     "tessera job and scenarios with a job have the prices and the free start of the published evaluation by default (Wu et al., NSDI 2024)",
	"service": "tessera service has other defaults than a scenario file: three zones, prices and cold start as in the published evaluation (Mao et al., EuroSys 2025); see tessera show service --origin",
}

// notes says what moves the result and is not in the caption: of a job and of a preset.
func notes(w io.Writer, world *scenario.Scenario, preset string) {
	if world.Job == nil && preset == "" {
		return
	}
	if why := reasons[preset]; why != "" {
		fmt.Fprintf(w, "Defaults: %s.\n", why)
	}
	first := &world.Pools[0]
	fmt.Fprintf(w, "Spot price: $%s/h on average (%s). Preemption: %s. Billed in steps of %v, at least %v.\n",
		strconv.FormatFloat(math.Round(1e4*first.Price.Mean().Dollars())/1e4, 'f', -1, 64), first.Price.Model, preemptionInWords(first), first.Billing.Granularity, first.Billing.Minimum)
	for _, in := range world.Inputs {
		as := ""
		if in.ReadAs != "" {
			as = ", read as " + in.ReadAs
		}
		fmt.Fprintf(w, "Input: %s (sha256 %.12s%s)\n", in.Path, in.SHA256, as)
	}
	if v := world.Service; v != nil {
		fmt.Fprintf(w, "Cold start %v, control interval %v, notice %v before a preemption (on warning: %s).\n", world.ColdStart(), v.Rules.Every, first.Notice.Lead, v.Rules.OnWarning)
		if r := v.Requests; r != nil {
			fmt.Fprintf(w, "Service time %v, %d requests at once a replica, timeout %v, balancer %s.\n", r.Service, v.Concurrency, v.Timeout, v.Balancer)
		}
		fmt.Fprintln(w, "Not modelled: refused on-demand launches, the cost of traffic and of the balancer.")
	}
	if world.Job != nil {
		for i, share := range world.SpotAvailability() {
			fmt.Fprintf(w, "%v: spot available %.1f%% of the time\n", world.Pools[i].Name, 100*share)
		}
	}
}

func preemptionInWords(p *market.Pool) string {
	switch {
	case p.Capacity == nil:
		return p.Preemption.Model
	case p.Preemption.Model == "none":
		return "for lack of capacity"
	}
	return "for lack of capacity, and " + p.Preemption.Model
}

// workInWords says what is to be done: tasks, a job, or a service and perhaps tasks beside it.
func workInWords(world *scenario.Scenario) string {
	tasks, v := fmt.Sprintf("%d tasks", world.Workload.Tasks), world.Service
	if j := world.Job; j != nil {
		text := fmt.Sprintf("a job of %s by %s, restart overhead %s, guarantee %s", spec.FormatDuration(j.Work), spec.FormatDuration(j.Deadline), spec.FormatDuration(j.Overhead), j.Guarantee)
		if j.Billing != scenario.OwnBilling {
			text += fmt.Sprintf(", billing %s", j.Billing)
		}
		return text
	}
	if v == nil {
		return tasks
	}
	text := fmt.Sprintf("%d replicas wanted and %d extra", v.Replicas, v.Rules.Extra)
	if v.Requests != nil {
		text += fmt.Sprintf(", requests %v", v.Requests)
	}
	if world.Workload.Tasks > 0 {
		text += ", " + tasks
	}
	return text
}

// poolsInWords names the one pool, or says how many of what there are.
func poolsInWords(pools []market.Pool) string {
	types := map[string]bool{}
	for _, p := range pools {
		types[p.Name.InstanceType] = true
	}
	switch {
	case len(pools) == 1:
		return pools[0].Name.String()
	case len(types) == 1:
		return fmt.Sprintf("%d pools of %s", len(pools), cmp.Or(pools[0].Name.InstanceType, "one type"))
	}
	return fmt.Sprintf("%d pools of %d instance types", len(pools), len(types))
}

// onDemandInWords returns the on-demand price, or the lowest and the highest.
func onDemandInWords(pools []market.Pool) string {
	byPrice := func(a, b market.Pool) int { return cmp.Compare(a.OnDemand, b.OnDemand) }
	low, high := slices.MinFunc(pools, byPrice).OnDemand, slices.MaxFunc(pools, byPrice).OnDemand
	if low == high {
		return low.String()
	}
	return fmt.Sprintf("%v to %v", low, high)
}

// inHours writes hours with two decimals at most.
func inHours(d time.Duration) string {
	return strconv.FormatFloat(math.Round(100*d.Hours())/100, 'f', -1, 64)
}
