package lifecycle

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

// removeRows is how many rows one transaction removes.
const removeRows = 5000

// Removed is how many rows were removed, by table.
type Removed map[string]int64

func (r Removed) total() (rows int64) {
	for _, n := range r {
		rows += n
	}
	return rows
}

// shut ends the account on a store: it takes no appends any more, and its read models have no writers. Nothing leads back.
func (r *Runner) shut(ctx context.Context, at Place, account uuid.UUID) error {
	if _, err := at.Admin.Exec(ctx, endHeadSQL, account); err != nil {
		return pg.Fault(err)
	}
	// Whoever writes read models holds the live cursor: it waits for them, and they find nothing afterwards.
	_, err := at.Builder.Exec(ctx, "DELETE FROM store.live_cursors WHERE account_id = $1", account)
	return pg.Fault(err)
}

// count adds how many rows of the account are on the store.
func (r *Runner) count(ctx context.Context, at Place, account uuid.UUID, rows Removed) error {
	tables, err := accountTables(ctx, at)
	if err != nil {
		return err
	}
	for _, table := range append(tables, "store.events", "store.account_heads") {
		var n int64
		if err := at.Builder.QueryRow(ctx, "SELECT count(*) FROM "+table+" WHERE account_id = $1", account).Scan(&n); err != nil {
			return pg.Fault(err)
		}
		if n > 0 {
			rows[table] += n
		}
	}
	return nil
}

// accountTables are the tables of the store that have rows of accounts, but those of events and heads.
func accountTables(ctx context.Context, at Place) ([]string, error) {
	rows, err := at.Builder.Query(ctx, accountTablesSQL)
	if err != nil {
		return nil, pg.Fault(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return tables, pg.Fault(err)
}

// remove takes everything of the account off a store, in small transactions: what follows from events first, then events, the head last. It
// may be cut off anywhere, and run again. From its first step on the account takes no appends there, and nothing leads back.
func (r *Runner) remove(ctx context.Context, at Place, account uuid.UUID, removed Removed) error {
	if err := r.shut(ctx, at, account); err != nil {
		return err
	}
	tables, err := accountTables(ctx, at)
	if err != nil {
		return err
	}
	m := removal{Runner: r, builder: at.Builder, account: account, removed: removed}
	if err := m.empty(ctx, tables); err != nil {
		return err
	}
	if err := m.drain(ctx, "store.events", removeEventsSQL); err != nil {
		return err
	}
	if err := m.drain(ctx, "store.account_heads", "DELETE FROM store.account_heads WHERE account_id = $1 AND $2 > 0"); err != nil {
		return err
	}
	// What was under way when the head was closed has ended by now; without a head nothing begins.
	return m.empty(ctx, tables)
}

// removal is an account that is being taken off a store.
type removal struct {
	*Runner
	builder *pgxpool.Pool
	account uuid.UUID
	removed Removed
}

func (m removal) empty(ctx context.Context, tables []string) error {
	for _, table := range tables {
		if err := m.drain(ctx, table, strings.ReplaceAll(removeSQL, "TABLE", table)); err != nil {
			return err
		}
	}
	return nil
}

// drain runs the statement until nothing of the table is left.
func (m removal) drain(ctx context.Context, table, sql string) error {
	return pg.Drain(func() (int64, error) {
		tag, err := m.builder.Exec(ctx, sql, m.account, removeRows)
		if err != nil || tag.RowsAffected() == 0 {
			return 0, pg.Fault(err)
		}
		m.removed[table] += tag.RowsAffected()
		m.told("removing rows", m.removed.total(), m.removed.total())
		return tag.RowsAffected(), m.Throttle.Take(ctx, int(tag.RowsAffected()))
	}, func() (left bool, err error) {
		err = m.builder.QueryRow(ctx, "SELECT EXISTS (SELECT FROM "+table+" WHERE account_id = $1)", m.account).Scan(&left)
		return left, pg.Fault(err)
	})
}

// Confirm ends a move: what the old store still has of the account is removed. NotFound: it was not moved. Conflict: it is not on its
// new store yet.
func (r *Runner) Confirm(ctx context.Context, account tenant.Account) (Removed, error) {
	removed := Removed{}
	return removed, r.holding(ctx, account.ID, func() error {
		w, err := r.moving(ctx, account)
		if err != nil {
			return err
		}
		if w.State != stateMoved {
			return fault.New(fault.Conflict, "Account %s is not on store %s yet: run the move again, or cancel it", account.Name, w.ToStore)
		}
		from, err := r.Places(ctx, w.FromStore)
		if err != nil {
			return err
		}
		if err := r.remove(ctx, from, account.ID, removed); err != nil {
			return err
		}
		return r.Catalog.EndWork(ctx, account.ID)
	})
}

// Cancel takes back a move that has not been made: the account stays where it is, and what was copied is removed. NotFound: nothing moves.
// Conflict: the account is on its new store already.
func (r *Runner) Cancel(ctx context.Context, account tenant.Account) (Removed, error) {
	removed := Removed{}
	return removed, r.holding(ctx, account.ID, func() error {
		w, err := r.moving(ctx, account)
		if err != nil {
			return err
		}
		if w.State == stateMoved {
			return fault.New(fault.Conflict, "Account %s is on store %s already: confirm the move, and move it back", account.Name, w.ToStore)
		}
		m, err := r.newMove(ctx, account, w)
		if err != nil {
			return err
		}
		if err := m.unfence(ctx, w); err != nil {
			return err
		}
		if err := r.remove(ctx, m.Place, account.ID, removed); err != nil {
			return err
		}
		return r.Catalog.EndWork(ctx, account.ID)
	})
}

func (r *Runner) moving(ctx context.Context, account tenant.Account) (tenant.Work, error) {
	w, err := r.Catalog.Work(ctx, account.ID)
	if fault.Is(err, fault.NotFound) || err == nil && w.Kind != "move" {
		return w, fault.New(fault.NotFound, "No move of account %s is under way", account.Name)
	}
	return w, err
}
