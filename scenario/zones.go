package scenario

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/spelling"
)

// ZoneFiles are recorded series of spot capacity, each of which becomes a pool.
type ZoneFiles struct {
	// Paths are files, archives and folders of them.
	Paths   []string
	Options traces.CapacityOptions
	// Window chooses the files called like it, as 3 the file 3.json of each folder or archive;
	// empty for all.
	Window string
	// Zones are the zones to take, in this order; nil for all, as they are read.
	Zones []string
	// InstanceType chooses the series of a type; empty for all.
	InstanceType string
	// Offset is where in the series the run begins. Nil begins at the run's own instant, if
	// that is known and the series have dates, and otherwise at the beginning of the series.
	Offset *time.Duration
}

// zone is a series and the file it came from.
type zone struct {
	history *traces.CapacityHistory
	traces.CapacitySeries
}

// ReadZones reads recorded series and puts a pool for each of them, like that of the model,
// in its place. A job goes on for as long as all series are known, if its duration is 0. The
// notes say what is taken on trust. The error names every series that does not go together
// with the first, or is not known to the end of the run, with its file.
func (s *Scenario) ReadZones(model int, files ZoneFiles, start Start) (notes []string, err error) {
	histories, err := s.readHistories(files)
	if err == nil {
		notes, err = s.putZones(model, histories, files, start)
	}
	return notes, inFiles(err)
}

// inFiles gives errors about no other key of the pool the place capacity.files.
func inFiles(err error) error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var errs []error
		for _, one := range many.Unwrap() {
			errs = append(errs, inFiles(one))
		}
		return errors.Join(errs...)
	}
	if err == nil || strings.HasPrefix(err.Error(), "capacity.") || strings.HasPrefix(err.Error(), "zone: ") || strings.HasPrefix(err.Error(), "instance_type: ") {
		return err
	}
	return fmt.Errorf("capacity.files: %w", err)
}

func (s *Scenario) putZones(model int, histories []*traces.CapacityHistory, files ZoneFiles, start Start) (notes []string, err error) {
	zones, notes, err := s.chooseZones(histories, files)
	if err != nil {
		return nil, err
	}
	offset, err := s.offset(zones[0].CapacitySeries, files.Offset, start)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", zones[0].history.Name, err)
	}
	if !start.Instant.IsZero() && zones[0].Start.IsZero() && files.Offset == nil {
		notes = append(notes, fmt.Sprintf("%s has no dates: its capacity begins at 0s, whatever instant the start is", zones[0].history.Name))
	}
	if s.start.IsZero() && !zones[0].Start.IsZero() {
		s.start = zones[0].Start.Add(offset)
	}
	if err := s.adoptTick(zones, &offset); err != nil {
		return nil, err
	}
	if err := checkZones(zones, offset, s.Duration); err != nil {
		return nil, err
	}
	if shortest, longest := extremes(zones); shortest.End != longest.End {
		notes = append(notes, fmt.Sprintf("the zones are of different length, %v in %s to %v in %s: the run lies within the shortest",
			shortest.End, shortest.history.Name, longest.End, longest.history.Name))
	}
	s.useZones(model, zones, offset)
	return notes, nil
}

// adoptTick takes the tick and, where nobody said one, the duration of a job from the series.
func (s *Scenario) adoptTick(zones []zone, offset *time.Duration) error {
	if s.Job == nil {
		return nil
	}
	for _, z := range zones {
		if z.Gap == 0 {
			hint := "in a file of format " + z.history.Format + " changes come at any time, and a job needs ticks"
			if z.history.Format == "skynomad-csv" {
				hint = "its rows are not equally far apart: give the time between ticks with --gap (SkyNomad's: 195s)"
			}
			return fmt.Errorf("%s: %s", z.history.Name, hint)
		}
	}
	s.Job.Tick = zones[0].Gap
	*offset -= *offset % s.Job.Tick
	if s.Duration == 0 {
		shortest, _ := extremes(zones)
		s.Duration = shortest.End - *offset
	}
	return nil
}

