package scheduler

import "iter"

// link is the place of an id in a list: the ids before and after it, each plus 1.
type link struct{ prev, next int32 }

// list is a doubly linked list of ids in one slice of links: any id leaves in O(1), and the
// order of joining stays. The zero list is empty. The link of an id is at id+1; the one at 0
// joins the last to the first.
type list struct {
	links []link
	len   int
}

// push appends id.
func (l *list) push(id int32) {
	at := id + 1
	for int(at) >= len(l.links) {
		l.links = append(l.links, link{})
	}
	last := l.links[0].prev
	l.links[at] = link{prev: last}
	l.links[last].next, l.links[0].prev = at, at
	l.len++
}

func (l *list) remove(id int32) {
	gone := l.links[id+1]
	l.links[gone.prev].next, l.links[gone.next].prev = gone.next, gone.prev
	l.len--
}

// members yields those of items whose ids are in l, in its order.
func members[T any](l *list, items []T) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for left, at := l.len, int32(0); left > 0; left-- {
			at = l.links[at].next
			if !yield(&items[at-1]) {
				return
			}
		}
	}
}
