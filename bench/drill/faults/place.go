package faults

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/polderhq/polder/bench/drill"
	"github.com/polderhq/polder/test/history"
	"github.com/polderhq/polder/test/traffic"
)

// errSkipped says that a fault is not possible here, which was told before.
var errSkipped = errors.New("not possible here")

// place is the installation that faults happen to.
type place struct {
	*drill.Site
	settings
	disk     *disk // nil: none could be mounted
	accounts []traffic.Account
	load     *traffic.Traffic
	recorder *history.Recorder
	parts    map[string]*sync.Mutex

	mu     sync.Mutex
	spans  []span
	starts []time.Duration // of processes, until they served
	failed []string        // what could not be begun or ended
}

// span is a fault that happened, by the recorder's time.
type span struct {
	fault    string
	from, to time.Duration
}

// lane has the events happen one after another, and begins none after the end.
func (p *place) lane(ctx context.Context, n int, end time.Time) {
	for e := range lane(n, schedule(p.seed, p.longest(), catalogue())) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(e.pause):
		}
		if time.Now().After(end) {
			return
		}
		if err := p.happens(ctx, e); err != nil && ctx.Err() == nil {
			p.mu.Lock()
			p.failed = append(p.failed, fmt.Sprintf("%s: %v", e.fault.name, err))
			p.mu.Unlock()
			p.Say("%s: %v", e.fault.name, err)
		}
	}
}

// happens begins the fault and ends it.
func (p *place) happens(ctx context.Context, e event) error {
	for _, part := range e.fault.parts {
		p.parts[part].Lock()
		defer p.parts[part].Unlock()
	}
	s := span{fault: e.fault.name, from: p.recorder.Now()}
	p.Say("%s, for %.1f s", e.fault.name, e.lasts.Seconds())
	end, err := e.fault.begin(ctx, p, e.dice)
	if errors.Is(err, errSkipped) {
		return nil
	}
	if err == nil {
		select {
		case <-ctx.Done():
		case <-time.After(e.lasts):
		}
		err = end(context.WithoutCancel(ctx))
	}
	s.to = p.recorder.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spans = append(p.spans, s)
	return err
}

// start starts the process, and notes how long it took to serve.
func (p *place) start(ctx context.Context, process *drill.Process) error {
	began := time.Now()
	err := process.Start(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.starts = append(p.starts, time.Since(began))
	return err
}

// repeatedly does it with pauses until the end that it returns, which waits and tells an error.
func (p *place) repeatedly(do func(context.Context) error, pause time.Duration) (end func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		var err error
		for err == nil && ctx.Err() == nil {
			if err = do(context.WithoutCancel(ctx)); err != nil {
				break
			}
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
		}
		done <- err
	}()
	return func(context.Context) error { cancel(); return <-done }
}

// eventually does it until it goes well: PostgreSQL may be away because of another fault.
func eventually(ctx context.Context, do func() error) error {
	var last error
	err := drill.Until(ctx, "PostgreSQL", func() (bool, error) { last = do(); return last == nil, nil })
	if err != nil {
		return fmt.Errorf("%w: %w", err, last)
	}
	return nil
}
