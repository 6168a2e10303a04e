package lifecycle

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
)

// pageEvents is how many events are read or written at once.
const pageEvents = 2000

// Event is a stored event with what it was before it was changed in its place.
type Event struct {
	es.Event
	Original *Original // nil: it is as it was
}

// Original is an event as it was stored, and who has changed it.
type Original struct {
	StreamType      string
	PayloadItemName string
	PayloadVersion  int
	Payload         json.RawMessage
	Release         string // digest of the one that reads the event as it is now
	Actor           string
	TransformedAt   time.Time
}

// sealed is the event as it is digested.
func (e *Event) sealed() *es.Event {
	if e.Original == nil {
		return &e.Event
	}
	was := e.Event
	was.StreamType, was.PayloadItemName = e.Original.StreamType, e.Original.PayloadItemName
	was.PayloadVersion, was.Payload = e.Original.PayloadVersion, e.Original.Payload
	return &was
}

// span is a part of a history.
type span struct {
	account    uuid.UUID
	generation int
	after      int64
	until      int64
}

// querier reads as the role builder: a pool, or a transaction of it.
type querier interface {
	es.Querier
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// eachPage hands the events of the span to do, page by page. What do keeps it may keep.
func (r *Runner) eachPage(ctx context.Context, q querier, s span, do func([]Event) error) error {
	for s.after < s.until {
		page, err := readPage(ctx, q, s)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return nil
		}
		if err := r.Throttle.Take(ctx, len(page)); err != nil {
			return err
		}
		if err := do(page); err != nil {
			return err
		}
		s.after = page[len(page)-1].SequenceNumber
	}
	return nil
}

func readPage(ctx context.Context, q querier, s span) (page []Event, err error) {
	err = es.StreamAccount(ctx, q, es.AccountRange{AccountID: s.account, After: s.after, Until: s.until, Limit: pageEvents, Generation: &s.generation},
		func(e *es.Event) error {
			own := *e
			own.Payload = slices.Clone(e.Payload)
			page = append(page, Event{Event: own})
			return nil
		})
	if err != nil || len(page) == 0 {
		return nil, err
	}
	rows, err := q.Query(ctx, originalsSQL, s.account, s.generation, page[0].SequenceNumber, page[len(page)-1].SequenceNumber)
	if err != nil {
		return nil, err
	}
	var number int64
	var was Original
	_, err = pgx.ForEachRow(rows, []any{&number, &was.StreamType, &was.PayloadItemName, &was.PayloadVersion, &was.Payload, &was.Release, &was.Actor,
		&was.TransformedAt}, func() error {
		own := was
		if at := number - page[0].SequenceNumber; at >= 0 && at < int64(len(page)) {
			page[at].Original = &own
		}
		was.Payload = nil // the next row gets its own
		return nil
	})
	return page, err
}
