package optimum

import "slices"

// flowNetwork finds the cheapest way to send units from one node to another through arcs that have
// whole capacities and whole costs >= 0. The zero value has neither nodes nor arcs.
//
// It sends units along one cheapest path after another, on which a unit may also push
// back units sent before (successive shortest paths; Ahuja, Magnanti and Orlin, Network
// Flows, 1993, section 9.7). Each path is found by Dijkstra's algorithm, on costs reduced
// by potentials so that none is below zero. Many ways then cost nothing: what lies no
// farther than the node at hand is visited next and never enters the heap.
type flowNetwork struct {
	arcs   []flowArc // each followed by its reverse, so that arc i has i^1
	leaves []int32   // by node: the last arc added that leaves it, or -1

	potentials []int64
	// What one search leaves behind: how far a node is and the arc that leads to it.
	distances []int64
	arrivals  []int32
	settled   []int32
	near      []int32  // to be visited at the present distance
	far       flowHeap // to be visited later
}

type flowArc struct {
	cost int64
	to   int32
	room int32 // for so many more units
	next int32 // that leaves the same node, or -1
}

// addNodes makes n more nodes; they are numbered from 0.
func (f *flowNetwork) addNodes(n int) {
	f.leaves = append(f.leaves, slices.Repeat([]int32{-1}, n)...)
	f.arrivals = append(f.arrivals, slices.Repeat([]int32{-1}, n)...)
	f.potentials = append(f.potentials, make([]int64, n)...)
	f.distances = append(f.distances, make([]int64, n)...)
}

// addArc returns the number of a new arc, by which its flow can be asked for.
func (f *flowNetwork) addArc(from, to, capacity int, cost int64) int {
	arc := len(f.arcs)
	f.arcs = append(f.arcs,
		flowArc{cost, int32(to), int32(capacity), f.leaves[from]},
		flowArc{-cost, int32(from), 0, f.leaves[to]})
	f.leaves[from], f.leaves[to] = int32(arc), int32(arc+1)
	return arc
}

// flow returns how many units go through an arc.
func (f *flowNetwork) flow(arc int) int { return int(f.arcs[arc^1].room) }

// setCost changes what an arc costs; the network must have been emptied.
func (f *flowNetwork) setCost(arc int, cost int64) {
	f.arcs[arc].cost, f.arcs[arc^1].cost = cost, -cost
}

// empty takes all units out of the network.
func (f *flowNetwork) empty() {
	for i := 0; i < len(f.arcs); i += 2 {
		f.arcs[i].room += f.arcs[i+1].room
		f.arcs[i+1].room = 0
	}
	clear(f.potentials)
}

// send sends that many units through an empty network and returns what they cost. It
// panics if there is no room for them.
func (f *flowNetwork) send(from, to, units int) (cost int64) {
	for units > 0 {
		if !f.search(int32(from), int32(to)) {
			panic("optimum: no way for the units of a flow")
		}
		sent := units
		for node := to; node != from; node = f.before(node) {
			sent = min(sent, int(f.arcs[f.arrivals[node]].room))
		}
		for node := to; node != from; node = f.before(node) {
			arc := f.arrivals[node]
			f.arcs[arc].room -= int32(sent)
			f.arcs[arc^1].room += int32(sent)
			cost += int64(sent) * f.arcs[arc].cost
		}
		units -= sent
	}
	return cost
}

// before returns the node before another on the path that was found.
func (f *flowNetwork) before(node int) int { return int(f.arcs[f.arrivals[node]^1].to) }

// search finds a cheapest path and moves the potentials so that reduced costs stay >= 0
// once units are sent along it.
func (f *flowNetwork) search(from, to int32) (found bool) {
	for i := range f.distances {
		f.distances[i] = unreachable
	}
	f.distances[from] = 0
	f.settled, f.far = f.settled[:0], f.far[:0]
	f.near = append(f.near[:0], from)
	for {
		node, ok := f.nearest()
		if !ok {
			return false
		}
		if node == to {
			break
		}
		f.visit(node)
	}
	// What is farther than the end, or was never reached, counts as just as far.
	for _, node := range f.settled {
		if nearer := f.distances[node] - f.distances[to]; nearer < 0 {
			f.potentials[node] += nearer
		}
	}
	return true
}

// nearest takes the node to visit next.
func (f *flowNetwork) nearest() (node int32, ok bool) {
	if last := len(f.near) - 1; last >= 0 {
		node, f.near = f.near[last], f.near[:last]
		return node, true
	}
	for len(f.far) > 0 {
		if way := f.far.pop(); way.distance == f.distances[way.node] {
			return way.node, true
		}
	}
	return 0, false
}

// visit notes where the arcs that leave a node lead.
func (f *flowNetwork) visit(node int32) {
	f.settled = append(f.settled, node)
	here := f.distances[node] + f.potentials[node]
	for i := f.leaves[node]; i >= 0; {
		arc := &f.arcs[i]
		if arc.room > 0 {
			if d := here + arc.cost - f.potentials[arc.to]; d < f.distances[arc.to] {
				f.distances[arc.to], f.arrivals[arc.to] = d, i
				if d == f.distances[node] {
					f.near = append(f.near, arc.to)
				} else {
					f.far.push(flowWay{d, arc.to})
				}
			}
		}
		i = arc.next
	}
}

// flowWay says how far a node was when it was put aside.
type flowWay struct {
	distance int64
	node     int32
}

// flowHeap is a binary heap, the nearest on top.
type flowHeap []flowWay

func (h *flowHeap) push(w flowWay) {
	*h = append(*h, w)
	ways := *h
	i := len(ways) - 1
	for i > 0 && w.distance < ways[(i-1)/2].distance {
		ways[i] = ways[(i-1)/2]
		i = (i - 1) / 2
	}
	ways[i] = w
}

func (h *flowHeap) pop() flowWay {
	ways := *h
	top, w := ways[0], ways[len(ways)-1]
	ways = ways[:len(ways)-1]
	*h = ways
	for i := 0; len(ways) > 0; {
		child := 2*i + 1
		if child+1 < len(ways) && ways[child+1].distance < ways[child].distance {
			child++
		}
		if child >= len(ways) || w.distance <= ways[child].distance {
			ways[i] = w
			break
		}
		ways[i] = ways[child]
		i = child
	}
	return top
}
