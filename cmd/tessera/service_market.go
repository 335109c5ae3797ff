package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
)

// serviceMarket is the flags of service about the zones.
type serviceMarket struct {
	capacity    []string
	traces      traceFlags
	start       hoursValue
	zones       countValue
	spot        dollarsValue
	onDemand    dollarsValue
	prices      []string
	selection   scenario.Selection
	pricesFrom  time.Time // the instant of the prices at which the run begins
	pricesStart string
	priceModel  *choiceValue
	preemption  *choiceValue
	notice      market.Notice

	histories []*traces.CapacityHistory // what was read
}

func newServiceMarket() serviceMarket {
	return serviceMarket{
		traces: traceFlags{polarity: polarityValue(traces.Available)}, zones: 3,
		spot: dollarsValue(cloud.PerHour(1)), onDemand: dollarsValue(cloud.PerHour(3)),
		priceModel: choice("", syntheticPrices()...), preemption: choice("", preemptions()...),
	}
}

func (m *serviceMarket) add(f *pflag.FlagSet) {
	f.StringSliceVar(&m.capacity, "capacity", nil, "`files` or folders of spot capacity by tick, each series a zone (default made-up zones)")
	f.Var(&m.traces.polarity, "polarity", "what the numbers of --capacity mean: available, unavailable, or a data set")
	f.DurationVar(&m.traces.gap, "gap", 0, "time between ticks in the place of the one declared (195s)")
	f.Var(&m.start, "start", "where in --capacity to begin")
	f.Var(&m.zones, "zones", "how many zones to make up without --capacity")
	f.Var(&m.spot, "spot-price", "the spot price")
	f.Var(&m.onDemand, "ondemand-price", "the on-demand price")
	f.StringSliceVar(&m.prices, "prices", nil, "real spot prices, as of tessera --prices; zones are matched by name")
	f.StringVar(&m.selection.InstanceType, "instance-type", "", "the instance type in --prices, if there are several")
	f.StringVar(&m.selection.Product, "product", "", "the product in --prices, if there are several (default Linux/UNIX)")
	f.StringVar(&m.pricesStart, "prices-start", "", "the `instant` of --prices at which to begin, RFC 3339 (default that of --capacity and --start if it has dates, else the first)")
	f.Var(m.priceModel, "price-model", "how spot prices move (default constant with --capacity, else ou)")
	f.Var(m.preemption, "preemption", "how spot instances are preempted (default with --capacity only for want of it, else hazard)")
	f.DurationVar(&m.notice.Lead, "notice", 2*time.Minute, "how long an instance still runs once the provider decides to take it, and is warned of it")
	f.Float64Var(&m.notice.Probability, "notice-probability", 1, "the chance that a warning arrives")
	f.DurationVar(&m.notice.Rebalance, "rebalance", 0, "how long before the notice a rebalance recommendation comes; 0 is none")
}

// check returns what is wrong with the flags, before any file is read.
func (m *serviceMarket) check(cmd *cobra.Command) (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	needs := func(has bool, what string, flags ...string) {
		for _, name := range flags {
			if !has && cmd.Flags().Changed(name) {
				wrong("--%s: needs %s", name, what)
			}
		}
	}
	needs(m.capacity != nil, "--capacity", "polarity", "gap", "start")
	needs(m.prices != nil, "--prices", "instance-type", "product", "prices-start")
	needs(m.prices == nil, "no --prices", "spot-price", "price-model")
	needs(m.capacity == nil && m.prices == nil, "no --capacity and no --prices", "zones")
	if m.start < 0 {
		wrong("--start %v: must be >= 0", &m.start)
	}
	const mostZones = 1000
	if m.zones < 1 || m.zones > mostZones {
		wrong("--zones %d: must be in [1, %d]", m.zones, mostZones)
	}
	if cmd.Flags().Changed("gap") && m.traces.gap <= 0 {
		wrong("--gap %v: must be > 0", m.traces.gap)
	}
	if m.notice.Lead < 0 || m.notice.Rebalance < 0 {
		wrong("--notice %v, --rebalance %v: must be >= 0", m.notice.Lead, m.notice.Rebalance)
	}
	if !(m.notice.Probability >= 0 && m.notice.Probability <= 1) {
		wrong("--notice-probability %v: must be in [0, 1]", m.notice.Probability)
	}
	if m.pricesStart != "" {
		start, err := time.Parse(time.RFC3339, m.pricesStart)
		if err != nil {
			wrong("--prices-start %q: must be an RFC 3339 instant like 2023-02-20T00:00:00Z", m.pricesStart)
		}
		m.pricesFrom = start.UTC()
	}
	return errs
}

