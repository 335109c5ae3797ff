package sweep

import (
	"fmt"
	"strconv"
	"strings"
)

// Shard is one of several equal shares of a sweep, to be run by a process of its own. The
// zero Shard is all of it.
type Shard struct{ Index, Of int }

// ParseShard reads a shard like 2/3: the second of three.
func ParseShard(text string) (Shard, error) {
	index, of, _ := strings.Cut(text, "/")
	i, bad := strconv.Atoi(index)
	n, worse := strconv.Atoi(of)
	if bad != nil || worse != nil || i < 1 || n < 1 || i > n {
		return Shard{}, fmt.Errorf("%q must be i/n with 1 <= i <= n, as in 2/3", text)
	}
	return Shard{i, n}, nil
}

// has reports whether the nth part of the work belongs to s: shards take turns, so that
// points that take long are shared out.
func (s Shard) has(n int) bool { return s.Of == 0 || n%s.Of == s.Index-1 }

// Folder returns the name of the shard's folder in that of the sweep; empty for all of it.
func (s Shard) Folder() string {
	if s.Of == 0 {
		return ""
	}
	return fmt.Sprintf("shard-%d-of-%d", s.Index, s.Of)
}
