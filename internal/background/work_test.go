package background_test

import (
	"context"
	"testing"
	"time"

	"github.com/polderhq/polder/internal/background"
)

func TestWorkGoesOnFromBeginToStop(t *testing.T) {
	t.Parallel()
	var w background.Work
	began, ended := make(chan struct{}), make(chan struct{})
	starting, cancel := context.WithCancel(t.Context())
	err := w.Begin(starting, func(ctx context.Context) {
		close(began)
		<-ctx.Done()
		close(ended)
	})
	if err != nil {
		t.Fatal(err)
	}
	<-began
	cancel() // what the start was part of has ended; the work has not
	select {
	case <-ended:
		t.Error("the work ended with the context of its start")
	case <-time.After(20 * time.Millisecond):
	}
	if err := w.Begin(t.Context(), func(context.Context) { t.Error("it runs twice") }); err == nil {
		t.Error("it may be begun twice")
	}
	w.Stop()
	select {
	case <-ended:
	default:
		t.Error("Stop does not wait for the work")
	}
	w.Stop()
}

func TestWhatHasNotBegunCanBeStopped(t *testing.T) {
	t.Parallel()
	(&background.Work{}).Stop()
}

func TestRestBeatsAndEndsWithTheWork(t *testing.T) {
	t.Parallel()
	beats := 0
	background.Rest(t.Context(), time.Millisecond, func() { beats++ })
	if beats == 0 {
		t.Error("who rests seems dead")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	began := time.Now()
	if background.Rest(ctx, time.Hour, func() {}); time.Since(began) > time.Minute {
		t.Error("who is told to end rests on")
	}
}
