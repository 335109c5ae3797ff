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
		"both an extra and a cold start are for all policies, published so or not": {
			SkyServeChoice{Extra: []int{2}, ColdTicks: []int{4}}, "NaiveSpread/S/2/4 RoundRobin/S/2/4 SpotHedge/S/2/4 SpotHedge/F/2/4",
		},
		"of a name that two settings share, both": {
			SkyServeChoice{Policies: []string{"SpotHedge"}, Extra: []int{0}, ColdTicks: []int{4}}, "SpotHedge/S/0/4 SpotHedge/F/0/4",
		},
		"on demand has no extra": {SkyServeChoice{Policies: []string{"ondemand"}, Extra: []int{1, 2}, ColdTicks: []int{8}}, "OnDemand/O/0/8"},
		"any other policy runs where SpotHedge is published": {
			SkyServeChoice{Policies: []string{"asg-mixed", "RoundRobin"}, ColdTicks: []int{4}}, "RoundRobin/S/0/4 RoundRobin/S/1/4 asg-mixed//0/4 asg-mixed//1/4 asg-mixed//2/4",
		},
		"a variant of a published policy is another policy": {
			SkyServeChoice{Policies: []string{"spothedge:variant=skypilot"}, Extra: []int{5}, ColdTicks: []int{4}}, "spothedge:variant=skypilot//5/4",
		},
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
	_, err := SkyServeChoice{
		Policies: []string{"spothege", "spothedge:variant=papr", "greedy", "asg-mixed", "asg-mixed"}, Extra: []int{-1, 1, 1}, ColdTicks: []int{2880},
	}.Settings()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`variant="papr" must be one of paper`, "policies: policy greedy is not for services", "policies: asg-mixed is there twice", "extra: 1 is there twice", `there is no "spothege"; did you mean "spothedge"?`, "extra: -1 must be in [0, 100000]", "cold-ticks: 2880 must be in [0, 2879]"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\ndoes not say %s", err, want)
		}
	}
}
