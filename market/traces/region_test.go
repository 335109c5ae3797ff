package traces

import "testing"

func TestRegionOf(t *testing.T) {
	for zone, want := range map[string]string{
		"us-east-1a":              "us-east-1",
		"us-gov-west-1b":          "us-gov-west-1",
		"ap-southeast-10c":        "ap-southeast-10",
		"us-west-2-lax-1a":        "us-west-2",
		"us-east-1-wl1-bos-wlz-1": "us-east-1",
		"us-east-1":               "us-east-1",
		"us-central1-a":           "us-central1",
		"northamerica-east12-b":   "northamerica-east12",
		"use1-az1":                "", // an id, not a name
		"eastus-1":                "",
		"somewhere":               "",
		"1a":                      "",
		"":                        "",
	} {
		if got := RegionOf(zone); got != want {
			t.Errorf("%s: got %q, want %q", zone, got, want)
		}
	}
}
