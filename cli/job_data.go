package cli

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/spelling"
)

// jobData is the flags that say what the regions offer.
type jobData struct {
	available   []string
	unavailable []string // as the published simulator has them
	polarity    polarityValue
	gap         time.Duration
	start       hoursValue
	window      string
	zones       []string
	spot        dollarsValue
	onDemand    dollarsValue
}

func (d *jobData) add(f *pflag.FlagSet) {
	f.StringArrayVar(&d.available, "availability", nil, "a `file` of how many spot instances are available by tick, and prices if it has them; one for each region, or a folder or an archive of them")
	f.StringArrayVar(&d.unavailable, "trace-file", nil, "a `file` of the same as the published simulator has it: 1 is unavailable")
	f.Var(&d.polarity, "polarity", "what the numbers mean: available, available-any, unavailable or a data set (default as the flag of the file says)")
	f.DurationVar(&d.gap, "gap", 0, "time between ticks in the place of the one the file declares, as 195s")
	f.StringVar(&d.window, "window", "", "of a folder or an archive, the files called `K`.json")
	f.StringSliceVar(&d.zones, "zone", nil, "zones to take, in this order (default all)")
	f.Var(&d.start, "start", "where in the series to begin, in hours (default 0)")
	f.Var(&d.spot, "spot-price", "the spot price, where the file has none")
	f.Var(&d.onDemand, "ondemand-price", "the on-demand price")
}

// region is what a region offers, the hash of its file and what its numbers were taken to
// mean.
type region struct {
	scenario.JobRegion
	hash     string
	polarity traces.Polarity
}

