package build

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
)

// EnterNew notes for an account that is about to run on another release which tables have no
// live rows of it: those that its release so far does not keep up to date. Until they are
// built nobody takes them for live, and pages by either release are admitted. It returns how
// many there are. The pool's role is admin. NotFound: the account is not on this store.
func EnterNew(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID, from, to *model.Release) (int64, error) {
	kept := map[string]bool{}
	for _, p := range from.Projections() {
		kept[p.Table] = true
	}
	var tables []string
	for _, p := range to.Projections() {
		if !kept[p.Table] {
			kept[p.Table] = true
			tables = append(tables, p.Table)
		}
	}
	var entered int64
	err := pgx.BeginFunc(ctx, admin, func(tx pgx.Tx) error {
		var live, head int64
		if _, err := tx.Exec(ctx, holdHeadSQL, account); err != nil { // appends write some of the tables
			return err
		}
		if err := tx.QueryRow(ctx, holdSQL, account).Scan(&live, &head); err != nil {
			return notHere(err, account)
		}
		tag, err := tx.Exec(ctx, enterNewSQL, account, tables)
		if err != nil {
			return err
		}
		entered = tag.RowsAffected()
		_, err = tx.Exec(ctx, admitSQL, account, from.Digest(), to.Digest())
		return err
	})
	return entered, pg.Fault(err)
}

// Heads returns how many events each of the accounts has. The pool's role is admin.
func Heads(ctx context.Context, admin *pgxpool.Pool, accounts []uuid.UUID) (map[uuid.UUID]int64, error) {
	rows, err := admin.Query(ctx, headsSQL, accounts)
	if err != nil {
		return nil, pg.Fault(err)
	}
	heads := make(map[uuid.UUID]int64, len(accounts))
	var id uuid.UUID
	var head int64
	_, err = pgx.ForEachRow(rows, []any{&id, &head}, func() error { heads[id] = head; return nil })
	return heads, pg.Fault(err)
}
