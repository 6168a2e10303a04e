package main

import (
	"context"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/observe"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/migrations"
)

// links holds a link to each store that the directory knows, those that are added while
// the process runs included.
type links struct {
	directory      *tenant.Directory
	pools          *tenant.Pools
	heads, applied *notify.Topic
	log            *zap.Logger
	loops          *observe.Loops

	changed chan struct{} // the directory has news
	end     context.CancelFunc
	done    sync.WaitGroup
	open    map[string]*notify.Link // by store; of the loop alone until done
}

// look says that the directory has news. It never blocks.
func (l *links) look(tenant.Account) {
	select {
	case l.changed <- struct{}{}:
	default: // one look is waiting already, and will see this too
	}
}

// accept refuses a store that answers and is of a version on which this binary does not work.
func (l *links) accept(ctx context.Context) error {
	var ids []string
	for _, store := range l.directory.Stores() {
		ids = append(ids, store.ID)
	}
	return migrations.AcceptStores(ctx, ids, func(ctx context.Context, id string) (*pgxpool.Pool, error) {
		return l.pools.Pool(ctx, id, pg.Watcher)
	})
}

// start links the known stores, and new ones until stop.
func (l *links) start(ctx context.Context) {
	l.openNew(ctx)
	running, end := context.WithCancel(context.WithoutCancel(ctx))
	l.end = end
	l.done.Add(1)
	go func() {
		defer l.done.Done()
		for {
			select {
			case <-running.Done():
				return
			case <-l.changed:
				l.openNew(running)
			}
		}
	}()
}

// openNew links the stores that have no link yet. One that cannot be used does not keep
// the others waiting; it is tried again at the next change.
func (l *links) openNew(ctx context.Context) {
	for _, store := range l.directory.Stores() {
		if l.open[store.ID] != nil {
			continue
		}
		if err := l.openOne(ctx, store.ID); err != nil {
			l.log.Error("store not linked", zap.String("store", store.ID), zap.Error(err))
		}
	}
}

func (l *links) openOne(ctx context.Context, id string) error {
	pool, err := l.pools.Pool(ctx, id, pg.Watcher)
	if err != nil {
		return err
	}
	link := notify.NewLink(notify.LinkConfig{
		Pool: pool, Heads: l.heads, Applied: l.applied, Log: l.log, Beat: l.loops.Loop("link " + id).Beat,
		Owns: func(account uuid.UUID) bool {
			a, err := l.directory.Account(account)
			return err == nil && a.StoreID == id
		},
	})
	if err := link.Start(ctx); err != nil {
		return err
	}
	l.open[id] = link
	return nil
}

func (l *links) stop() {
	if l.end != nil {
		l.end()
		l.done.Wait()
	}
	for _, link := range l.open {
		link.Stop()
	}
}
