package projection

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
)

// limits bound one page, so that no account holds a worker or memory for long.
type limits struct {
	events int
	bytes  int
}

// firstRead is how many events a page reads before it knows how big they are.
const firstRead = 100

// page is one transaction that takes an account a bounded number of events further.
type page struct {
	tx      pgx.Tx
	account uuid.UUID
	plan    *plan
	limits  limits
	careful bool // write each projection under a savepoint, and find the event that fails
}

// outcome is what a page has done.
type outcome struct {
	claimed bool  // false: another worker has the account
	from    int64 // the cursor before
	to      int64 // and after
	more    bool  // the page was full
	parked  []*change
}

// errLost says that the cursor was not where the page began: another worker has applied
// these events, and this one must not.
var errLost = errors.New("the cursor was moved by another worker")

// applyPage applies the account's next page. An event that cannot be written fails the
// transaction, so a page that meets one runs again and looks for it.
func applyPage(ctx context.Context, pool *pgxpool.Pool, p page) (outcome, error) {
	done, err := p.run(ctx, pool)
	if isData(err) {
		p.careful = true
		return p.run(ctx, pool)
	}
	return done, err
}

func (p page) run(ctx context.Context, pool *pgxpool.Pool) (done outcome, err error) {
	err = pg.InAccount(ctx, pool, p.account, func(tx pgx.Tx) error {
		p.tx = tx
		done, err = p.apply(ctx)
		return err
	})
	return done, err
}

func (p page) apply(ctx context.Context) (outcome, error) {
	from, skip, claimed, err := p.claim(ctx)
	if err != nil || !claimed {
		return outcome{}, err
	}
	events, more, err := readPage(ctx, p.tx, es.AccountRange{AccountID: p.account, After: from}, p.limits)
	if err != nil || len(events) == 0 {
		return outcome{claimed: true, from: from, to: from}, err
	}
	done := outcome{claimed: true, from: from, to: events[len(events)-1].SequenceNumber, more: more}
	changes := p.plan.distribute(events, skip)
	if err := load(ctx, p.tx, p.account, changes); err != nil {
		return outcome{}, err
	}
	done.parked, err = p.write(ctx, changes, done)
	return done, err
}

// claim takes the account for this transaction. It returns its cursor and the tables that
// are not live.
func (p page) claim(ctx context.Context) (from int64, skip map[string]bool, claimed bool, err error) {
	skip = map[string]bool{}
	batch := &pgx.Batch{}
	batch.Queue(claimSQL, p.account).QueryRow(func(row pgx.Row) error {
		err := row.Scan(&from)
		claimed = err == nil
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	batch.Queue(notLiveSQL, p.account).Query(func(rows pgx.Rows) error {
		var table string
		_, err := pgx.ForEachRow(rows, []any{&table}, func() error { skip[table] = true; return nil })
		return err
	})
	return from, skip, claimed, p.tx.SendBatch(ctx, batch).Close()
}

// readPage reads the next events. It reads few first and then as many as their size
// allows, and reports whether there may be more.
func readPage(ctx context.Context, tx pgx.Tx, r es.AccountRange, l limits) (events []es.Event, more bool, err error) {
	bytes := 0
	for len(events) < l.events && bytes < l.bytes {
		r.Limit = min(firstRead, l.events)
		if len(events) > 0 {
			average := bytes/len(events) + 1
			r.Limit = min(l.events-len(events), max(1, (l.bytes-bytes)/average))
		}
		read, err := es.ReadAccountTx(ctx, tx, r)
		if err != nil {
			return nil, false, err
		}
		for _, e := range read {
			bytes += len(e.Payload)
		}
		events = append(events, read...)
		if len(read) < r.Limit {
			return events, false, nil
		}
		r.After = read[len(read)-1].SequenceNumber
	}
	return events, true, nil
}

// load reads the touched rows of all projections, one statement each, in one round trip.
func load(ctx context.Context, tx pgx.Tx, account uuid.UUID, changes []*change) error {
	if len(changes) == 0 {
		return nil
	}
	batch := &pgx.Batch{}
	for _, c := range changes {
		batch.Queue(c.target.load, account, c.keys()).Query(c.scan)
	}
	return tx.SendBatch(ctx, batch).Close()
}

func (c *change) scan(rows pgx.Rows) error {
	c.loaded = map[uuid.UUID]*model.Row{}
	var key uuid.UUID
	var hidden *string
	texts := make([]*string, len(c.cells))
	into := []any{&key}
	for i := range texts {
		into = append(into, &texts[i])
	}
	into = append(into, &hidden)
	_, err := pgx.ForEachRow(rows, into, func() error {
		row := &model.Row{Key: key, Values: make(map[string]any, len(texts))}
		if hidden != nil {
			row.Hidden = []byte(*hidden)
		}
		for i, cell := range c.cells {
			value, err := Parse(cell.typ.Kind, texts[i])
			if err != nil {
				return fmt.Errorf("column %s of row %s: %w", cell.value, key, err)
			}
			row.Values[cell.value] = value
		}
		c.loaded[key] = row
		return nil
	})
	return err
}
