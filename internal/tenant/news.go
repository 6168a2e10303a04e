package tenant

import (
	"context"
	"crypto/sha256"

	"github.com/google/uuid"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

const lastChangeSQL = "SELECT last FROM catalog.change_counter"

// news is what has changed in the catalog up to a change number.
type news struct {
	all      bool // everything, not only what is new
	change   int64
	stores   []Store
	accounts []Account
	keys     []apiKey
}

// apiKey is what checking a token needs.
type apiKey struct {
	id        string
	accountID uuid.UUID
	hash      [sha256.Size]byte
	roles     []string
	revoked   bool
}

// readNews returns what has changed since the number, nil when nothing has. The counter is
// read first: rows that change afterwards are seen now and again next time, and not missed.
// A counter that has gone back belongs to a catalog that was restored; all is read anew.
func readNews(ctx context.Context, pool *pgxpool.Pool, since int64, keys bool) (*news, error) {
	var n news
	if err := pool.QueryRow(ctx, lastChangeSQL).Scan(&n.change); err != nil {
		return nil, err
	}
	if n.change == since {
		return nil, nil
	}
	if n.change < since {
		since, n.all = 0, true
	}
	batch := &pgx.Batch{}
	batch.Queue(storesSinceSQL, since).Query(into(&n.stores, pgx.RowToStructByPos[Store]))
	batch.Queue(accountsSinceSQL, since).Query(into(&n.accounts, scanAccount))
	if keys {
		batch.Queue(keysSinceSQL, since).Query(into(&n.keys, scanAPIKey))
	}
	return &n, pool.SendBatch(ctx, batch).Close()
}

func into[T any](list *[]T, scan pgx.RowToFunc[T]) func(pgx.Rows) error {
	return func(rows pgx.Rows) (err error) {
		*list, err = pgx.CollectRows(rows, scan)
		return err
	}
}

func scanAPIKey(row pgx.CollectableRow) (apiKey, error) {
	var k apiKey
	var hash []byte
	err := row.Scan(&k.id, &k.accountID, &hash, &k.roles, &k.revoked)
	if err == nil && copy(k.hash[:], hash) != sha256.Size {
		k.revoked = true // a hash of another length matches no secret
	}
	return k, err
}

// startFault says what an operator does about a catalog that a process cannot start on.
func startFault(err error) error {
	switch pg.Code(err) {
	case pgerrcode.UndefinedTable, pgerrcode.InvalidSchemaName, pgerrcode.UndefinedColumn:
		return fault.Wrap(err, fault.Unavailable, "The catalog is not migrated; run admin migrate up")
	case pgerrcode.InsufficientPrivilege, pgerrcode.InvalidParameterValue:
		return fault.Wrap(err, fault.Internal, "The login may not read the catalog in its role")
	}
	if pg.Away(err) {
		return fault.Wrap(err, fault.Unavailable, "The catalog cannot be reached").After(movingRetryAfter)
	}
	return err
}
