package workload

import (
	"errors"
	"fmt"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// Moves is what it takes a task to go on in another pool than the one in which its state
// lies: where it last made progress that was saved. A task without state has nothing to
// move. If a move is broken off before it has led to saved progress, the state still lies
// where it lay, and what was paid is lost. Of a nil *Moves every move is free.
type Moves struct {
	// Transfer[a][b] is the time that a start in pool b adds to its overhead if the state
	// lies in a; >= 0. nil adds nothing.
	Transfer [][]time.Duration
	// Egress[a][b] is the price of bringing the state from pool a to b, paid when the start
	// in b begins; >= 0. nil is free.
	Egress [][]cloud.Money
	// FreeSpotMoves lets a task that its policy takes from a spot instance to another one,
	// in one decision, go on as if nothing had happened: without an overhead of its own,
	// transfer or egress. A defect of the published multi-region simulator, kept to compare
	// with it (FrontierCS/Frontier-CS, problem cant_be_late_multi). Default false.
	FreeSpotMoves bool
}

// Cost returns what bringing the state from a pool to another takes; from is cloud.None
// for a task without state.
func (m *Moves) Cost(from, to cloud.PoolID) (transfer time.Duration, egress cloud.Money) {
	if m == nil || from == cloud.None || from == to {
		return 0, 0
	}
	if m.Transfer != nil {
		transfer = m.Transfer[from][to]
	}
	if m.Egress != nil {
		egress = m.Egress[from][to]
	}
	return transfer, egress
}

// Check returns everything that is wrong with m among that many pools, each with its place.
func (m *Moves) Check(pools int) error {
	if m == nil {
		return nil
	}
	return errors.Join(checkMatrix("transfer", m.Transfer, pools), checkMatrix("egress", m.Egress, pools))
}

func checkMatrix[T time.Duration | cloud.Money](place string, rows [][]T, pools int) error {
	if rows == nil {
		return nil
	}
	if len(rows) != pools {
		return fmt.Errorf("%s: %d rows must be %d, one for each pool", place, len(rows), pools)
	}
	var errs []error
	for a, row := range rows {
		if len(row) != pools {
			errs = append(errs, fmt.Errorf("%s[%d]: %d columns must be %d, one for each pool", place, a, len(row), pools))
			continue
		}
		for b, x := range row {
			if x < 0 {
				errs = append(errs, fmt.Errorf("%s[%d][%d]: %v must be >= 0", place, a, b, x))
			}
			if a == b && x != 0 {
				errs = append(errs, fmt.Errorf("%s[%d][%d]: %v must be 0, from a pool to itself", place, a, b, x))
			}
		}
	}
	return errors.Join(errs...)
}
