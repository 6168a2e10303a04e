package lifecycle

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
)

// guardTable is a table of guards: what a row is found by, and what it says, as texts.
type guardTable struct {
	read, put, remove string // statements
}

var guardTables = []guardTable{
	{readUniquesSQL, putUniquesSQL, removeUniquesSQL},
	{readSeriesSQL, putSeriesSQL, removeSeriesSQL},
	{readLimitsSQL, putLimitsSQL, removeLimitsSQL},
}

// guardRow is a row of any of them.
type guardRow struct{ guard, key, value string }

// compare orders by what rows are found by, byte by byte, as the statements do.
func (r guardRow) compare(other guardRow) int {
	if c := strings.Compare(r.guard, other.guard); c != 0 {
		return c
	}
	return strings.Compare(r.key, other.key)
}

// copyGuards makes the guards on the new store what they are on the old one. At first all are compared. From then on those
// are copied that were written since, so that writers do not wait the longer the more keys an account has; that some were
// removed shows in the number of rows, and has all of that table compared again.
func (m *move) copyGuards(ctx context.Context) error {
	var next string // before anything is read: what is written after it is met again
	if err := m.from.Builder.QueryRow(ctx, firstOpenSQL).Scan(&next); err != nil {
		return pg.Fault(err)
	}
	copying := m.copyTables
	if m.guardsSince != "" {
		copying = m.copyWritten
	}
	if err := copying(ctx); err != nil {
		return pg.Fault(err)
	}
	m.guardsSince = next
	return nil
}

func (m *move) copyTables(ctx context.Context) error {
	for _, table := range guardTables {
		if err := m.copyTable(ctx, table); err != nil {
			return err
		}
	}
	return nil
}

func (m *move) copyWritten(ctx context.Context) error {
	for _, table := range guardTables {
		if err := m.copyRows(ctx, table); err != nil {
			return err
		}
	}
	wanted, err := countGuards(ctx, m.from, m.account)
	if err != nil {
		return err
	}
	there, err := countGuards(ctx, m.Place, m.account)
	if err != nil {
		return err
	}
	for i, table := range guardTables {
		if wanted[i] == there[i] {
			continue
		}
		if err := m.copyTable(ctx, table); err != nil {
			return err
		}
	}
	return nil
}

// countGuards returns how many rows the account has in each of guardTables.
func countGuards(ctx context.Context, at Place, account uuid.UUID) (rows [3]int64, err error) {
	err = at.Builder.QueryRow(ctx, countGuardsSQL, account).Scan(&rows[0], &rows[1], &rows[2])
	return rows, err
}

// copyRows puts the rows of the table that were written since.
func (m *move) copyRows(ctx context.Context, table guardTable) error {
	written, err := m.from.Builder.Query(ctx, table.read, m.account, m.guardsSince)
	if err != nil {
		return err
	}
	defer written.Close()
	var d guardDiff
	for {
		r, more, err := nextGuard(written)
		if err != nil || !more {
			return errors.Join(err, d.write(ctx, m, table, 0))
		}
		d.remove(r)
		d.put(r)
		if err := d.write(ctx, m, table, guardChanges); err != nil {
			return err
		}
	}
}

// guardChanges is how many changed rows are written at once.
const guardChanges = 5000

// guardDiff is what is to be written, in columns.
type guardDiff struct {
	guards, keys, values []string // to be put
	goneGuards, goneKeys []string // to be removed; also what is put anew
}

// copyTable compares all rows of the table.
func (m *move) copyTable(ctx context.Context, table guardTable) error {
	wanted, err := m.from.Builder.Query(ctx, table.read, m.account, nil)
	if err != nil {
		return err
	}
	defer wanted.Close()
	there, err := m.Builder.Query(ctx, table.read, m.account, nil)
	if err != nil {
		return err
	}
	defer there.Close()
	var d guardDiff
	a, moreA, errA := nextGuard(wanted)
	b, moreB, errB := nextGuard(there)
	for errA == nil && errB == nil && (moreA || moreB) {
		switch c := a.compare(b); {
		case moreA && (!moreB || c < 0):
			d.put(a)
			a, moreA, errA = nextGuard(wanted)
		case !moreA || c > 0:
			d.remove(b)
			b, moreB, errB = nextGuard(there)
		default:
			if a.value != b.value {
				d.remove(b)
				d.put(a)
			}
			a, moreA, errA = nextGuard(wanted)
			b, moreB, errB = nextGuard(there)
		}
		if err := d.write(ctx, m, table, guardChanges); err != nil {
			return err
		}
	}
	if errA != nil || errB != nil {
		return errors.Join(errA, errB)
	}
	return d.write(ctx, m, table, 0)
}

func nextGuard(rows pgx.Rows) (r guardRow, more bool, err error) {
	if !rows.Next() {
		return r, false, rows.Err()
	}
	return r, true, rows.Scan(&r.guard, &r.key, &r.value)
}

func (d *guardDiff) put(r guardRow) {
	d.guards, d.keys, d.values = append(d.guards, r.guard), append(d.keys, r.key), append(d.values, r.value)
}

func (d *guardDiff) remove(r guardRow) {
	d.goneGuards, d.goneKeys = append(d.goneGuards, r.guard), append(d.goneKeys, r.key)
}

// write writes what there is when it is more than so many rows, and begins anew.
func (d *guardDiff) write(ctx context.Context, m *move, table guardTable, most int) error {
	if len(d.keys)+len(d.goneKeys) <= most {
		return nil
	}
	batch := &pgx.Batch{}
	batch.Queue(table.remove, m.account, d.goneGuards, d.goneKeys)
	batch.Queue(table.put, m.account, d.guards, d.keys, d.values)
	*d = guardDiff{}
	return m.Builder.SendBatch(ctx, batch).Close()
}
