package background

import (
	"context"
	"errors"
	"sync"
	"time"
)

// beatEvery is how often a worker that rests shows that it lives.
const beatEvery = 5 * time.Second

// Work is one goroutine from Begin to Stop. The zero value has not begun.
type Work struct {
	stop    sync.Once
	running sync.WaitGroup
	ctx     context.Context
	end     context.CancelFunc
}

// Begin runs do until it returns, which it does when its context ends: with Stop, and not before.
// ctx carries values only. It is an error to begin twice.
func (w *Work) Begin(ctx context.Context, do func(ctx context.Context)) error {
	if w.ctx != nil {
		return errors.New("the worker was started before")
	}
	w.ctx, w.end = context.WithCancel(context.WithoutCancel(ctx))
	w.running.Go(func() { do(w.ctx) })
	return nil
}

// Stop gives up what is at hand and returns when nothing of the work runs any more. Stopping
// twice, or what has not begun, is fine.
func (w *Work) Stop() {
	w.stop.Do(func() {
		if w.ctx != nil {
			w.end()
			w.running.Wait()
		}
	})
}

// Rest waits, or until ctx ends, and calls beat at once and now and then.
func Rest(ctx context.Context, d time.Duration, beat func()) {
	end := time.NewTimer(d)
	defer end.Stop()
	again := time.NewTicker(beatEvery)
	defer again.Stop()
	for {
		beat()
		select {
		case <-ctx.Done():
			return
		case <-end.C:
			return
		case <-again.C:
		}
	}
}
