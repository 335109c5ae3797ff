package cli

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/spelling"
	"github.com/bobby-math/tessera/workload"
)

// serviceLoad is the flags of service about requests.
type serviceLoad struct {
	requests, serviceTime string
	open                  time.Duration
	concurrency           countValue
	timeout               time.Duration
	retries               string
	retryDelay            time.Duration
	balancer              *choiceValue
	sync                  time.Duration
	autoscale             string
	rtt                   []string

	service workload.Service // what they come to
	digest  string           // of the file of --requests
}

func newServiceLoad() serviceLoad {
	d := workload.DefaultService()
	return serviceLoad{
		concurrency: countValue(d.Concurrency), balancer: choice(string(d.Balancer), words(workload.Balancings)...), service: d,
	}
}

func (l *serviceLoad) add(f *pflag.FlagSet) {
	d := workload.DefaultService()
	f.StringVar(&l.requests, "requests", "", "which requests come in: poisson:rate=0.15/s, gamma:rate=5/s,cv=4, counts:FILE, azure:FILE or mooncake:FILE (default none)")
	f.StringVar(&l.serviceTime, "service-time", workload.DefaultServiceTime.String(), "how long a replica takes: exponential:mean=10s, constant:, lognormal:mean=10s,cv=1, or tokens:input=0.2ms,output=20ms,base=100ms of a log")
	f.DurationVar(&l.open, "open", 0, "when the first requests may come (default after --cold-start)")
	f.Var(&l.concurrency, "concurrency", "how many requests a replica works on at once; others wait at it")
	f.DurationVar(&l.timeout, "timeout", d.Timeout, "how long after it came in a request fails; 0 is never")
	f.StringVar(&l.retries, "retries", "unlimited", "how often a request that lost its replica is sent again, a number or unlimited")
	f.DurationVar(&l.retryDelay, "retry-delay", d.RetryDelay, "how long a client waits before that")
	f.Var(l.balancer, "balancer", "how requests are spread over the replicas")
	f.DurationVar(&l.sync, "sync", d.Sync, "time between two looks of the balancer at which replicas are ready; 0 lets it know at once, as one-queue always does")
	f.StringVar(&l.autoscale, "autoscale", "", "move the target with the rate of requests: qps=0.05,min=1,max=10,window=60s,up=300s,down=1200s")
	f.StringSliceVar(&l.rtt, "rtt", nil, "round trip to a region or zone, as us-east-1=12ms,us-west-2=70ms (default 0)")
}

// check returns what is wrong with the flags, before any file is read.
func (l *serviceLoad) check(cmd *cobra.Command, cold time.Duration, window hoursValue) (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if l.requests == "" {
		for _, name := range []string{"service-time", "open", "concurrency", "timeout", "retries", "retry-delay", "balancer", "sync", "autoscale", "rtt"} {
			if cmd.Flags().Changed(name) {
				wrong("--%s: needs --requests", name)
			}
		}
	}
	if !cmd.Flags().Changed("open") {
		l.open = cold
	}
	if end := time.Duration(window); cmd.Flags().Changed("open") && (l.open < 0 || l.open >= end) {
		wrong("--open %v: must be in [0s, %v), within --window", l.open, end)
	}
	l.checkService(wrong)
	if l.autoscale != "" {
		scaler, err := workload.ParseAutoscaler(l.autoscale)
		if err != nil {
			wrong("--autoscale: %w", err)
		} else {
			l.service.Autoscaler = &scaler
		}
	}
	return append(errs, l.checkRequests()...)
}

func (l *serviceLoad) checkService(wrong func(string, ...any)) {
	s := &l.service
	s.Concurrency, s.Timeout, s.RetryDelay, s.Balancer, s.Sync = int(l.concurrency), l.timeout, l.retryDelay, workload.Balancing(l.balancer.value), l.sync
	if l.retries != "unlimited" {
		var n countValue
		if err := n.Set(l.retries); err != nil || n < 0 || n > workload.Unlimited {
			wrong("--retries %q: must be a whole number in [0, %d], or unlimited", l.retries, workload.Unlimited)
		} else {
			s.Retries = int(n)
		}
	}
	bare := *s
	bare.Requests, bare.Autoscaler = nil, nil
	if errs := bare.Check(0); errs != nil {
		wrong("%w", flagErrors(errs))
	}
}

// flagErrors names the flag where errs begin with the field that it sets.
func flagErrors(errs []error) error {
	named := make([]error, len(errs))
	for n, err := range errs {
		text := flagOfPlace.Replace(err.Error())
		place, rest, _ := strings.Cut(text, ":")
		named[n] = fmt.Errorf("--%s:%s", strings.ReplaceAll(place, "_", "-"), rest)
	}
	return errors.Join(named...)
}

var flagOfPlace = strings.NewReplacer("service.autoscaler.", "autoscale: ", "service.requests.rate", "requests", "service.", "")

