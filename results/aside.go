package results

// batch is how many runs go to an aside at a time.
const batch = 256

// aside is a sink that writes on a goroutine of its own, a few batches behind at most. The
// runs it is given must not change any more.
type aside struct {
	to      sink
	pending []*Run
	batches chan []*Run
	ended   chan error // the first error, or nil, when all is written
}

func newAside(to sink) *aside {
	a := &aside{to: to, batches: make(chan []*Run, 4), ended: make(chan error, 1)}
	go a.write()
	return a
}

func (a *aside) write() {
	var failed error
	for runs := range a.batches {
		for _, r := range runs {
			if failed == nil {
				failed = a.to.Add(r)
			}
		}
	}
	a.ended <- failed
}

// Add hands a run on. An error in writing it comes from Close.
func (a *aside) Add(r *Run) error {
	if a.pending = append(a.pending, r); len(a.pending) == batch {
		a.flush()
	}
	return nil
}

func (a *aside) flush() {
	a.batches <- a.pending
	a.pending = nil
}

// Close writes the rest.
func (a *aside) Close() error {
	if err := a.stop(); err != nil {
		return err
	}
	return a.to.Close()
}

// stop waits for all that was handed on. It is called once, by Close or instead of it.
func (a *aside) stop() error {
	a.flush()
	close(a.batches)
	return <-a.ended
}
