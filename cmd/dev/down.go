package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/polderhq/polder/internal/pgserver"
)

// downTimeout bounds how long an `up` may take to stop its parts.
const downTimeout = time.Minute

// down ends the `up` of the folder and waits for it. After one that was killed it ends
// what that left behind.
func down(ctx context.Context, c config) error {
	if _, err := os.Stat(c.Dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, downTimeout)
	defer cancel()
	lock, err := c.lock()
	for ; errors.Is(err, errRunning); lock, err = c.lock() {
		if err := c.askToStop(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("what runs in %s does not stop: %w", c.Dir, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
	if err != nil {
		return err
	}
	defer lock.Close()
	s, err := c.readState()
	if err != nil {
		return err
	}
	killStale(c, s.Children)
	return errors.Join(pgserver.StopDir(ctx, c.path("pg")), c.writeState(state{}))
}

func (c config) askToStop() error {
	s, err := c.readState()
	if err != nil || s.PID == 0 {
		return err // not written yet, or just ended
	}
	if err := syscall.Kill(s.PID, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("process %d: %w", s.PID, err)
	}
	return nil
}

// clean stops what runs in the folder and removes all data, the tests' server included.
func clean(ctx context.Context, c config) error {
	if err := down(ctx, c); err != nil {
		return err
	}
	for _, cluster := range []string{"pg", "test-pg"} {
		if err := pgserver.RemoveDir(ctx, c.path(cluster)); err != nil {
			return err
		}
	}
	return os.RemoveAll(c.Dir)
}
