package faults

import (
	"context"
	"math/rand/v2"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// heldHead locks the heads of some accounts, as a committer does that takes its time.
func heldHead() *fault {
	return &fault{name: "a committer takes its time", promise: "other accounts' appends do not wait", parts: []string{heads}, stretch: 1,
		begin: func(ctx context.Context, p *place, dice *rand.Rand) (func(context.Context) error, error) {
			return p.transaction(ctx, "SELECT FROM store.account_heads WHERE account_id = ANY ($1) FOR UPDATE", p.some(dice))
		}}
}

// longTransaction keeps a snapshot and a transaction id, as a report or a forgotten session does.
func longTransaction() *fault {
	return &fault{name: "a long transaction", promise: "all goes on", parts: []string{heads}, stretch: 2,
		begin: func(ctx context.Context, p *place, _ *rand.Rand) (func(context.Context) error, error) {
			return p.transaction(ctx, "SELECT pg_current_xact_id(), count(*) FROM store.events")
		}}
}

// clockBack leaves heads as they are when the server's clock was an hour ahead and has been put
// right: with a last event in the future. The clock itself is left alone: it is the machine's,
// and the binaries read it past libc, where nothing can stand in for it.
func clockBack() *fault {
	return &fault{name: "the clock goes back an hour", promise: "the time of an account's events does not", parts: []string{heads}, stretch: 0.5,
		begin: func(ctx context.Context, p *place, dice *rand.Rand) (func(context.Context) error, error) {
			end, err := p.transaction(ctx, "UPDATE store.account_heads SET commit_time = greatest(clock_timestamp(), commit_time) + interval '1 hour' WHERE account_id = ANY ($1)", p.some(dice))
			if err != nil {
				return nil, err
			}
			return nothing, end(ctx)
		}}
}

// some are the ids of up to three accounts.
func (p *place) some(dice *rand.Rand) []uuid.UUID {
	var ids []uuid.UUID
	for range 3 {
		ids = append(ids, p.accounts[dice.IntN(len(p.accounts))].ID)
	}
	return ids
}

// transaction begins one as a superuser; the end commits it, or finds that it has gone with the
// server.
func (p *place) transaction(ctx context.Context, sql string, args ...any) (end func(context.Context) error, err error) {
	var conn *pgx.Conn
	err = eventually(ctx, func() error {
		if conn, err = pgx.Connect(ctx, p.URL()); err != nil {
			return err
		}
		if _, err = conn.Exec(ctx, "BEGIN ISOLATION LEVEL READ COMMITTED"); err == nil {
			_, err = conn.Exec(ctx, sql, args...)
		}
		if err != nil {
			_ = conn.Close(ctx)
		}
		return err
	})
	return func(ctx context.Context) error {
		_, _ = conn.Exec(ctx, "COMMIT") // it may have gone with the server
		_ = conn.Close(ctx)
		return nil
	}, err
}
