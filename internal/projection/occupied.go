package projection

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
)

// occupiedTables is how many tables one statement asks: it takes a lock on each of them and its indexes.
const occupiedTables = 100

// Occupied returns those of the tables that have a row of the account. It asks many tables in one
// statement, which is prepared once for the same tables in the same order. The role of q sees
// all accounts, or q is a transaction that is bound to the account.
func Occupied(ctx context.Context, q es.Querier, account uuid.UUID, tables []string) (map[string]bool, error) {
	found := map[string]bool{}
	for chunk := range slices.Chunk(tables, occupiedTables) {
		rows, err := q.Query(ctx, occupiedSQL(chunk), account)
		if err != nil {
			return nil, err
		}
		var i int
		if _, err = pgx.ForEachRow(rows, []any{&i}, func() error { found[chunk[i]] = true; return nil }); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// occupiedSQL gives the places of the tables that have a row: $1 account.
func occupiedSQL(tables []string) string {
	each := make([]string, len(tables))
	for i, table := range tables {
		each[i] = fmt.Sprintf("SELECT %d WHERE EXISTS (SELECT FROM %s.%s WHERE account_id = $1)", i, Schema, Quote(table))
	}
	return strings.Join(each, "\nUNION ALL ")
}
