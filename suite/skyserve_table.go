package suite

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/optimum"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/stats"
)

// serviceWindow is what the optimum of a case depends on.
type serviceWindow struct {
	set          *zoneSet
	offset, cold int
}

// optimum returns the least cost, in ticks of a spot replica, of three replicas ready in every
// tick of the window from the end of the first cold start on, for somebody who knows the
// future. Like the cost of a row it is counted from there on; the artifact's integer
// programme also counts the ticks before.
func (w serviceWindow) optimum() (int, error) {
	o := optimum.Service{
		Tick: skyServeTick, Ticks: skyServeTicks, ColdTicks: w.cold, CountFrom: w.cold,
		Wanted: []int{skyServeTarget}, OnDemand: []cloud.Price{skyServeRatio * skyServePrice},
	}
	for _, z := range w.set.zones {
		zone := optimum.Zone{Price: []cloud.Price{skyServePrice}}
		for _, count := range w.set.window(z, w.offset) {
			zone.Capacity = append(zone.Capacity, int(count))
		}
		o.Zones = append(o.Zones, zone)
	}
	plan, err := o.Solve()
	if err != nil {
		return 0, fmt.Errorf("skyserve %s, offset %d: %w", w.set.name, w.offset, err)
	}
	return int(plan.Cost / cloud.Dollar), nil
}

func windowOf(r row, sets []*zoneSet) serviceWindow {
	at := slices.IndexFunc(sets, func(s *zoneSet) bool { return s.name == r.axis("trace") })
	return serviceWindow{sets[at], r.whole("offset_ticks"), r.whole("cold_ticks")}
}

// whole returns the value of an axis that is a whole number.
func (r row) whole(key string) int {
	n, err := strconv.Atoi(r.axis(key))
	if err != nil {
		panic(err) // the plan was made here
	}
	return n
}

// solve returns the optimum of the window of every row.
func solve(all [][]row, sets []*zoneSet) (optima map[serviceWindow]int, err error) {
	optima = map[serviceWindow]int{}
	var windows []serviceWindow
	for _, r := range slices.Concat(all...) {
		w := windowOf(r, sets)
		if _, known := optima[w]; !known {
			optima[w], windows = 0, append(windows, w)
		}
	}
	costs, errs := make([]int, len(windows)), make([]error, len(windows))
	results.AtOnce(len(windows), func(i int) { costs[i], errs[i] = windows[i].optimum() })
	for i, w := range windows {
		optima[w] = costs[i]
	}
	return optima, errors.Join(errs...)
}

// ready is the share of the counted ticks with enough replicas ready.
func (r row) ready() float64 {
	return float64(*ticksOf(r.Summary.Available)) / float64(skyServeTicks-r.whole("cold_ticks"))
}

// printServices writes the means of every set of zones and setting, and by how much one policy
// is more available than the next, window by window.
func printServices(w io.Writer, which string, sets []*zoneSet, runs []*results.Run) error {
	all, failed := groups(runs, func(r row) string {
		return fmt.Sprint(r.axis("trace"), r.axis("n_extra"), r.axis("cold_ticks"), r.Policy)
	})
	optima, err := solve(all, sets)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, skyServeTitle(which, sets)); err != nil {
		return err
	}
	table := [][]string{{
		"Zones and policy", "Extra", "Cold s", "Windows", "Available %", "+-", "% of OD", "+-", "Omniscient %", "+-", "Preempted", "+-",
	}}
	for _, rows := range all {
		at := windowOf(rows[0], sets)
		onDemand := float64(skyServeRatio * skyServeTarget * (skyServeTicks - at.cold))
		line := []string{at.set.folder + " " + serviceTitle(rows[0].Policy), rows[0].axis("n_extra"), fmt.Sprint(at.cold * int(skyServeTick.Seconds())), fmt.Sprint(len(rows))}
		for _, share := range []func(row) float64{
			row.ready,
			func(r row) float64 { return float64(*serviceCost(&r.Summary)) / onDemand },
			func(r row) float64 { return float64(optima[windowOf(r, sets)]) / onDemand },
		} {
			e := mean(rows, share)
			line = append(line, cell(100*e.Value), half(e, 100))
		}
		preempted := mean(rows, func(r row) float64 { return float64(r.Summary.TotalPreemptions) })
		table = append(table, append(line, cell(preempted.Value), half(preempted, 1)))
	}
	if err := writeTable(w, table, failed); err != nil {
		return err
	}
	return printLeads(w, all, sets)
}

