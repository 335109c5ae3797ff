package suite

import (
	"fmt"
	"strings"
	"testing"
)

func TestSkyServeChoice(t *testing.T) {
	tests := map[string]struct {
		choice SkyServeChoice
		want   string // policy/fallback initial/extra/cold
	}{
		"an extra chooses rows of the published grid": {SkyServeChoice{Extra: []int{2}}, "SpotHedge/F/2/2 SpotHedge/F/2/4 SpotHedge/F/2/8"},
		"so does a name of the artifact":              {SkyServeChoice{Policies: []string{"RoundRobin"}}, "RoundRobin/S/0/4 RoundRobin/S/1/4"},
		"so does one of ours":                         {SkyServeChoice{Policies: []string{"round-robin"}}, "RoundRobin/S/0/4 RoundRobin/S/1/4"},
		"a fallback tells the two SpotHedges apart":   {SkyServeChoice{Policies: []string{"SpotHedge:StaticSpotProvision"}}, "SpotHedge/S/1/4"},
		"in our words too":                            {SkyServeChoice{Policies: []string{"spothedge:fallback=none"}}, "SpotHedge/S/1/4"},
		"what nobody published is run all the same": {
			SkyServeChoice{Policies: []string{"NaiveSpread", "SpotHedge:SpotFailoverNoSafety"}, Extra: []int{3}, ColdTicks: []int{0, 6}},
			"NaiveSpread/S/3/0 NaiveSpread/S/3/6 SpotHedge/F/3/0 SpotHedge/F/3/6",
		},
		"on demand has no extra": {SkyServeChoice{Policies: []string{"ondemand"}, Extra: []int{1, 2}, ColdTicks: []int{8}}, "OnDemand/O/0/8"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			settings, err := test.choice.Settings()
			var got []string
			for _, s := range settings {
				initial := map[string]string{"OnDemand": "O", "StaticSpotProvision": "S", "SpotFailoverNoSafety": "F"}[s.Fallback]
				got = append(got, fmt.Sprintf("%s/%s/%d/%d", s.Policy, initial, s.Extra, s.ColdTicks))
			}
			if text := strings.Join(got, " "); err != nil || text != test.want {
				t.Errorf("got %s, %v\nwant %s", text, err, test.want)
			}
		})
	}
	if all, err := (SkyServeChoice{}).Settings(); err != nil || len(all) != 15 {
		t.Errorf("%d settings, want the published 15; %v", len(all), err)
	}
	_, err := SkyServeChoice{Policies: []string{"spothege"}, Extra: []int{-1}, ColdTicks: []int{2880}}.Settings()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`there is no "spothege"; did you mean "spothedge"?`, "extra: -1 must be in [0, 100000]", "cold-ticks: 2880 must be in [0, 2879]"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\ndoes not say %s", err, want)
		}
	}
}
