package projection

import (
	"cmp"
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/polderhq/polder/internal/model"
)

// follow is a way on which rows copy values: by one of their refs, from the rows of helpers.
// What a row shows is the helper row's current value, or there is a fan-out job that takes
// the value there.
type follow struct {
	target  *Target
	ref     Column
	helpers []*Target // one per type that the ref can point to
	copies  []copied
	level   int    // 1: the copied values are no copies themselves
	start   string // the statement that starts fan-outs
	batch   string // the statement that reads a batch of a fan-out
}

// copied is one column that is kept in step.
type copied struct {
	column Column
	from   string // column of the helpers
	own    string // column whose value goes first; empty: none
}

func byLevel(a, b *follow) int { return cmp.Compare(a.level, b.level) }

// addFollows finds the ways on which the target copies. Columns that come by the same ref
// from the same helpers share one.
func (p *Plan) addFollows(t *Target) {
	for i := range t.Projection.Columns {
		c := &t.Projection.Columns[i]
		if c.Copy == nil {
			continue
		}
		column, _ := t.Table.Column(c.Name)
		f := t.follow(p, c.Copy)
		f.copies = append(f.copies, copied{column: column, from: c.Copy.Column, own: c.Own})
	}
}

func (t *Target) follow(p *Plan, hop *model.Hop) *follow {
	for _, f := range t.follows {
		if f.ref.Name == hop.Ref {
			return f // a ref has one list of helpers
		}
	}
	f := &follow{target: t}
	f.ref, _ = t.Table.Column(hop.Ref)
	for _, name := range hop.Helpers {
		f.helpers = append(f.helpers, p.byTable[t.Projection.Release().Projection(name).Table])
	}
	f.write()
	t.follows = append(t.follows, f)
	return f
}

// write makes the statements. The table's index on the ref serves both; that the first one asks for a range and an order, and for OFFSET 0,
// leaves a planner who knows nothing of the table no other way (see loadSQL).
func (f *follow) write() {
	table := f.target.Table
	f.start = fmt.Sprintf(`INSERT INTO store.fan_outs AS f (account_id, table_name, ref, source_key)
SELECT $1, $2, $3, k.key FROM unnest($4::uuid[]) AS k (key)
WHERE $5 OR EXISTS (SELECT 1 FROM %[1]s t WHERE t.account_id = $1 AND t.%[2]s BETWEEN k.key AND k.key ORDER BY t.%[2]s OFFSET 0)
ON CONFLICT (account_id, table_name, ref, source_key) DO UPDATE SET position = NULL, rows_done = 0
WHERE f.account_id = $1`, table.Quoted(), Quote(f.ref.SQL))
	f.batch = table.selectSQL() + fmt.Sprintf(" WHERE account_id = $1 AND %s = $2 AND key > $3 ORDER BY key LIMIT $4", Quote(f.ref.SQL))
}

// depth is one more than the deepest of the copies that it copies. A model's paths are
// finite; most bounds the search all the same.
func (f *follow) depth(most int) int {
	deepest := 0
	if most == 0 {
		return 1
	}
	for _, c := range f.copies {
		for _, helper := range f.helpers {
			for _, further := range helper.follows {
				if further.copiesInto(c.from) {
					deepest = max(deepest, further.depth(most-1))
				}
			}
		}
	}
	return deepest + 1
}

func (f *follow) copiesInto(column string) bool {
	for _, c := range f.copies {
		if c.column.Name == column {
			return true
		}
	}
	return false
}

// source returns the key of the row that the row copies from, false when it names none.
func (f *follow) source(row *model.Row) (uuid.UUID, bool) {
	if row == nil {
		return uuid.Nil, false
	}
	key, ok := row.Values[f.ref.Name].(uuid.UUID)
	return key, ok
}

// resolve gives the changed rows of the target the values that they copy.
func (f *follow) resolve(ctx context.Context, w *writer, d *delta) error {
	wanted := f.wanted(w, d)
	if len(wanted) == 0 {
		return nil
	}
	rows, err := f.lookUp(ctx, w, wanted)
	if err != nil {
		return err
	}
	for _, r := range wanted {
		key, _ := f.source(r.after)
		f.set(r.after, rows[key])
	}
	return nil
}

