package es

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// Config says what a store works with.
type Config struct {
	Appender *pgxpool.Pool         // role appender
	Reader   *pgxpool.Pool         // role api
	Lanes    int                   // groups in flight at once; zero: 2
	Clock    func() time.Time      // for durations in metrics; nil: time.Now
	Registry prometheus.Registerer // nil: no metrics are exported
}

// Store appends to and reads from one store. It is safe for concurrent use.
type Store struct {
	reader *pgxpool.Pool
}

// New returns a store and starts its lanes. Close it when it is no longer used.
func New(c Config) *Store {
	return &Store{reader: c.Reader}
}

// Close stores what is queued and stops the lanes. Closing twice is fine.
func (s *Store) Close() {}

// Append stores the change and returns after it is durable. The errors are *ConflictError,
// *GuardError, *CommandReusedError, *AccountError, and *fault.Error of kind Invalid or
// Unavailable; after the last the outcome may be unknown, and repeating the append with
// the same command id is safe.
func (s *Store) Append(ctx context.Context, a Append) (Result, error) {
	panic("stub")
}
