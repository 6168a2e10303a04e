package pg_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
)

// counter is a tracer as another package brings it.
type counter struct{ statements int }

func (c *counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.statements++
	return ctx
}

func (c *counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// Whoever waits for a connection is counted while he waits, whether or not statements are traced.
func TestWhoWaitsForAConnectionIsCounted(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	traced := &counter{}
	for _, tracer := range []pgx.QueryTracer{nil, traced} {
		pool, err := pg.Open(t.Context(), pg.Config{URL: db.URL, Role: pg.API, MaxConnections: 1, Name: "test", Tracer: tracer})
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close()
		held, err := pool.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n := pg.Waiting(pool); n != 0 {
			t.Errorf("%d wait for a connection that is free", n)
		}
		ended := make(chan error)
		go func() {
			_, err := pool.Exec(t.Context(), "SELECT 1")
			ended <- err
		}()
		for deadline := time.Now().Add(20 * time.Second); pg.Waiting(pool) != 1; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%d wait, want 1", pg.Waiting(pool))
			}
		}
		held.Release()
		if err := <-ended; err != nil || pg.Waiting(pool) != 0 {
			t.Errorf("%v, and %d wait", err, pg.Waiting(pool))
		}
	}
	if traced.statements == 0 {
		t.Error("statements are not traced beside the queue")
	}
}