// wanted are the rows whose copies may differ from what stands in them: new ones, those that
// name another source now, and those whose source changes along with them.
func (f *follow) wanted(w *writer, d *delta) []*rowChange {
	var wanted []*rowChange
	for _, key := range d.keys {
		r := d.rows[key]
		if r.after == nil {
			continue
		}
		before, had := f.source(r.before)
		after, has := f.source(r.after)
		if r.before == nil || r.refresh == f || had != has || before != after || f.ownChanged(r) || has && f.touched(w, after) {
			wanted = append(wanted, r)
		}
	}
	return wanted
}

func (f *follow) ownChanged(r *rowChange) bool {
	for _, c := range f.copies {
		if c.own != "" && !sameValue(r.before, r.after, c.own) {
			return true
		}
	}
	return false
}

func (f *follow) touched(w *writer, key uuid.UUID) bool {
	for _, helper := range f.helpers {
		if d := w.deltas[helper]; d != nil && d.rows[key] != nil {
			return true
		}
	}
	return false
}

// lookUp returns the sources' rows as they will be: those that change in this transaction
// from memory, the others from their tables.
func (f *follow) lookUp(ctx context.Context, w *writer, wanted []*rowChange) (map[uuid.UUID]*model.Row, error) {
	found := map[uuid.UUID]*model.Row{}
	var missing []uuid.UUID
	for _, r := range wanted {
		key, ok := f.source(r.after)
		if _, known := found[key]; known || !ok {
			continue
		}
		found[key] = nil
		if row := f.inMemory(w, key); row != nil {
			found[key] = row
			continue
		}
		missing = append(missing, key)
	}
	if len(missing) == 0 {
		return found, nil
	}
	batch := &pgx.Batch{}
	for _, helper := range f.helpers {
		batch.Queue(helper.load, w.account, missing).Query(helper.scan(func(row *model.Row) { found[row.Key] = row }))
	}
	return found, w.tx.SendBatch(ctx, batch).Close()
}

func (f *follow) inMemory(w *writer, key uuid.UUID) *model.Row {
	for _, helper := range f.helpers {
		if d := w.deltas[helper]; d != nil && d.rows[key] != nil {
			return d.rows[key].after
		}
	}
	return nil
}

// set writes the copied values of the source's row, nil when there is none, into the row.
func (f *follow) set(row, source *model.Row) {
	for _, c := range f.copies {
		from, at := source, c.from
		if c.own != "" && row.Values[c.own] != nil {
			from, at = row, c.own
		}
		var value, currency any
		if from != nil {
			value, currency = from.Values[at], from.Values[at+currencySuffix]
		}
		row.Values[c.column.Name] = value
		if c.column.Currency != "" {
			row.Values[c.column.Name+currencySuffix] = currency
		}
	}
}

// startFanOuts leaves a job for each changed row of a helper whose values others keep. The
// statements travel with those that write the rows. In a table that is being built nobody
// can see yet who refers to the row, so the job is left in any case.
func (w *writer) startFanOuts(d *delta) {
	for _, f := range w.plan.followers[d.target.Table.Name] {
		keys := f.changed(d)
		if len(keys) == 0 {
			continue
		}
		w.startFanOut(f, keys)
	}
}

// startFanOut leaves a job for each of the sources, also for rows that are being built beside.
func (w *writer) startFanOut(f *follow, keys []uuid.UUID) {
	name := f.target.Table.Name
	w.batch.Queue(f.start, w.account, name, f.ref.SQL, keys, w.notLive[name] == building).Exec(w.started)
	if shadow := shadowName(name); w.notLive[shadow] == building {
		w.batch.Queue(f.start, w.account, shadow, f.ref.SQL, keys, true)
	}
}

func (w *writer) started(tag pgconn.CommandTag) error {
	w.fanOuts = w.fanOuts || tag.RowsAffected() > 0
	return nil
}

// changed returns the keys of the rows in which a copied value is another than before.
func (f *follow) changed(d *delta) []uuid.UUID {
	var keys []uuid.UUID
	for _, key := range d.keys {
		r := d.rows[key]
		for _, c := range f.copies {
			if !sameValue(r.before, r.after, c.from) {
				keys = append(keys, key)
				break
			}
		}
	}
	return keys
}

// sameValue compares the column of two rows; a row that is not there has no value.
func sameValue(a, b *model.Row, column string) bool {
	return equal(valueOf(a, column), valueOf(b, column)) && equal(valueOf(a, column+currencySuffix), valueOf(b, column+currencySuffix))
}

func valueOf(row *model.Row, column string) any {
	if row == nil {
		return nil
	}
	return row.Values[column]
}
