package projectionbench

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
)

//go:embed sql/plain_read.sql
var plainReadSQL string

const (
	readRounds = 5
	pageEvents = 500 // of a projector's page
)

// reading reads all events of one account in several ways.
type reading struct {
	*world
	store   *es.Store
	account uuid.UUID
	events  int
}

// Read measures how fast all events of one account are read: in one stream as by a build, in
// pages as by a live projector, and as a plain query of pgx.
func Read(ctx context.Context, out io.Writer) (map[string]float64, error) {
	w, err := openERP(ctx, out, "join")
	defer w.close(ctx)
	if err != nil {
		return nil, err
	}
	r := reading{world: w, account: accountID(0), store: es.New(es.Config{Appender: w.pools[pg.Appender], Reader: w.pools[pg.Projector]})}
	defer r.store.Close()
	if r.events, err = size(); err != nil {
		return nil, err
	}
	if err := w.fresh(ctx, r.account, r.events); err != nil {
		return nil, err
	}
	m, err := inRounds(ctx, out, readRounds, []part{
		{"plain", r.rate(r.plain)}, {"pages", r.rate(r.pages)}, {"stream", r.rate(r.stream)},
	})
	if err != nil {
		return nil, err
	}
	return map[string]float64{
		"read.1m.events_per_s":       m.median("stream"),
		"read.1m.ratio_plain":        m.ratio("stream", "plain"),
		"read.1m.pages_ratio_plain":  m.ratio("pages", "plain"),
		"read.1m.pages_events_per_s": m.median("pages"),
		"read.1m.plain_events_per_s": m.median("plain"),
	}, nil
}

// rate runs a way of reading, which returns how many events it saw, and gives events per second.
func (r *reading) rate(read func(context.Context) (int, error)) func(context.Context) (float64, error) {
	return func(ctx context.Context) (float64, error) {
		began := time.Now()
		seen, err := read(ctx)
		if err == nil && seen != r.events {
			err = fmt.Errorf("%d events were read of %d", seen, r.events)
		}
		return float64(seen) / time.Since(began).Seconds(), err
	}
}

// plain is how pgx's documentation reads rows, with the types that pgx reads the fastest:
// json.RawMessage it would parse, and uuid.UUID it reads by way of text.
func (r *reading) plain(ctx context.Context) (seen int, err error) {
	rows, err := r.super.Query(ctx, plainReadSQL, r.account)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var causation, correlation pgtype.UUID
	for rows.Next() {
		var e es.Event
		if err := rows.Scan((*[16]byte)(&e.AccountID), &e.Generation, &e.SequenceNumber, (*[16]byte)(&e.StreamID), &e.StreamRevision,
			&e.StreamType, &e.PayloadItemName, &e.PayloadVersion, (*[]byte)(&e.Payload), (*[16]byte)(&e.CommandID), &e.CommandHash,
			&causation, &correlation, &e.Actor, &e.CommitTime); err != nil {
			return seen, err
		}
		seen++
	}
	return seen, rows.Err()
}

// pages reads as a projector does, page by page.
func (r *reading) pages(ctx context.Context) (seen int, err error) {
	page := es.AccountRange{AccountID: r.account, Limit: pageEvents}
	for {
		events, err := r.store.ReadAccount(ctx, page)
		seen += len(events)
		if err != nil || len(events) < page.Limit {
			return seen, err
		}
		page.After = events[len(events)-1].SequenceNumber
	}
}

// stream reads as a build does.
func (r *reading) stream(ctx context.Context) (seen int, err error) {
	err = es.StreamAccount(ctx, r.pools[pg.Builder], es.AccountRange{AccountID: r.account}, func(*es.Event) error {
		seen++
		return nil
	})
	return seen, err
}
