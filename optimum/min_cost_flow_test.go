package optimum

import "testing"

// One unit goes 0-1-2-3 for 3. For two, the one must give up the arc from 1 to 2: 0-1-3
// and 0-2-3 cost 1 + 4 and 4 + 1.
func TestFlowPushesBackWhatWasSentBefore(t *testing.T) {
	var f flowNetwork
	f.addNodes(4)
	f.addArc(0, 1, 1, 1)
	shared := f.addArc(1, 2, 1, 1)
	f.addArc(2, 3, 1, 1)
	f.addArc(0, 2, 1, 4)
	f.addArc(1, 3, 1, 4)
	for _, test := range []struct {
		units, shared int
		cost          int64
	}{{1, 1, 3}, {2, 0, 10}, {0, 0, 0}} {
		f.empty()
		if cost := f.send(0, 3, test.units); cost != test.cost || f.flow(shared) != test.shared {
			t.Errorf("%d units cost %d and %d take the short way; want %d and %d",
				test.units, cost, f.flow(shared), test.cost, test.shared)
		}
	}
}

func TestFlowWithoutRoomPanics(t *testing.T) {
	var f flowNetwork
	f.addNodes(2)
	f.addArc(0, 1, 1, 1)
	defer func() {
		if recover() == nil {
			t.Error("two units went where one has room")
		}
	}()
	f.send(0, 1, 2)
}