func (s *Scenario) useZones(model int, zones []zone, offset time.Duration) {
	at := slices.Index(s.Models(), model)
	like := s.Pools[at]
	pools, models := slices.Clone(s.Pools[:at]), slices.Clone(s.models[:at])
	for _, z := range zones {
		pool := like
		pool.Name = z.name()
		s.useZone(&pool, z, offset)
		pools, models = append(pools, pool), append(models, model)
	}
	s.Pools, s.models = append(pools, s.Pools[at+1:]...), append(models, s.models[at+1:]...)
	s.zoned = append(s.zoned, model)
}

func (s *Scenario) useZone(pool *market.Pool, z zone, offset time.Duration) {
	k := key("zone", z.history.Name, z.history.SHA256, z.history.Polarity, pool.Name, z.Gap, offset, pool.Notice.Total(), s.Duration)
	size := func(p market.Pool) int { return len(p.Capacity) + len(p.Price.Changes) }
	made, _ := share(s.inputs, k, size, func() (market.Pool, error) {
		one := market.Pool{Notice: pool.Notice}
		UseSeries(&one, z.CapacitySeries, offset, s.Duration)
		return one, nil
	})
	pool.Capacity = made.Capacity
	if len(z.Prices) > 0 {
		pool.Price = made.Price
	}
}

// Models returns, for each pool, the index of the pool that it was before recordings put
// several instead of one.
func (s *Scenario) Models() []int {
	for i := len(s.models); i < len(s.Pools); i++ {
		s.models = append(s.models, i)
	}
	return s.models
}

// readHistories reads the files, of a folder or an archive those of the window.
func (s *Scenario) readHistories(files ZoneFiles) (all []*traces.CapacityHistory, err error) {
	paths, err := TraceFiles(files.Paths)
	errs, before := []error{err}, len(s.Inputs)
	for _, path := range paths {
		histories, err := s.capacity(path, files.Options)
		if unsaid := (*traces.PolarityError)(nil); errors.As(err, &unsaid) {
			return nil, err // once for all
		}
		all, errs = append(all, histories...), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if all, err = chooseWindow(all, files.Window); err != nil {
		return nil, err
	}
	read := slices.Clone(s.Inputs[before:]) // those that were not chosen are no inputs
	s.Inputs = append(s.Inputs[:before:before], slices.DeleteFunc(read, func(in Input) bool {
		return !slices.ContainsFunc(all, func(h *traces.CapacityHistory) bool { return strings.HasPrefix(h.Name, in.Path) })
	})...)
	all = slices.Clone(all)
	for i, h := range all { // what is joined to them is of this scenario, and they are shared
		own := *h
		own.Series, own.Warnings = slices.Clone(h.Series), slices.Clone(h.Warnings)
		all[i] = &own
	}
	err = traces.JoinPrices(all)
	traces.WarnOfTwins(all)
	return all, err
}

// chooseZones returns the series as zones, those asked for in their order, and the warnings
// of their files.
func (s *Scenario) chooseZones(histories []*traces.CapacityHistory, files ZoneFiles) (chosen []zone, notes []string, err error) {
	var all []zone
	var known []string
	for _, h := range histories {
		for _, w := range h.Warnings {
			notes = append(notes, h.Name+": "+w)
		}
		if s.Job == nil && onlyYesAndNo(h) && h.Polarity == traces.Available {
			notes = append(notes, fmt.Sprintf("%s holds only 0 and 1, read as at most one instance; if 1 is as many as wanted, say --polarity available-any", h.Name))
		}
		for _, series := range h.Series {
			if series.Zone == "" {
				series.Zone = windowOf(h.Name)
			}
			z := zone{h, series}
			if known = append(known, z.String()); files.InstanceType == "" || z.InstanceType == files.InstanceType {
				all = append(all, z)
			}
		}
	}
	if len(all) == 0 && known != nil {
		return nil, nil, fmt.Errorf("instance_type: no series is of %q (there are: %s)", files.InstanceType, strings.Join(known, ", "))
	}
	if len(all) == 0 {
		return nil, nil, errors.New("the files hold prices and no availability: name the files of their zones too")
	}
	if files.Zones == nil {
		return all, notes, nil
	}
	var errs []error
	for _, name := range files.Zones {
		before := len(chosen)
		for _, z := range all {
			if z.Zone == name || z.String() == name {
				chosen = append(chosen, z)
			}
		}
		if len(chosen) == before {
			errs = append(errs, fmt.Errorf("zone: no series is of %q%s (there are: %s)", name, spelling.DidYouMean(name, known), strings.Join(known, ", ")))
		}
	}
	return chosen, notes, errors.Join(errs...)
}

func onlyYesAndNo(h *traces.CapacityHistory) bool {
	for _, s := range h.Series {
		for _, p := range s.Points {
			if p.Available > 1 {
				return false
			}
		}
	}
	return len(h.Series) > 0
}

// chooseWindow returns the histories whose file is called like the window, or all if there
// is no window to choose. The error names what there is to choose from.
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
		return nil, fmt.Errorf("%s: choose one with --window (there are: %s)", twice, windowNames(windows))
	case chosen == nil:
		return nil, fmt.Errorf("capacity.window: no file is called %s (there are: %s)", window, windowNames(windows))
	}
	return chosen, nil
}

