package pg

import (
	"context"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/multitracer"
	"github.com/jackc/pgx/v5/pgxpool"
)

// queue counts who waits for a connection of a pool at this moment; pgxpool itself tells only of
// those whose wait is over, and where all connections hang nobody's is. It is a tracer, because
// that is where pgxpool says that somebody asks.
type queue struct{ waiting atomic.Int64 }

// Waiting is how many wait for a connection of a pool that Open has opened.
func Waiting(pool *pgxpool.Pool) int64 {
	tracers, _ := pool.Config().ConnConfig.Tracer.(*multitracer.Tracer)
	if tracers == nil {
		return 0
	}
	for _, t := range tracers.PoolAcquireTracers {
		if q, ok := t.(*queue); ok {
			return q.waiting.Load()
		}
	}
	return 0
}

// withQueue is a queue beside the tracer, if there is one.
func withQueue(tracer pgx.QueryTracer) pgx.QueryTracer {
	if tracer == nil {
		return multitracer.New(&queue{})
	}
	return multitracer.New(tracer, &queue{})
}

// TraceAcquireStart implements pgxpool.AcquireTracer.
func (q *queue) TraceAcquireStart(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireStartData) context.Context {
	q.waiting.Add(1)
	return ctx
}

// TraceAcquireEnd implements pgxpool.AcquireTracer.
func (q *queue) TraceAcquireEnd(context.Context, *pgxpool.Pool, pgxpool.TraceAcquireEndData) {
	q.waiting.Add(-1)
}

// TraceQueryStart implements pgx.QueryTracer, which every tracer has to.
func (q *queue) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (q *queue) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
