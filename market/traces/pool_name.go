package traces

import (
	"slices"
	"strings"
)

// PoolOfName returns the capacity pool that the name of a file gives, where the format
// does not hold it: ZONE_TYPE in the name of the file, as in us-west-2b_v100_1.json
// (zone us-west-2b, type v100_1), whatever stands before it and ends with an underscore;
// or else in the name of a folder it lies in. ok is false if there is no zone of AWS or
// Google Cloud in the name.
func PoolOfName(name string) (zone, instanceType string, ok bool) {
	elements := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(`/\:`, r) })
	slices.Reverse(elements)
	for i, element := range elements {
		if i == 0 {
			element = withoutExtensions(element)
		}
		zone, instanceType, ok := poolOfElement(element)
		if ok && (i == 0 || instanceType != "") {
			return zone, instanceType, true
		}
	}
	return "", "", false
}

func poolOfElement(element string) (zone, instanceType string, ok bool) {
	parts := strings.Split(element, "_")
	for i, part := range parts {
		if region := RegionOf(part); region != "" && region != part {
			return part, strings.Join(parts[i+1:], "_"), true
		}
	}
	return "", "", false
}

// withoutExtensions cuts .gz, and then what says the kind of file.
func withoutExtensions(name string) string {
	name = strings.TrimSuffix(name, ".gz")
	for _, extension := range traceExtensions {
		name = strings.TrimSuffix(name, extension)
	}
	return name
}

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
