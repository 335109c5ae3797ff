package traces

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMergePrices(t *testing.T) {
	january := readText(t, "Timestamp,AvailabilityZone,SpotPrice\n2030-01-02T00:00:00Z,b,2\n2030-01-01T00:00:00Z,b,1\n")
	february := readText(t, "Timestamp,AvailabilityZone,SpotPrice\n2030-02-01T00:00:00Z,b,3\n2030-01-02T00:00:00Z,b,2\n2030-02-01T00:00:00Z,a,4\n")
	want := []PriceSeries{
		{Zone: "a", Points: []PricePoint{point("2030-02-01T00:00:00Z", 4e9)}},
		{Zone: "b", Points: []PricePoint{
			point("2030-01-01T00:00:00Z", 1e9),
			point("2030-01-02T00:00:00Z", 2e9), // in both
			point("2030-02-01T00:00:00Z", 3e9),
		}},
	}
	for _, histories := range [][]*PriceHistory{{january, february}, {february, january}, {january, february, january}} {
		got, err := MergePrices(histories...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestMergePricesNamesTheFilesThatContradict(t *testing.T) {
	one := &PriceHistory{Name: "one.csv", Series: []PriceSeries{
		{Zone: "a", InstanceType: "x", Points: []PricePoint{point("2030-01-01T00:00:00Z", 2e9)}}}}
	two := &PriceHistory{Name: "two.csv", Series: []PriceSeries{
		{Zone: "a", InstanceType: "x", Points: []PricePoint{point("2030-01-01T00:00:00Z", 1e9)}}}}
	_, err := MergePrices(one, two)
	if bad := new(Error); !errors.As(err, &bad) {
		t.Fatalf("%v is not an *Error", err)
	}
	want := "merge: a x at 2030-01-01T00:00:00Z: $2/h in one.csv, but $1/h in two.csv"
	if err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestMergeOfNothing(t *testing.T) {
	if got, err := MergePrices(); got != nil || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}
