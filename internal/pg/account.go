package pg

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const bindAccount = "SELECT pg_catalog.set_config('polder.account_id', $1, true)"

// InAccount runs do in a transaction that is bound to the account, and commits when do
// returns nil. A rollback is not stopped by a cancelled ctx.
func InAccount(ctx context.Context, pool *pgxpool.Pool, account uuid.UUID, do func(pgx.Tx) error) error {
	return inAccount(ctx, pool, "BEGIN; "+binding(account), do)
}

// InAccountAgain is InAccount for work that is done again when it is lost: the commit does
// not wait for the disk. A crash of PostgreSQL may take back the last of these
// transactions, each of them whole, the latest first.
func InAccountAgain(ctx context.Context, pool *pgxpool.Pool, account uuid.UUID, do func(pgx.Tx) error) error {
	return inAccount(ctx, pool, "BEGIN; "+binding(account)+"; SET LOCAL synchronous_commit = off", do)
}

// InSnapshot is InAccount with one view of the data for all of do's statements: what others
// commit meanwhile is not seen, and a row that they changed cannot be locked or changed.
func InSnapshot(ctx context.Context, pool *pgxpool.Pool, account uuid.UUID, do func(pgx.Tx) error) error {
	return inAccount(ctx, pool, "BEGIN ISOLATION LEVEL REPEATABLE READ; "+binding(account), do)
}

// binding is the statement that binds a transaction; it travels with its begin. An account's
// id is safe inside a text: it is hex and dashes.
func binding(account uuid.UUID) string {
	return strings.Replace(bindAccount, "$1", "'"+account.String()+"'", 1)
}

func inAccount(ctx context.Context, pool *pgxpool.Pool, begin string, do func(pgx.Tx) error) error {
	tx, err := pool.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // no-op after Commit
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Read runs one query bound to the account, in one round trip, and hands its rows to scan, unless
// it failed before there were any: such rows have no columns that one could ask for. Binding and
// query travel in one pipeline, which PostgreSQL runs as one transaction.
func Read(ctx context.Context, pool *pgxpool.Pool, account uuid.UUID, scan func(pgx.Rows) error, sql string, args ...any) error { //nolint:revive // a query and its arguments are one thing, as in pgx
	batch := &pgx.Batch{}
	batch.Queue(bindAccount, account.String())
	batch.Queue(sql, args...).Query(func(rows pgx.Rows) error {
		if err := rows.Err(); err != nil {
			return err
		}
		return scan(rows)
	})
	return pool.SendBatch(ctx, batch).Close()
}
