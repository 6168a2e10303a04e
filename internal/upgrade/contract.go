package upgrade

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
)

const (
	contractRows   = 5000 // that one transaction removes
	contractTables = 50   // that it does so of
)

// Contract ends an account's time between two releases: it stays on Keep, and what it has of
// the others alone goes. After a switch that gives up the way back; before one it gives up the
// way on. It may be cut off at any time, and run again.
type Contract struct {
	AccountID uuid.UUID
	Keep      *model.Release
	Leave     []*model.Release // those that it came from, or was about to go to
}

// Run returns how many rows it has removed. The pools' roles are admin and builder. Conflict: the
// account is not on Keep.
func (c Contract) Run(ctx context.Context, admin, builder *pgxpool.Pool) (removed int64, err error) {
	tables := c.tables()
	err = Move{AccountID: c.AccountID}.inMove(ctx, admin, func(tx pgx.Tx, s standing) error {
		if !s.on(c.Keep) {
			return fault.New(fault.Conflict, "The account runs on another release than the one to keep")
		}
		// Not live from now on: nobody reads what is about to go.
		if _, err := tx.Exec(ctx, notLiveSQL, c.AccountID, tables); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, leaveSQL, c.AccountID)
		return err
	})
	if err != nil {
		return 0, err
	}
	if removed, err = c.emptyAll(ctx, builder, tables); err != nil {
		return removed, pg.Fault(err)
	}
	return removed, c.forget(ctx, builder, tables)
}

// emptyAll removes the account's rows of the tables. Most of many tables have none or few: these go
// together.
func (c Contract) emptyAll(ctx context.Context, builder *pgxpool.Pool, tables []string) (removed int64, err error) {
	occupied, err := c.occupied(ctx, builder, tables)
	if err != nil {
		return 0, err
	}
	for some := range slices.Chunk(occupied, contractTables) {
		batch := &pgx.Batch{}
		for _, table := range some {
			batch.Queue(removeSQL(table), c.AccountID, contractRows/contractTables).Exec(func(tag pgconn.CommandTag) error {
				removed += tag.RowsAffected()
				return nil
			})
		}
		if err := builder.SendBatch(ctx, batch).Close(); err != nil {
			return removed, err
		}
	}
	if occupied, err = c.occupied(ctx, builder, occupied); err != nil {
		return removed, err
	}
	for _, table := range occupied {
		n, err := c.empty(ctx, builder, table)
		removed += n
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}

// occupied returns those of the tables that have rows of the account, in their order.
func (c Contract) occupied(ctx context.Context, builder *pgxpool.Pool, tables []string) ([]string, error) {
	have, err := projection.Occupied(ctx, builder, c.AccountID, tables)
	return slices.DeleteFunc(slices.Clone(tables), func(table string) bool { return !have[table] }), err
}

// removeSQL removes rows of the table: $1 account, $2 at most so many.
func removeSQL(table string) string {
	name := pgx.Identifier{projection.Schema, table}.Sanitize()
	return "DELETE FROM " + name + " WHERE account_id = $1 AND key IN (SELECT key FROM " + name + " WHERE account_id = $1 ORDER BY key LIMIT $2)"
}

// tables are those that only the releases to leave have.
func (c Contract) tables() []string {
	var tables []string
	seen := map[string]bool{}
	for _, leave := range c.Leave {
		for _, table := range without(leave, c.Keep) {
			if !seen[table] {
				seen[table] = true
				tables = append(tables, table)
			}
		}
	}
	return tables
}

// empty removes the account's rows of the table in small transactions, until it has seen that none is left.
func (c Contract) empty(ctx context.Context, builder *pgxpool.Pool, table string) (removed int64, err error) {
	err = pg.Drain(func() (int64, error) {
		tag, err := builder.Exec(ctx, removeSQL(table), c.AccountID, contractRows)
		removed += tag.RowsAffected()
		return tag.RowsAffected(), err
	}, func() (bool, error) {
		have, err := projection.Occupied(ctx, builder, c.AccountID, []string{table})
		return have[table], err
	})
	return removed, err
}

func (c Contract) forget(ctx context.Context, builder *pgxpool.Pool, tables []string) error {
	batch := &pgx.Batch{}
	batch.Queue(forgetSQL, c.AccountID, tables)
	for _, leave := range c.Leave {
		if leave.Digest() != c.Keep.Digest() {
			batch.Queue(forgetStatesSQL, c.AccountID, leave.Digest())
		}
	}
	return pg.Fault(builder.SendBatch(ctx, batch).Close())
}
