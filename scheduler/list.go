package scheduler

import "github.com/bobby-math/tessera/cloud"

// link makes a task or an instance a member of a list of ids.
type link struct{ prev, next int32 }

// list is a doubly linked list through the links of a slice: any member leaves in O(1),
// and the order of joining stays.
type list struct {
	first, last int32
	len         int
}

var emptyList = list{first: cloud.None, last: cloud.None}

// push appends id; at returns the link of an id.
func (l *list) push(id int32, at func(int32) *link) {
	*at(id) = link{prev: l.last, next: cloud.None}
	if l.last == cloud.None {
		l.first = id
	} else {
		at(l.last).next = id
	}
	l.last = id
	l.len++
}

func (l *list) remove(id int32, at func(int32) *link) {
	gone := *at(id)
	if gone.prev == cloud.None {
		l.first = gone.next
	} else {
		at(gone.prev).next = gone.next
	}
	if gone.next == cloud.None {
		l.last = gone.prev
	} else {
		at(gone.next).prev = gone.prev
	}
	l.len--
}
