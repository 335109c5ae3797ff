package traces

import "testing"

func TestPoolOfName(t *testing.T) {
	for name, want := range map[string][2]string{
		"us-west-2b_v100_1.json":                            {"us-west-2b", "v100_1"},
		"data/AWS2/us-west-2b_v100_1.json":                  {"us-west-2b", "v100_1"},
		`C:\data\us-west-2b_v100_1.json`:                    {"us-west-2b", "v100_1"},
		"availability-2023-02-15_us-east-1f_v100_1.csv.gz":  {"us-east-1f", "v100_1"},
		"europe-west4-a_a100_40gb_8.json":                   {"europe-west4-a", "a100_40gb_8"},
		"us-central1-a_c3-88.json":                          {"us-central1-a", "c3-88"},
		"w.tar.gz:converted/us-east-2a_v100_1/20.json":      {"us-east-2a", "v100_1"},
		"us-east-1a_x/us-east-1b_y.json":                    {"us-east-1b", "y"}, // the nearest
		"us-east-1a.csv":                                    {"us-east-1a", ""},
		"us-east-1a_v100_1":                                 {"us-east-1a", "v100_1"},
		"us-east-1a/0.json":                                 {"", ""}, // a folder of a zone may hold anything
		"us-east-1_5types_week.csv":                         {"", ""}, // a region
		"v100x1-east1c.txt":                                 {"", ""},
		"aws-02-15-2023/0.json":                             {"", ""},
		"":                                                  {"", ""},
		"availability-2023-02-15_us-west-2-lax-1a_g6_2.csv": {"us-west-2-lax-1a", "g6_2"},
	} {
		zone, instanceType, ok := PoolOfName(name)
		if zone != want[0] || instanceType != want[1] || ok != (want[0] != "") {
			t.Errorf("%s: got %q, %q, %v; want %q", name, zone, instanceType, ok, want)
		}
	}
}
