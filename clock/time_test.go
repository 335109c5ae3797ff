package clock

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTimeAddStopsAtNever(t *testing.T) {
	tests := []struct {
		at   Time
		d    time.Duration
		want Time
	}{
		{At(time.Hour), time.Minute, At(61 * time.Minute)},
		{At(time.Hour), -time.Minute, At(59 * time.Minute)},
		{Never - 1, 0, Never - 1},
		{Never - 1, 1, Never},
		{Never - 1, 2, Never},
		{Never, 0, Never},
		{Never, time.Hour, Never},
		{Never, time.Duration(Never), Never},
	}
	for _, test := range tests {
		if got := test.at.Add(test.d); got != test.want {
			t.Errorf("%v + %v = %v, want %v", test.at, test.d, got, test.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		at := Time(rapid.Int64Range(0, int64(Never)).Draw(t, "at"))
		d := time.Duration(rapid.Int64Range(0, int64(Never)).Draw(t, "d"))
		sum := at.Add(d)
		if sum != Never && sum.Sub(at) != d || sum == Never && uint64(at)+uint64(d) < uint64(Never) {
			t.Fatalf("%v + %v = %v", at, d, sum)
		}
	})
}

func TestTimeReadsAsADuration(t *testing.T) {
	tests := map[Time]string{0: "0s", At(13*time.Hour + 5*time.Minute): "13h5m0s", Never: "never"}
	for at, want := range tests {
		if got := at.String(); got != want {
			t.Errorf("%d reads %q, want %q", int64(at), got, want)
		}
	}
	if got := At(90 * time.Minute).Hours(); got != 1.5 {
		t.Errorf("90 minutes are %v hours", got)
	}
}

func TestPhasesComeInTheOrderOfTheModel(t *testing.T) {
	want := []string{"work", "market", "arrival", "decide", "sample", "phase(5)"}
	for i, name := range want {
		if got := Phase(i).String(); got != name {
			t.Errorf("phase %d is %q, want %q", i, got, name)
		}
	}
}
