package suite

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bobby-math/tessera/sweep"
)

func TestSkyServeChoice(t *testing.T) {
	tests := map[string]struct {
		settings sweep.Settings
		want     string // policy/fallback initial/extra/cold
	}{
		"an extra chooses rows of the published grid": {on("", "extra", "2"), "SpotHedge/F/2/2 SpotHedge/F/2/4 SpotHedge/F/2/8"},
		"so does a name of the artifact":              {on("", "policies", "RoundRobin"), "RoundRobin/S/0/4 RoundRobin/S/1/4"},
		"so does one of ours":                         {on("", "policies", "round-robin"), "RoundRobin/S/0/4 RoundRobin/S/1/4"},
		"a fallback tells the two SpotHedges apart":   {on("", "policies", "SpotHedge:StaticSpotProvision"), "SpotHedge/S/1/4"},
		"in our words too":                            {on("", "policies", "spothedge:fallback=none"), "SpotHedge/S/1/4"},
		"what nobody published is run all the same": {
			on("", "policies", "NaiveSpread,SpotHedge:SpotFailoverNoSafety", "extra", "3", "cold-ticks", "0,6"),
			"NaiveSpread/S/3/0 NaiveSpread/S/3/6 SpotHedge/F/3/0 SpotHedge/F/3/6",
		},
		"both an extra and a cold start are for all policies, published so or not": {
			on("", "extra", "2", "cold-ticks", "4"), "NaiveSpread/S/2/4 RoundRobin/S/2/4 SpotHedge/S/2/4 SpotHedge/F/2/4",
		},
		"of a name that two settings share, both": {
			on("", "policies", "SpotHedge", "extra", "0", "cold-ticks", "4"), "SpotHedge/S/0/4 SpotHedge/F/0/4",
		},
		"on demand has no extra": {on("", "policies", "ondemand", "extra", "1,2", "cold-ticks", "8"), "OnDemand/O/0/8"},
		"any other policy runs where SpotHedge is published": {
			on("", "policies", "asg-mixed,RoundRobin", "cold-ticks", "4"), "RoundRobin/S/0/4 RoundRobin/S/1/4 asg-mixed//0/4 asg-mixed//1/4 asg-mixed//2/4",
		},
		"a variant of a published policy is another policy": {
			on("", "policies", "spothedge:variant=skypilot", "extra", "5", "cold-ticks", "4"), "spothedge:variant=skypilot//5/4",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := &choice{settings: test.settings}
			var got []string
			for _, s := range c.serviceSettings() {
				policy, fallback := publishedService(s.spec.String())
				initial := map[string]string{"OnDemand": "O", "StaticSpotProvision": "S", "SpotFailoverNoSafety": "F"}[fallback]
				got = append(got, fmt.Sprintf("%s/%s/%d/%d", policy, initial, s.extra, s.cold))
			}
			if text := strings.Join(got, " "); c.err() != nil || text != test.want {
				t.Errorf("got %s, %v\nwant %s", text, c.err(), test.want)
			}
		})
	}
	if all := (&choice{}).serviceSettings(); len(all) != 15 {
		t.Errorf("%d settings, want the published 15", len(all))
	}
	c := &choice{settings: on("", "policies", "spothege,spothedge:variant=papr,greedy,asg-mixed,asg-mixed", "extra", "-1,1,1,x", "cold-ticks", "2880")}
	c.serviceSettings()
	err := c.err()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`variant="papr" must be one of paper`, "policies: policy greedy is not for services", "policies: asg-mixed is there twice", "extra: 1 is there twice", `there is no "spothege"; did you mean "spothedge"?`, "extra: -1 must be a whole number in [0, 100000]", "extra: x must be a whole number", "cold-ticks: 2880 must be a whole number in [0, 2879]"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\ndoes not say %s", err, want)
		}
	}
}