// pool returns what all zones have in common.
func (m *serviceMarket) pool(provisioning time.Duration) market.Pool {
	pool := market.NewPool(cloud.Pool{}, cloud.Price(m.onDemand), cloud.Price(m.spot))
	pool.Provisioning = rng.Duration{Shape: rng.Constant, Mean: provisioning}
	pool.Notice = m.notice
	pool.Price.Model, pool.Preemption.Model = "ou", "hazard"
	if m.capacity != nil {
		pool.Price.Model, pool.Preemption.Model = "constant", "none"
	}
	if m.priceModel.value != "" {
		pool.Price.Model = m.priceModel.value
	}
	if m.preemption.value != "" {
		pool.Preemption.Model = m.preemption.value
	}
	return pool
}

// use gives the service its pools. The warnings say what is taken on trust.
func (m *serviceMarket) use(s *scenario.Service, provisioning time.Duration) (warnings []string, err error) {
	model := m.pool(provisioning)
	switch {
	case m.capacity != nil:
		warnings, err = m.useCapacity(s, model)
	case m.prices != nil:
		return m.usePrices(s, model)
	default:
		for n := range int(m.zones) {
			model.Name = cloud.Pool{Region: "synthetic", Zone: fmt.Sprintf("synthetic-%d", n+1), InstanceType: "generic"}
			s.Pools = append(s.Pools, model)
		}
	}
	if err != nil || m.prices == nil {
		return warnings, err
	}
	more, err := m.usePrices(s, model)
	return append(warnings, more...), err
}

func (m *serviceMarket) useCapacity(s *scenario.Service, model market.Pool) (warnings []string, err error) {
	prices, histories, err := m.traces.read(m.capacity)
	if err == nil && len(prices) > 0 {
		err = fmt.Errorf("--capacity: %s is a price history: give it to --prices", prices[0].Name)
	}
	if err != nil {
		return nil, err
	}
	m.histories = histories
	for _, h := range histories {
		if yes := onlyYesAndNo(h); yes && h.Polarity == traces.Available {
			warnings = append(warnings, fmt.Sprintf("%s holds only 0 and 1, read as at most one instance; if 1 is as many as wanted, say --polarity available-any", h.Name))
		}
	}
	notes, err := s.UseCapacity(histories, model, time.Duration(m.start))
	return append(warnings, notes...), err
}

// onlyYesAndNo tells whether there is no number above 1 in h.
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

// usePrices takes the prices of --prices; without pools, every zone of it becomes one.
func (m *serviceMarket) usePrices(s *scenario.Service, model market.Pool) (warnings []string, err error) {
	if s.Pools == nil {
		world := scenario.Scenario{Duration: s.Window, Pools: []market.Pool{model}}
		recording := scenario.Recording{Files: m.prices, Selection: m.selection}
		_, warnings, err = world.ReadPrices([]scenario.Recording{recording}, m.pricesFrom)
		s.Pools = world.Pools
		return warnings, err
	}
	series, warnings, err := readPriceHistory(m.prices)
	if err != nil {
		return nil, err
	}
	if m.pricesFrom.IsZero() && m.histories != nil {
		if began := m.histories[0].Series[0].Start; !began.IsZero() {
			m.pricesFrom = began.Add(time.Duration(m.start))
		}
	}
	more, err := s.UsePrices(m.prices[0], series, m.selection, m.pricesFrom)
	return append(warnings, more...), err
}

// readPriceHistory reads the files of one price history.
func readPriceHistory(files []string) (series []traces.PriceSeries, warnings []string, err error) {
	var histories []*traces.PriceHistory
	var errs []error
	for _, file := range files {
		h, err := readPrices(file)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		histories = append(histories, h)
		warnings = append(warnings, h.Warnings...)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, nil, err
	}
	series, err = traces.MergePrices(histories...)
	return series, warnings, err
}
