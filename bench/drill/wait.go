package drill

import (
	"context"
	"fmt"
	"time"
)

const (
	startTimeout = 2 * time.Minute
	// Poll is how often to look at what sends no signal.
	Poll = 50 * time.Millisecond
)

// Until waits for what is on its way.
func Until(ctx context.Context, what string, done func() (bool, error)) error {
	for end := time.Now().Add(startTimeout); ; {
		ok, err := done()
		if ok || err != nil {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("waited %s in vain for %s", startTimeout, what)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(Poll):
		}
	}
}

// CaughtUp waits until all events of all accounts are applied.
func (s *Site) CaughtUp(ctx context.Context) error {
	began := time.Now()
	for {
		var left int64
		err := s.Pool.QueryRow(ctx, `SELECT coalesce(sum(h.sequence_number - c.sequence_number), 0)::bigint
			FROM store.account_heads h JOIN store.live_cursors c USING (account_id)`).Scan(&left)
		if err == nil && left == 0 {
			s.Say("all events are applied, after %.0f s", time.Since(began).Seconds())
			return nil
		}
		if time.Since(began) > 5*startTimeout {
			return fmt.Errorf("%d events are not applied after %s (%w)", left, time.Since(began).Round(time.Second), err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d events are not applied: %w", left, ctx.Err())
		case <-time.After(4 * Poll):
		}
	}
}