// windowOf returns the name of a file without folders and extensions.
func windowOf(name string) string {
	base := path.Base(filepath.ToSlash(name))
	base, _, _ = strings.Cut(base[strings.LastIndex(base, ":")+1:], ".")
	return base
}

// windowNames lists different names in order, numbers first, cut where there are many.
func windowNames(names []string) string {
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

func checkZones(all []zone, offset, duration time.Duration) error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	seen := map[cloud.Pool]string{}
	first := all[0]
	for _, z := range all {
		file := z.history.Name
		if z.Gap != first.Gap {
			wrong("%s: %v: %s, but %s in %s; zones of one market must have one", file, z, gapText(z.Gap), gapText(first.Gap), first.history.Name)
		}
		if !z.Start.IsZero() && !first.Start.IsZero() && z.Start.Sub(first.Start).Abs() >= max(first.Gap, 1) {
			wrong("%s: %v: begins at %s, but at %s in %s", file, z, z.Start.Format(time.RFC3339), first.Start.Format(time.RFC3339), first.history.Name)
		}
		if offset+duration > z.End {
			wrong("%s: %v: its %v must be at least %v, the run of %v from %v on", file, z, z.End, offset+duration, duration, offset)
		}
		if len(z.Prices) > 0 && z.Prices[0].At > max(offset, z.Points[0].At) {
			wrong("%s: %v: no price before %v", file, z, z.Prices[0].At)
		}
		if other, taken := seen[z.name()]; taken {
			wrong("%s: %v is in %s already", file, z, other)
		}
		seen[z.name()] = file
	}
	return errors.Join(errs...)
}

func gapText(gap time.Duration) string {
	if gap == 0 {
		return "no gap between ticks"
	}
	return fmt.Sprintf("a gap of %v", gap)
}

func extremes(all []zone) (shortest, longest zone) {
	shortest, longest = all[0], all[0]
	for _, z := range all {
		if z.End < shortest.End {
			shortest = z
		}
		if z.End > longest.End {
			longest = z
		}
	}
	return shortest, longest
}

func (z *zone) name() cloud.Pool {
	return cloud.Pool{Region: z.Region, Zone: z.Zone, InstanceType: z.InstanceType}
}

// String names the zone as ZoneFiles.Zones may choose it.
func (z zone) String() string {
	if z.InstanceType == "" {
		return z.Zone
	}
	return z.Zone + "_" + z.InstanceType
}
