package main

import (
	"context"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tracing"
)

// Load balancers would take all processes out of service at once, if being busy were not being ready.
func TestItIsReadyWhileRequestsWaitForConnections(t *testing.T) {
	t.Parallel()
	db := newDatabase(t)
	traces, err := tracing.Start(t.Context(), "", name, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer traces.Stop()
	config, err := FromEnvironment(func(name string) string { return map[string]string{"POLDER_CATALOG_URL": db.URL}[name] })
	if err != nil {
		t.Fatal(err)
	}
	p := newProcess(config, outside{catalog: db.Pool(t, pg.API), log: zap.NewNop(), traces: traces})
	defer p.stop()
	if err := p.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, role := range []pg.Role{pg.API, pg.Appender} {
		pool, err := p.stores.Pool(t.Context(), "main", role)
		if err != nil {
			t.Fatal(err)
		}
		for range pool.Config().MaxConns {
			conn, err := pool.Acquire(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Release()
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := p.pools.Ready(ctx); err != nil {
		t.Error(err)
	}
}
