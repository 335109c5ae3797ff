package workload

import (
	"testing"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

func TestMovesAreFreeUnlessSaidOtherwise(t *testing.T) {
	m := &Moves{
		Transfer: [][]time.Duration{{0, time.Minute}, {time.Hour, 0}},
		Egress:   [][]cloud.Money{{0, 1}, {2, 0}},
	}
	tests := []struct {
		name     string
		moves    *Moves
		from, to cloud.PoolID
		transfer time.Duration
		egress   cloud.Money
	}{
		{"there", m, 0, 1, time.Minute, 1},
		{"and back", m, 1, 0, time.Hour, 2},
		{"a task stays", m, 1, 1, 0, 0},
		{"a task without state has nothing to move", m, cloud.None, 1, 0, 0},
		{"only egress", &Moves{Egress: m.Egress}, 1, 0, 0, 2},
		{"no moves", nil, 0, 1, 0, 0},
	}
	for _, test := range tests {
		if transfer, egress := test.moves.Cost(test.from, test.to); transfer != test.transfer || egress != test.egress {
			t.Errorf("%s: %v, %v", test.name, transfer, egress)
		}
	}
}

func TestMovesTellAllThatIsWrong(t *testing.T) {
	m := &Moves{
		Transfer: [][]time.Duration{{0, -1}, {0}},
		Egress:   [][]cloud.Money{{0, 0}},
	}
	const want = "transfer[0][1]: -1ns must be >= 0\n" +
		"transfer[1]: 1 columns must be 2, one for each pool\n" +
		"egress: 1 rows must be 2, one for each pool"
	if err := m.Check(2); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if err := (*Moves)(nil).Check(2); err != nil {
		t.Error(err)
	}
}
