package cli

import (
	"errors"
	"fmt"
	"math"
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market/traces"
)

// moves is what it takes a job to go on in another region, from flags.
type moves struct {
	transfer     hoursValue
	egress       string
	checkpointGB float64
	prices       *traces.EgressPrices // nil if a move is free
}

func (m *moves) add(f *pflag.FlagSet) {
	f.Var(&m.transfer, "transfer", "time that a move to another region adds to the restart overhead (default 0)")
	f.StringVar(&m.egress, "egress", "", "a CSV `file` of what a GB costs from one region to another (from_region, to_region, price_usd_per_gb)")
	f.Float64Var(&m.checkpointGB, "checkpoint-gb", 0, "what a move takes along, in GB; needed with --egress")
}

// mostGB is the largest checkpoint believed: a petabyte.
const mostGB = 1e6

// read checks the flags and reads the file.
func (m *moves) read() error {
	var errs []error
	if m.transfer < 0 {
		errs = append(errs, fmt.Errorf("--transfer %v: must be >= 0 hours", &m.transfer))
	}
	if (m.egress != "" || m.checkpointGB != 0) && !(m.checkpointGB > 0 && m.checkpointGB <= mostGB) {
		errs = append(errs, fmt.Errorf("--checkpoint-gb %v: must be in (0, %.0f] GB with --egress", m.checkpointGB, mostGB))
	}
	if m.egress == "" && m.checkpointGB != 0 {
		errs = append(errs, errors.New("--checkpoint-gb: needs --egress, the prices of moving it"))
	}
	if err := errors.Join(errs...); err != nil {
		return usageError{err}
	}
	if m.egress == "" {
		return nil
	}
	f, err := os.Open(m.egress)
	if err != nil {
		return err
	}
	defer f.Close()
	m.prices, err = traces.ReadEgress(m.egress, f)
	return err
}

// check returns an error for every two of the regions between which a move has no price.
func (m *moves) check(regions []string) error {
	if m.prices == nil {
		return nil
	}
	if _, err := m.prices.Matrix(regions); err != nil {
		return inputError{err}
	}
	return nil
}

// time returns what a move between two regions adds to the overhead.
func (m *moves) time(from, to string) time.Duration {
	if from == to {
		return 0
	}
	return time.Duration(m.transfer)
}

// cost returns what a move between two regions costs; they must have passed check.
func (m *moves) cost(from, to string) cloud.Money {
	if m.prices == nil {
		return 0
	}
	perGB, err := m.prices.PerGB(from, to)
	if err != nil {
		panic(err) // check came first
	}
	return cloud.Money(math.Round(float64(perGB) * m.checkpointGB))
}

// between returns what moves take among pools that lie in these regions, nil for nothing.
func (m *moves) between(regions []string) (transfer [][]time.Duration, egress [][]cloud.Money) {
	for _, from := range regions {
		var times []time.Duration
		var costs []cloud.Money
		for _, to := range regions {
			times, costs = append(times, m.time(from, to)), append(costs, m.cost(from, to))
		}
		transfer, egress = append(transfer, times), append(egress, costs)
	}
	return transfer, egress
}

// given tells whether moves take anything.
func (m *moves) given() bool { return m.transfer != 0 || m.prices != nil }

// String says the rule in a line.
func (m *moves) String() string {
	egress := "free"
	if m.prices != nil {
		egress = fmt.Sprintf("%v GB at the prices of %s (sha256 %.12s)", m.checkpointGB, m.egress, m.prices.SHA256)
	}
	return fmt.Sprintf("moves between regions take %v more than a restart, egress %s", time.Duration(m.transfer), egress)
}

// regionOfPool returns the region in the name of a pool, as us-east-1 in
// us-east-1a_v100_1. A name without a zone stands for a region of its own.
func regionOfPool(name string) string {
	zone, _, ok := traces.PoolOfName(name)
	if !ok {
		return name
	}
	return traces.RegionOf(zone)
}
