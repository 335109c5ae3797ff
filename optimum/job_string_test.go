package optimum

import (
	"fmt"
	"strings"
)

func (s Step) String() string {
	if !s.Runs {
		return "idle"
	}
	return fmt.Sprintf("%v in %d", s.Purchase, s.Region)
}

// String writes the plan in one line, as "2 idle, 5 spot in 0, 1 on-demand in 1: $1.21".
func (p Plan) String() string {
	var parts []string
	for from, to := 0, 0; from < len(p.Steps); from = to {
		for to < len(p.Steps) && p.Steps[to] == p.Steps[from] {
			to++
		}
		parts = append(parts, fmt.Sprintf("%d %v", to-from, p.Steps[from]))
	}
	return fmt.Sprintf("%s: %v", strings.Join(parts, ", "), p.Cost)
}
