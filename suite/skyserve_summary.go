package suite

import (
	"github.com/bobby-math/tessera/stats"
)

// SkyServeSummary is what a setting came to over the windows of a set of zones: means with
// their intervals, shares from 0 to 1.
type SkyServeSummary struct {
	Trace   *SkyServeTrace
	Setting SkyServeSetting
	// Availability is the share of the ticks with three replicas ready.
	Availability stats.Estimate
	// Cost is that of the window over the cost of on-demand only, Optimum the same of the
	// optimum.
	Cost, Optimum stats.Estimate
	// Decreases counts the spot replicas lost in a window.
	Decreases stats.Estimate
}

// availability is the share of the counted ticks with three replicas ready.
func (r SkyServeRow) availability() float64 {
	return float64(r.AvailableTicks) / float64(r.CountedTicks())
}

// ofOnDemand returns a cost over that of on-demand only in the same ticks.
func (r SkyServeRow) ofOnDemand(cost int) float64 {
	return float64(cost) / float64(skyServeRatio*skyServeTarget*r.CountedTicks())
}

// SummariseSkyServe sums the rows up by set of zones and setting, in their order.
func SummariseSkyServe(rows []SkyServeRow, optima map[SkyServeWindow]int) (all []SkyServeSummary) {
	groups, order := groupSkyServe(rows)
	for _, key := range order {
		s := SkyServeSummary{Trace: key.trace, Setting: key.setting}
		column := func(value func(SkyServeRow) float64) stats.Estimate {
			var samples []float64
			for _, r := range groups[key] {
				samples = append(samples, value(r))
			}
			return stats.Mean(samples)
		}
		s.Availability = column(SkyServeRow.availability)
		s.Cost = column(func(r SkyServeRow) float64 { return r.ofOnDemand(r.Cost()) })
		s.Optimum = column(func(r SkyServeRow) float64 { return r.ofOnDemand(optima[r.Window()]) })
		s.Decreases = column(func(r SkyServeRow) float64 { return float64(r.Decreases) })
		all = append(all, s)
	}
	return all
}

// skyServeGroup is what the rows of one mean share.
type skyServeGroup struct {
	trace   *SkyServeTrace
	setting SkyServeSetting
}

func groupSkyServe(rows []SkyServeRow) (groups map[skyServeGroup][]SkyServeRow, order []skyServeGroup) {
	groups = map[skyServeGroup][]SkyServeRow{}
	for _, r := range rows {
		key := skyServeGroup{r.Trace, r.Setting}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], r)
	}
	return groups, order
}

// SkyServeLead is by how much one policy is more available than another, window by window.
type SkyServeLead struct {
	Trace         *SkyServeTrace
	Better, Worse SkyServeSetting
	// Difference is the mean of the differences of the shares, from -1 to 1.
	Difference stats.Estimate
}

// Holds tells whether the interval of the difference is above 0.
func (l SkyServeLead) Holds() bool { return l.Difference.Low > 0 }

// RankSkyServe compares, for every set of zones, extra and cold start, SpotHedge with round
// robin and that with even spread, as far as there are rows of both.
func RankSkyServe(rows []SkyServeRow) (leads []SkyServeLead) {
	groups, order := groupSkyServe(rows)
	for _, better := range order {
		for _, worse := range order {
			if better.trace != worse.trace || !ranked(better.setting, worse.setting) {
				continue
			}
			var differences []float64
			for n, r := range groups[better] {
				differences = append(differences, r.availability()-groups[worse][n].availability())
			}
			leads = append(leads, SkyServeLead{better.trace, better.setting, worse.setting, stats.Mean(differences)})
		}
	}
	return leads
}

// ranked tells whether a should be more available than b, next in the published order.
func ranked(a, b SkyServeSetting) bool {
	if a.Extra != b.Extra || a.ColdTicks != b.ColdTicks {
		return false
	}
	return a.Policy == "SpotHedge" && a.Fallback == "SpotFailoverNoSafety" && b.Policy == "RoundRobin" ||
		a.Policy == "RoundRobin" && b.Policy == "NaiveSpread"
}
