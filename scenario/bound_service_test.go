package scenario

import (
	"errors"
	"testing"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/workload"
)

// service returns a service of one replica with a cold start of one minute over the
// capacity of one zone by the minute, at $60/h on spot and $180/h on demand: $1 and $3 a
// minute.
func service(t *testing.T, counts ...int) *Scenario {
	t.Helper()
	pool := model()
	pool.OnDemand = cloud.PerHour(180)
	pool.Price = pool.Price.With("mean", cloud.PerHour(60))
	s, _, err := zones(time.Duration(len(counts))*time.Minute, pool, 0, history("a", "a", time.Minute, counts...))
	if err != nil {
		t.Fatal(err)
	}
	s.Service = &Service{Service: workload.DefaultService()}
	s.Service.Replicas, s.Service.Load = 1, rng.Duration{Shape: rng.Constant, Mean: time.Minute}
	return s
}

func TestBoundOfAService(t *testing.T) {
	dollars := func(n int) cloud.Money { return cloud.Money(n) * cloud.Dollar }
	tests := map[string]struct {
		change func(*Scenario)
		want   cloud.Money
	}{
		// Spot is there in minutes 0, 1, 2 and 5: ready in 1 and 2, for $3. On demand is ready in 3,
		// 4 and 5, launched from 2 on: four minutes at $3.
		"on demand steps in in time": {func(*Scenario) {}, dollars(3 + 12)},
		// Nobody pays for minutes that provision; the rest is for spot in 1 and 2, on demand in 3, 4,
		// 5; the last may be spot, which needs no minute before.
		"time that is not billed costs nothing": {func(s *Scenario) {
			s.Service.Load.Mean, s.Pools[0].Provisioning.Mean = 0, time.Minute
		}, dollars(2 + 6 + 1)},
		// The instance lasts through minute 3, so on demand is launched in 3: ready in 4 and 5.
		"an instance outlives the capacity by the warning": {func(s *Scenario) { s.Pools[0].Notice.Lead = time.Minute }, dollars(4 + 9)},
		"two instances make a replica that fits nowhere":   {func(s *Scenario) { s.Service.Gang = 2 }, dollars(2 * 3 * 6)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := service(t, 1, 1, 1, 0, 0, 1)
			test.change(s)
			if got, err := s.Bound(0); err != nil || got != test.want {
				t.Errorf("%v, %v; want %v", got, err, test.want)
			}
		})
	}
}

func TestABoundSaysWhyThereIsNone(t *testing.T) {
	for why, change := range map[string]func(*Scenario){
		"the target moves": func(s *Scenario) { s.Service.Autoscaler = &workload.Autoscaler{} },
		"the capacity of the zones is not known (see --capacity)": func(s *Scenario) { s.Pools[0].Capacity = nil },
		"the prices are made up as the run goes":                  func(s *Scenario) { s.Pools[0].Price.Model = "ou" },
		"the cold start is drawn by chance":                       func(s *Scenario) { s.Service.Load.Shape = rng.Exponential },
		"a zone holds more than its capacity while instances run out their warning": func(s *Scenario) {
			s.Pools[0].Preemption.Model, s.Pools[0].Notice.Lead = "hazard", time.Minute
		},
		"the run is no longer than a cold start": func(s *Scenario) { s.Service.Load.Mean = 6 * time.Minute },
		"cold start, warning and changes of capacity have no common tick above 1ns, and 360000000000 ticks are too many": func(s *Scenario) { s.Service.Load.Mean++ },
	} {
		s := service(t, 1, 1, 1, 0, 0, 1)
		change(s)
		var none *NoBoundError
		if _, err := s.Bound(0); !errors.As(err, &none) || none.Why != why {
			t.Errorf("%v, want %s", err, why)
		}
	}
}
