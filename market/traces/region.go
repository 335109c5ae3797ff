package traces

import "strings"

// RegionOf returns the region in the name of a zone of AWS (us-east-1a,
// us-west-2-lax-1a) or Google Cloud (us-central1-a), or "" where the name is of another
// form.
func RegionOf(zone string) string {
	start := strings.IndexAny(zone, decimalDigits)
	if start <= 0 {
		return ""
	}
	rest := strings.TrimLeft(zone[start:], decimalDigits)
	region := zone[:len(zone)-len(rest)]
	dashes := strings.Count(region, "-")
	aws := dashes >= 2 && zone[start-1] == '-' && (len(rest) <= 1 || rest[0] == '-')
	google := dashes >= 1 && zone[start-1] != '-' && len(rest) == 2 && rest[0] == '-'
	if aws || google {
		return region
	}
	return ""
}

const decimalDigits = "0123456789"
