package main

import (
	"context"
	"sync"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/observe"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
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

// start links the known stores, and new ones until stop.
func (l *links) start(ctx context.Context) error {
	if err := l.openNew(ctx); err != nil {
		return err
	}
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
				if err := l.openNew(running); err != nil {
					l.log.Error("store not linked", zap.Error(err))
				}
			}
		}
	}()
	return nil
}

func (l *links) openNew(ctx context.Context) error {
	for _, store := range l.directory.Stores() {
		if l.open[store.ID] != nil {
			continue
		}
		pool, err := l.pools.Pool(ctx, store.ID, pg.Watcher)
		if err != nil {
			return err
		}
		link := notify.NewLink(notify.LinkConfig{
			Pool: pool, Heads: l.heads, Applied: l.applied, Log: l.log, Beat: l.loops.Loop("link-" + store.ID).Beat,
			Owns: func(id uuid.UUID) bool {
				account, err := l.directory.Account(id)
				return err == nil && account.StoreID == store.ID
			},
		})
		if err := link.Start(ctx); err != nil {
			return err
		}
		l.open[store.ID] = link
	}
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