// read reads the regions of the files the flags name, and what was noticed in them.
func (d *jobData) read() (regions []region, warnings []string, err error) {
	histories, err := d.histories()
	if err != nil {
		return nil, nil, err
	}
	traces.WarnOfTwins(histories)
	var errs []error
	for _, h := range histories {
		for _, w := range h.Warnings {
			warnings = append(warnings, h.Name+": "+w)
		}
		for _, s := range h.Series {
			r, err := d.region(h, s)
			regions, errs = append(regions, r), append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, nil, inputError{err}
	}
	if regions, err = d.choose(regions); err != nil {
		return nil, nil, inputError{err}
	}
	return regions, warnings, nil
}

// files returns the files the flags name and what their numbers mean.
func (d *jobData) files() (files []string, meaning traces.Polarity, err error) {
	files, meaning = d.available, traces.Available
	switch {
	case d.available != nil && d.unavailable != nil:
		return nil, meaning, usageError{errors.New("--availability and --trace-file: use one of them")}
	case d.available == nil && d.unavailable == nil:
		return nil, meaning, usageError{errors.New("--availability: name a file")}
	case d.unavailable != nil:
		files, meaning = d.unavailable, traces.Unavailable
	}
	if d.gap < 0 || d.start < 0 {
		return nil, meaning, usageError{fmt.Errorf("--gap %v, --start %v: must be >= 0", d.gap, &d.start)}
	}
	if d.polarity != polarityValue(traces.Unsaid) {
		meaning = traces.Polarity(d.polarity)
	}
	return files, meaning, nil
}

// histories reads the files, of a folder or an archive those of the window.
func (d *jobData) histories() ([]*traces.CapacityHistory, error) {
	args, meaning, err := d.files()
	if err != nil {
		return nil, err
	}
	files, err := filesOf(args)
	errs := []error{err}
	var all []*traces.CapacityHistory
	for _, file := range files {
		histories, err := readCapacity(file, traces.CapacityOptions{Polarity: meaning, Gap: d.gap})
		all, errs = append(all, histories...), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, inputError{err}
	}
	chosen, err := chooseWindow(all, d.window)
	if err == nil {
		err = traces.JoinPrices(chosen)
	}
	if err != nil {
		return nil, inputError{err}
	}
	return chosen, nil
}

func readCapacity(file string, o traces.CapacityOptions) ([]*traces.CapacityHistory, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return traces.ReadCapacity(file, f, o)
}

// chooseWindow returns the histories whose file is called like the window, or all if there
// is no window to choose. The error tells what there is to choose from.
func chooseWindow(all []*traces.CapacityHistory, window string) ([]*traces.CapacityHistory, error) {
	var windows []string
	var chosen []*traces.CapacityHistory
	pools := map[string]string{} // the file of each
	twice, sameWindow := "", false
	for _, h := range all {
		name := windowOf(h.Name)
		windows = append(windows, name)
		if name == window {
			chosen = append(chosen, h)
		}
		zone, instanceType, ok := traces.PoolOfName(h.Name)
		pool := zone + "_" + instanceType
		if first, there := pools[pool]; ok && there && twice == "" {
			twice = fmt.Sprintf("%s and %s are both of %s", first, h.Name, pool)
			sameWindow = windowOf(first) == name
		}
		pools[pool] = h.Name
	}
	switch {
	case window == "" && twice == "":
		return all, nil
	case window == "" && sameWindow:
		return nil, fmt.Errorf("%s: name one of them, or its folder", twice)
	case window == "":
		return nil, fmt.Errorf("%s: choose one with --window (there are: %s)", twice, summary(windows))
	case chosen == nil:
		return nil, fmt.Errorf("--window %s: no file is called so (there are: %s)", window, summary(windows))
	}
	return chosen, nil
}

// windowOf returns the name of a file without folders and extensions.
func windowOf(name string) string {
	base := path.Base(filepath.ToSlash(name))
	base, _, _ = strings.Cut(base[strings.LastIndex(base, ":")+1:], ".")
	return base
}

// summary lists different names in order, numbers first, cut where there are many.
func summary(names []string) string {
	slices.SortFunc(names, func(a, b string) int {
		na, notA := strconv.Atoi(a)
		nb, notB := strconv.Atoi(b)
		if notA == nil && notB == nil {
			return na - nb
		}
		return strings.Compare(a, b)
	})
	names = slices.Compact(names)
	const most = 12
	if n := len(names); n > most {
		names = append(slices.Clone(names[:most-2]), fmt.Sprintf("... %s, %d in all", names[n-1], n))
	}
	return strings.Join(names, ", ")
}

// region returns what a series of a file offers from the start on.
func (d *jobData) region(h *traces.CapacityHistory, s traces.CapacitySeries) (region, error) {
	if s.Gap == 0 {
		hint := "in a file of format " + h.Format + " changes come at any time, and the job needs ticks"
		if h.Format == "skynomad-csv" {
			hint = "its rows are not equally far apart: give the time between ticks with --gap (SkyNomad's: 195s)"
		}
		return region{}, fmt.Errorf("%s: %s", h.Name, hint)
	}
	r := region{hash: h.SHA256, polarity: h.Polarity, JobRegion: scenario.JobRegion{
		Name: windowOf(h.Name), Source: h.Name, Gap: s.Gap, OnDemand: cloud.Price(d.onDemand),
	}}
	if s.Zone != "" && (s.InstanceType != "" || len(h.Series) > 1) {
		r.Name = strings.TrimSuffix(s.Zone+"_"+s.InstanceType, "_")
	}
	first := min(int(time.Duration(d.start)/s.Gap), len(s.Points))
	for _, p := range s.Points[first:] {
		r.Availability = append(r.Availability, p.Available > 0)
	}
	prices, err := pricesByTick(s, cloud.Price(d.spot))
	r.Spot = prices
	if len(prices) > 1 {
		r.Spot = prices[first:]
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", h.Name, err)
	}
	return r, err
}

// pricesByTick returns the price in each tick, or the one price otherwise if the series has
// none.
func pricesByTick(s traces.CapacitySeries, otherwise cloud.Price) ([]cloud.Price, error) {
	if len(s.Prices) == 0 {
		return []cloud.Price{otherwise}, nil
	}
	if at := s.Prices[0].At; at > s.Points[0].At {
		return nil, fmt.Errorf("%v: no price before %v", s, at)
	}
	var prices []cloud.Price
	known := 0
	for _, p := range s.Points {
		for known+1 < len(s.Prices) && s.Prices[known+1].At <= p.At {
			known++
		}
		prices = append(prices, s.Prices[known].Price)
	}
	return prices, nil
}

// choose returns the regions in the zones asked for, in their order.
func (d *jobData) choose(all []region) ([]region, error) {
	if len(all) == 0 {
		return nil, errors.New("the files hold prices and no availability: name the files of their zones too")
	}
	if d.zones == nil {
		return all, nil
	}
	var names []string
	for _, r := range all {
		names = append(names, r.Name)
	}
	var chosen []region
	var errs []error
	for _, zone := range d.zones {
		before := len(chosen)
		for _, r := range all {
			if r.Name == zone || strings.HasPrefix(r.Name, zone+"_") {
				chosen = append(chosen, r)
			}
		}
		if len(chosen) == before {
			errs = append(errs, fmt.Errorf("--zone: no series is of %q%s (there are: %s)", zone, spelling.DidYouMean(zone, names), strings.Join(names, ", ")))
		}
	}
	return chosen, errors.Join(errs...)
}
