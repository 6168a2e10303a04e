package lifecycle

import (
	"context"
	"errors"
	"strings"

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

// copyGuards makes the guards on the new store what they are on the old one. What is the same already is only compared, so
// that little is left to be written when writers wait.
func (m *move) copyGuards(ctx context.Context) error {
	for _, table := range guardTables {
		if err := m.copyTable(ctx, table); err != nil {
			return pg.Fault(err)
		}
	}
	return nil
}

// guardChanges is how many changed rows are written at once.
const guardChanges = 5000

// guardDiff is what is to be written, in columns.
type guardDiff struct {
	guards, keys, values []string // to be put
	goneGuards, goneKeys []string // to be removed; also what is put anew
}

func (m *move) copyTable(ctx context.Context, table guardTable) error {
	wanted, err := m.from.Builder.Query(ctx, table.read, m.account)
	if err != nil {
		return err
	}
	defer wanted.Close()
	there, err := m.Builder.Query(ctx, table.read, m.account)
	if err != nil {
		return err
	}
	defer there.Close()
	var d guardDiff
	write := func(most int) error {
		if len(d.keys)+len(d.goneKeys) <= most {
			return nil
		}
		err := d.write(ctx, m, table)
		d = guardDiff{}
		return err
	}
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
		if err := write(guardChanges); err != nil {
			return err
		}
	}
	if errA != nil || errB != nil {
		return errors.Join(errA, errB)
	}
	return write(0)
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

func (d *guardDiff) write(ctx context.Context, m *move, table guardTable) error {
	batch := &pgx.Batch{}
	batch.Queue(table.remove, m.account, d.goneGuards, d.goneKeys)
	batch.Queue(table.put, m.account, d.guards, d.keys, d.values)
	return m.Builder.SendBatch(ctx, batch).Close()
}
