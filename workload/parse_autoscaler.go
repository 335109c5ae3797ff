package workload

import "fmt"

// ParseAutoscaler reads an autoscaler as a user types it,
//
//	qps=0.5,min=1,max=10,window=60s,up=300s,down=1200s,every=20s
//
// in any order. What is left out is that of DefaultAutoscaler; qps is required.
func ParseAutoscaler(text string) (Autoscaler, error) {
	a := DefaultAutoscaler
	a.PerReplica = 1
	s := parseSettings(text, "qps", "min", "max", "window", "up", "down", "every")
	s.require("qps")
	s.number("qps", &a.PerReplica)
	s.whole("min", &a.Min)
	s.whole("max", &a.Max)
	s.duration("window", &a.Window)
	s.duration("up", &a.UpHold)
	s.duration("down", &a.DownHold)
	s.duration("every", &a.Every)
	return a, s.err("autoscaler", text, a.Check())
}

// String writes a as ParseAutoscaler reads it.
func (a Autoscaler) String() string {
	return fmt.Sprintf("qps=%v,min=%d,max=%d,window=%v,up=%v,down=%v,every=%v",
		a.PerReplica, a.Min, a.Max, a.Window, a.UpHold, a.DownHold, a.Every)
}
