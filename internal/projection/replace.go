package projection

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Targets returns the unit's targets, what feeds before what is fed.
func (u *Unit) Targets() []*Target { return append([]*Target{u.Root}, u.Chain...) }

// Replace brings the account's rows of the live unit to what its shadow has, row by row where
// they differ, and returns how many did. The transaction holds the account's claim, both
// stand at the same event, and its role is builder. Rows of others that copy what changed
// follow by fan-out jobs, and jobs of the shadow's rows become the live rows'.
func (p *Plan) Replace(ctx context.Context, tx pgx.Tx, account uuid.UUID, live, shadow *Unit) (differed int64, err error) {
	held, err := page{tx: tx, account: account, plan: p}.claim(ctx, holdLiveSQL)
	if err != nil {
		return 0, err
	}
	w := newWriter(page{tx: tx, account: account, plan: p}, held.notLive)
	twins := shadow.Targets()
	for i, t := range live.Targets() {
		rows, err := tx.Query(ctx, t.replaceSQL(twins[i]), account)
		if err != nil {
			return 0, err
		}
		keys, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		if err != nil {
			return 0, err
		}
		differed += int64(len(keys))
		w.startFanOutsOf(t, keys)
		w.batch.Queue(adoptFanOutsSQL, account, twins[i].Table.Name, t.Table.Name)
	}
	return differed, w.flush(ctx)
}

// startFanOutsOf leaves jobs for rows of which nobody knows what they had before.
func (w *writer) startFanOutsOf(t *Target, keys []uuid.UUID) {
	if len(keys) == 0 {
		return
	}
	for _, f := range w.plan.followers[t.Table.Name] {
		w.startFanOut(f, keys)
	}
}

// replaceSQL takes over what differs from the shadow's rows: $1 account. It gives the keys.
func (t *Target) replaceSQL(shadow *Target) string {
	columns := []string{"hidden"}
	if t.Table.sequenced {
		columns = append(columns, "row_sequence")
	}
	for _, c := range t.cells {
		columns = append(columns, Quote(c.sql))
	}
	mine, theirs, updates := make([]string, len(columns)), make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		mine[i], theirs[i], updates[i] = "l."+c+"::text", "s."+c+"::text", c+" = EXCLUDED."+c
	}
	return fmt.Sprintf(`WITH differing AS MATERIALIZED (
  SELECT coalesce(l.key, s.key) AS key, s.key IS NULL AS gone
  FROM (SELECT * FROM %[1]s WHERE account_id = $1) l
  FULL JOIN (SELECT * FROM %[2]s WHERE account_id = $1) s ON s.key = l.key
  WHERE l.key IS NULL OR s.key IS NULL OR (%[3]s) IS DISTINCT FROM (%[4]s)
), removed AS (
  DELETE FROM %[1]s WHERE account_id = $1 AND key IN (SELECT key FROM differing WHERE gone)
), written AS (
  INSERT INTO %[1]s AS t (account_id, key, %[5]s)
  SELECT $1, key, %[5]s FROM %[2]s WHERE account_id = $1 AND key IN (SELECT key FROM differing WHERE NOT gone)
  ON CONFLICT (account_id, key) DO UPDATE SET %[6]s WHERE t.account_id = $1
)
SELECT key FROM differing`, t.Table.Quoted(), shadow.Table.Quoted(),
		strings.Join(mine, ", "), strings.Join(theirs, ", "), strings.Join(columns, ", "), strings.Join(updates, ", "))
}

// IsData reports whether err is about values that were written: trying again cannot help.
func IsData(err error) bool { return isData(err) }
