package pg

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// lockPoll is how often whoever waits asks for a lock.
const lockPoll = 50 * time.Millisecond

// Lock takes the advisory lock for the connection's session, which has it to its end; shared is
// beside others who share it. It asks again and again instead of waiting in one statement: the
// snapshot of that would hold up the lock's owner in CREATE INDEX CONCURRENTLY for ever, and one that
// waits to have the lock alone would keep those out that share it.
func Lock(ctx context.Context, conn *pgx.Conn, lock int64, shared bool) error {
	ask := "SELECT pg_catalog.pg_try_advisory_lock($1)"
	if shared {
		ask = "SELECT pg_catalog.pg_try_advisory_lock_shared($1)"
	}
	for {
		var locked bool
		if err := conn.QueryRow(ctx, ask, lock).Scan(&locked); err != nil || locked {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockPoll):
		}
	}
}
