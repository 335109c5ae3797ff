package cli

import (
	"errors"
	"fmt"
	"strings"
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
	bid         dollarsValue
	notice      market.Notice

	onDemandSaid bool
	histories    []*traces.CapacityHistory // what was read of --capacity
	priceFiles   []*traces.PriceHistory    // and of --prices
	recorded     scenario.RecordedPrices
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
	f.Var(&m.traces.polarity, "polarity", "what the numbers of --capacity mean: available, available-any, unavailable, or a data set")
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
	f.Var(&m.bid, "bid", "the most you pay for spot with --preemption bid (default the on-demand price)")
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
	needs(m.preemption.value == "bid", "--preemption bid", "bid")
	m.onDemandSaid = cmd.Flags().Changed("ondemand-price")
	if p := m.pool(0).Price; m.prices == nil && p.Mean > p.Ceiling {
		if model, _ := market.FindPriceModel(p.Model); model.Synthetic {
			wrong("--spot-price %v: must not be above --ondemand-price %v with the price model %s", p.Mean, p.Ceiling, p.Model)
		}
	}
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
	pool.Preemption.Bid = cloud.Price(m.bid)
	if m.bid == 0 {
		pool.Preemption.Bid = pool.OnDemand
	}
	return pool
}

// use gives the service its pools. The warnings say what is taken on trust.
func (m *serviceMarket) use(s *scenario.Service, provisioning time.Duration) (warnings []string, err error) {
	capacityWarnings, capacityErr := m.readCapacity()
	series, warnings, err := m.readPrices()
	if err := errors.Join(capacityErr, err); err != nil {
		return nil, err
	}
	warnings = append(capacityWarnings, warnings...)
	model := m.pool(provisioning)
	switch {
	case m.capacity != nil:
		notes, err := s.UseCapacity(m.histories, model, time.Duration(m.start))
		if err != nil {
			return nil, err
		}
		warnings = append(warnings, notes...)
	case m.prices == nil:
		for n := range int(m.zones) {
			model.Name = cloud.Pool{Region: "synthetic", Zone: fmt.Sprintf("synthetic-%d", n+1), InstanceType: "generic"}
			s.Pools = append(s.Pools, model)
		}
	}
	if m.prices == nil {
		return warnings, nil
	}
	more, err := m.usePrices(s, series, model)
	return append(warnings, more...), err
}

func (m *serviceMarket) readCapacity() (warnings []string, err error) {
	if m.capacity == nil {
		return nil, nil
	}
	prices, histories, err := m.traces.read(m.capacity)
	if err == nil && len(prices) > 0 {
		err = fmt.Errorf("%s is a price history: give it to --prices", prices[0].Name)
	}
	if err != nil {
		return nil, fmt.Errorf("--capacity: %w", err)
	}
	m.histories = histories
	for _, h := range histories {
		if yes := onlyYesAndNo(h); yes && h.Polarity == traces.Available {
			warnings = append(warnings, fmt.Sprintf("%s holds only 0 and 1, read as at most one instance; if 1 is as many as wanted, say --polarity available-any", h.Name))
		}
	}
	return warnings, nil
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

// readPrices reads the files of --prices, which make up one history.
func (m *serviceMarket) readPrices() (series []traces.PriceSeries, warnings []string, err error) {
	var errs []error
	for _, file := range m.prices {
		h, err := readPrices(file)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		m.priceFiles = append(m.priceFiles, h)
		for _, w := range h.Warnings {
			warnings = append(warnings, file+": "+w)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, nil, err
	}
	series, err = traces.MergePrices(m.priceFiles...)
	return series, warnings, err
}

// usePrices gives the pools the prices of their zones; without pools, every zone becomes one.
func (m *serviceMarket) usePrices(s *scenario.Service, series []traces.PriceSeries, model market.Pool) (warnings []string, err error) {
	start := m.pricesFrom
	if start.IsZero() && m.histories != nil {
		if began := m.histories[0].Series[0].Start; !began.IsZero() {
			start = began.Add(time.Duration(m.start))
		}
	}
	m.recorded, warnings, err = s.UsePrices(m.prices[0], series, m.selection, start, model)
	if err != nil {
		if rest, found := strings.CutPrefix(err.Error(), "start: "); found {
			err = fmt.Errorf("--prices-start: %s", rest)
		}
		return nil, err
	}
	if !m.onDemandSaid {
		warnings = append(warnings, fmt.Sprintf("no --ondemand-price: %v is assumed, which a price history does not say", cloud.Price(m.onDemand)))
	}
	return warnings, nil
}
