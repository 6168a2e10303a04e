package notify

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"
)

// LinkConfig says which topics to connect through which store.
type LinkConfig struct {
	Pool    *pgxpool.Pool        // of the store, role watcher
	Heads   *Topic               // accounts' last stored events
	Applied *Topic               // accounts' last events in their live projections
	Owns    func(uuid.UUID) bool // whether the account is on this store; nil: all are. Matters with several stores
	Poll    time.Duration        // zero: 500 ms
	Log     *zap.Logger          // nil: none
}

// Link connects a process's topics with those of other processes on the same store.
type Link struct{}

// NewLink returns a link; Start connects it.
func NewLink(c LinkConfig) *Link { panic("stub") }

// Start begins to listen, notify and poll. It does not wait for the store, which may be away.
func (l *Link) Start(ctx context.Context) error { panic("stub") }

// Stop disconnects and returns when nothing of the link runs any more. Stopping twice is fine.
func (l *Link) Stop() { panic("stub") }