// checkRequests reads --requests and --service-time; files are read later.
func (l *serviceLoad) checkRequests() (errs []error) {
	serviceTime, err := workload.ParseServiceTime(l.serviceTime)
	if err != nil {
		errs = append(errs, fmt.Errorf("--service-time: %w", err))
	}
	if l.requests == "" {
		return errs
	}
	r, err := workload.ParseRequests(l.requests, openNothing)
	switch {
	case errors.Is(err, errLater):
	case err != nil:
		errs = append(errs, fmt.Errorf("--requests: %w", err))
	default:
		if len(errs) == 0 {
			r.Service = serviceTime
		}
		for _, err := range r.Check() {
			errs = append(errs, fmt.Errorf("--requests: %w", err))
		}
		l.service.Requests = &r
	}
	return errs
}

// errLater is that a file is to be read once the flags are known to be right.
var errLater = errors.New("later")

func openNothing(string) (io.ReadCloser, error) { return nil, errLater }

// use gives the service its requests, whose files it reads.
func (l *serviceLoad) use(s *scenario.Service) error {
	if l.requests == "" {
		return nil
	}
	r, err := workload.ParseRequests(l.requests, func(path string) (io.ReadCloser, error) {
		data, err := os.ReadFile(path)
		l.digest = fmt.Sprintf("%x", sha256.Sum256(data))
		return io.NopCloser(bytes.NewReader(data)), err
	})
	var errs []error
	if err != nil {
		errs = append(errs, fmt.Errorf("--requests: %w", err))
	} else {
		r.Service, _ = workload.ParseServiceTime(l.serviceTime) // checked before
		r.Opens = l.open
		for _, err := range r.Check() {
			errs = append(errs, usageError{fmt.Errorf("--requests: %w", err)})
		}
	}
	s.Service.Requests = &r
	s.Service.RoundTrip, err = roundTrips(l.rtt, s.Pools)
	return errors.Join(append(errs, err)...)
}

// roundTrips returns the time of every pool, that of its zone before that of its region.
func roundTrips(texts []string, pools []market.Pool) ([]time.Duration, error) {
	if texts == nil {
		return nil, nil
	}
	var places []string
	for _, p := range pools {
		places = append(places, p.Name.Region, p.Name.Zone)
	}
	slices.Sort(places)
	places = slices.Compact(places)
	var errs []error
	times := map[string]time.Duration{}
	for _, text := range texts {
		place, value, _ := strings.Cut(text, "=")
		d, err := time.ParseDuration(value)
		switch {
		case err != nil || d < 0:
			errs = append(errs, fmt.Errorf("--rtt %q: must be a region or zone and a duration, as us-east-1=12ms", text))
		case pools != nil && !slices.Contains(places, place):
			errs = append(errs, fmt.Errorf("--rtt %q: no zone lies in %q%s (there are: %s)", text, place, spelling.DidYouMean(place, places), strings.Join(places, ", ")))
		}
		times[place] = d
	}
	list := make([]time.Duration, len(pools))
	for n, p := range pools {
		list[n] = times[p.Name.Region]
		if d, ok := times[p.Name.Zone]; ok {
			list[n] = d
		}
	}
	if errs != nil {
		return nil, usageError{errors.Join(errs...)}
	}
	return list, nil
}

// readFiles gives the service all that the flags name files for, and checks it.
func (s *serviceRun) readFiles(cmd *cobra.Command, service *scenario.Service) error {
	service.Service.Replicas, service.Service.Gang = int(s.replicas), int(s.gang)
	service.Service.Load = rng.Duration{Shape: rng.Constant, Mean: s.cold - s.provisioning}
	warnings, err := s.market.use(service, s.provisioning)
	errs := []error{err, s.readTasks(service)}
	errs = append(errs, s.load.use(service))
	if err := errors.Join(errs...); err != nil {
		var usage usageError
		if errors.As(err, &usage) {
			return err
		}
		return inputError{err}
	}
	if errs := service.CheckLoad(); errs != nil {
		return usageError{flagErrors(errs)}
	}
	if err := service.Check(); err != nil {
		return inputError{err}
	}
	log := newLogger(cmd)
	for _, w := range append(warnings, service.Doubts()...) {
		log.Warn(w)
	}
	return nil
}

func (s *serviceRun) readTasks(service *scenario.Service) error {
	if s.taskFile == "" {
		return nil
	}
	data, err := os.ReadFile(s.taskFile)
	if err != nil {
		return fmt.Errorf("--tasks: %w", err)
	}
	service.Tasks, err = workload.ReadTasks(s.taskFile, bytes.NewReader(data), workload.Task{
		RestartOverhead: scenario.DefaultRestartOverhead, Checkpoint: scenario.DefaultCheckpoint,
	})
	if err != nil {
		return err
	}
	batch, err := batchPolicy(s.batchPolicy)
	service.Batch = &batch
	return err
}

func readPrices(file string) (*traces.PriceHistory, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("--prices: %w", err)
	}
	return traces.ReadPrices(file, bytes.NewReader(data))
}
