package main

import (
	"context"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/observe"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/query"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/tracing"
	"github.com/polderhq/polder/migrations"
)

// stores opens an event store, and a link for its wake-ups, per store of the catalog.
type stores struct {
	directory *tenant.Directory
	pools     *tenant.Pools
	heads     *notify.Topic
	applied   *notify.Topic
	registry  *prometheus.Registry
	loops     *observe.Loops
	log       *zap.Logger
	traces    *tracing.Tracing

	mu   sync.Mutex
	open map[string]*openStore
}

type openStore struct {
	events *es.Store
	link   *notify.Link
}

// get returns the event store of the id; it is opened when it is first asked for, which
// connects to nothing yet.
func (s *stores) get(ctx context.Context, id string) (*es.Store, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.open[id]; known != nil {
		return known.events, nil
	}
	appender, err := s.pools.Pool(ctx, id, pg.Appender)
	if err != nil {
		return nil, err
	}
	reader, err := s.pools.Pool(ctx, id, pg.API)
	if err != nil {
		return nil, err
	}
	link, err := s.link(ctx, id)
	if err != nil {
		return nil, err
	}
	registry := prometheus.WrapRegistererWith(prometheus.Labels{"store": id}, s.registry)
	opened := &openStore{events: es.New(es.Config{Appender: appender, Reader: reader, Registry: registry, Tracing: s.traces}), link: link}
	s.open[id] = opened
	return opened.events, nil
}

func (s *stores) link(ctx context.Context, id string) (*notify.Link, error) {
	watcher, err := s.pools.Pool(ctx, id, pg.Watcher)
	if err != nil {
		return nil, err
	}
	link := notify.NewLink(notify.LinkConfig{
		Pool: watcher, Heads: s.heads, Applied: s.applied, Log: s.log, Beat: s.loops.Loop("link " + id).Beat,
		Owns: func(account uuid.UUID) bool {
			a, err := s.directory.Account(account)
			return err == nil && a.StoreID == id
		},
	})
	return link, link.Start(ctx)
}

// accept refuses a store of a version on which this binary does not work.
func (s *stores) accept(ctx context.Context) error {
	var ids []string
	for _, store := range s.directory.Stores() {
		ids = append(ids, store.ID)
	}
	return migrations.AcceptStores(ctx, ids, func(ctx context.Context, id string) (*pgxpool.Pool, error) {
		return s.pools.Pool(ctx, id, pg.Watcher)
	})
}

// openAll opens the stores that the catalog knows.
func (s *stores) openAll(ctx context.Context) error {
	for _, store := range s.directory.Stores() {
		if _, err := s.get(ctx, store.ID); err != nil {
			return err
		}
	}
	return nil
}

// close closes what was opened. Appends under way are finished.
func (s *stores) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, opened := range s.open {
		opened.events.Close()
		opened.link.Stop()
	}
	clear(s.open)
}

// Pool returns the pool of the role on the store, which is opened with all that belongs to
// it: who waits for a read model there must hear of what other processes do.
func (s *stores) Pool(ctx context.Context, id string, role pg.Role) (*pgxpool.Pool, error) {
	if _, err := s.get(ctx, id); err != nil {
		return nil, err
	}
	return s.pools.Pool(ctx, id, role)
}

// cursors returns how far the account's read models show its events.
func (s *stores) cursors(ctx context.Context, a tenant.Account) (query.Cursors, error) {
	pool, err := s.Pool(ctx, a.StoreID, pg.API)
	if err != nil {
		return query.Cursors{}, err
	}
	return query.ReadCursors(ctx, pool, a.ID)
}
