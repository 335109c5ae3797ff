package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market/traces"
)

// Moves is what it takes a job to go on in another region. The zero value is nothing.
type Moves struct {
	// Transfer is the time that a move adds to the restart overhead. >= 0.
	Transfer time.Duration
	// Egress has what a GB costs from one region to another; nil is free.
	Egress *traces.EgressPrices
	// CheckpointGB is what a move takes along, in GB. In (0, 1e6] with Egress.
	CheckpointGB float64
}

// mostGB is the largest checkpoint believed: a petabyte.
const mostGB = 1e6

// Check returns everything that is wrong with m.
func (m *Moves) Check() error {
	var errs []error
	if m.Transfer < 0 {
		errs = append(errs, fmt.Errorf("transfer: %v must be >= 0s", m.Transfer))
	}
	if (m.Egress != nil || m.CheckpointGB != 0) && !(m.CheckpointGB > 0 && m.CheckpointGB <= mostGB) {
		errs = append(errs, fmt.Errorf("checkpoint_gb: %v must be in (0, %.0f] GB with egress prices", m.CheckpointGB, mostGB))
	}
	if m.Egress == nil && m.CheckpointGB != 0 {
		errs = append(errs, errors.New("checkpoint_gb: needs egress, the prices of moving it"))
	}
	return errors.Join(errs...)
}

// None tells whether moves take nothing.
func (m *Moves) None() bool { return m.Transfer == 0 && m.Egress == nil }

// ReadEgress reads a file of egress prices, as an input of s.
func (s *Scenario) ReadEgress(path string) (*traces.EgressPrices, error) {
	data, err := s.read(path)
	if err != nil {
		return nil, err
	}
	return traces.ReadEgress(path, bytes.NewReader(data))
}

// UseMoves sets what moves between the pools of the job take. A pool whose region is not
// known stands for a region of its own. The error names every two regions between which a
// move has no price.
func (s *Scenario) UseMoves(m Moves) error {
	if m.None() {
		return nil
	}
	var regions []string
	for i := range s.Pools {
		region := s.Pools[i].Name.Region
		if region == "" {
			region = s.Pools[i].Name.Zone
		}
		regions = append(regions, region)
	}
	var perGB [][]cloud.Money
	if m.Egress != nil {
		var err error
		if perGB, err = m.Egress.Matrix(regions); err != nil {
			return err
		}
	}
	for a, from := range regions {
		times, costs := make([]time.Duration, len(regions)), make([]cloud.Money, len(regions))
		for b, to := range regions {
			if from != to {
				times[b] = m.Transfer
			}
			if perGB != nil {
				costs[b] = cloud.Money(math.Round(float64(perGB[a][b]) * m.CheckpointGB))
			}
		}
		s.Job.Transfer, s.Job.Egress = append(s.Job.Transfer, times), append(s.Job.Egress, costs)
	}
	return nil
}

// String says the rule in a line.
func (m *Moves) String() string {
	egress := "free"
	if m.Egress != nil {
		egress = fmt.Sprintf("%v GB at the prices of %s (sha256 %.12s)", m.CheckpointGB, m.Egress.Name, m.Egress.SHA256)
	}
	return fmt.Sprintf("moves between regions take %v more than a restart, egress %s", m.Transfer, egress)
}