func skyServeTitle(which string, sets []*zoneSet) string {
	title := fmt.Sprintf("SkyServe: 3 replicas wanted over a day, ticks of 30 s, on-demand costs 3 times spot; %s\n", which)
	for _, s := range sets {
		title += fmt.Sprintf("%s (%s): %.1f days, numbers read as %v;", s.folder, s.name, float64(s.length())/skyServeTicks, s.polarity)
		for _, z := range s.zones {
			title += fmt.Sprintf(" %s %.8s", z.pool.Zone, z.input.SHA256)
		}
		title += "\n"
	}
	return title + `Means over the windows with half their 95 % intervals, which take windows for independent: those that overlap are not.
Counted from the end of the first cold start on. OD: on-demand only. Omniscient: the cheapest plan with all ready all the time, clairvoyant.

`
}

// printLeads writes by how much a policy is more available than the next in the published
// order: SpotHedge, round robin, even spread.
func printLeads(w io.Writer, all [][]row, sets []*zoneSet) error {
	table := [][]string{{"Zones and policies", "Extra", "Windows", "Difference", "Low", "High", "Holds"}}
	for _, better := range all {
		for _, worse := range all {
			if !ranked(better[0], worse[0]) {
				continue
			}
			d := lead(better, worse)
			low, high, verdict := fmt.Sprintf("%+.2f", 100*d.Low), fmt.Sprintf("%+.2f", 100*d.High), "not shown"
			switch {
			case d.N == 0:
				continue
			case d.N < 2: // of one window there is no interval
				low, high, verdict = "-", "-", "-"
			case d.Low > 0:
				verdict = "yes"
			}
			table = append(table, []string{
				fmt.Sprintf("%s %s > %s", windowOf(better[0], sets).set.folder, serviceTitle(better[0].Policy), serviceTitle(worse[0].Policy)),
				better[0].axis("n_extra"), fmt.Sprint(d.N), fmt.Sprintf("%+.2f", 100*d.Value), low, high, verdict,
			})
		}
	}
	if len(table) == 1 {
		return nil
	}
	fmt.Fprintf(w, "\nAvailability, window by window, in points with 95 %% intervals:\n")
	return report.Align(w, 1, table)
}

// ranked reports whether a should be more available than b, the next in the published order.
func ranked(a, b row) bool {
	for _, key := range []string{"trace", "n_extra", "cold_ticks"} {
		if a.axis(key) != b.axis(key) {
			return false
		}
	}
	better, fallback := publishedService(a.Policy)
	worse, _ := publishedService(b.Policy)
	return fallback == "SpotFailoverNoSafety" && worse == "RoundRobin" || better == "RoundRobin" && worse == "NaiveSpread"
}

// lead is by how much one policy is more available than another, from -1 to 1, in the windows
// that both ran in.
func lead(better, worse []row) stats.Estimate {
	return pairs(better, worse, "window", row.ready).Difference()
}

func serviceTitle(policy string) string {
	switch name, fallback := publishedService(policy); {
	case name == "SpotHedge" && fallback == "StaticSpotProvision":
		return "SpotHedge, no fallback"
	case name == "NaiveSpread":
		return "Even spread"
	case name == "RoundRobin":
		return "Round robin"
	case name == "OnDemand":
		return "On-demand only"
	default:
		return name
	}
}
