package upgrade

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection/build"
)

// rewritePage is how many events are rewritten at once: a transaction of some ten milliseconds.
const rewritePage = 2000

// rewriting copies an account's history into the next generation. What it has learnt of the
// history is in memory, so a process that goes on for another begins anew.
type rewriting struct {
	account  uuid.UUID
	history  *history
	builder  *pgxpool.Pool
	throttle *build.Throttle
	from, to int   // generations
	done     int64 // events 1..done are copied
	read     int64 // of all passes
}

// store is a pool or a transaction of the role builder.
type store interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, source pgx.CopyFromSource) (int64, error)
}

// rewrite begins to copy the account's history, and throws away what an earlier try has copied.
func (t *trip) rewrite(ctx context.Context, set string) (*rewriting, error) {
	h, err := newHistory(t.move.To, set)
	if err != nil {
		return nil, err
	}
	r := &rewriting{account: t.id, history: h, builder: t.builder, throttle: t.throttle}
	if err := t.builder.QueryRow(ctx, generationSQL, t.id).Scan(&r.from); err != nil {
		return nil, err
	}
	r.to = r.from + 1
	return r, dropHistories(ctx, t.builder, t.id, true)
}

// all copies the history up to the account's last event, and returns its number.
func (r *rewriting) all(ctx context.Context) (int64, error) {
	for {
		head, err := r.head(ctx, r.builder)
		if err != nil {
			return 0, err
		}
		if head-r.done < rewritePage && r.done > 0 || head == r.done {
			_, err := r.pass(ctx, r.builder, head)
			return head, err
		}
		if _, err := r.pass(ctx, r.builder, head); err != nil {
			return 0, err
		}
	}
}

func (r *rewriting) head(ctx context.Context, q store) (head int64, err error) {
	err = q.QueryRow(ctx, headSQL, r.account).Scan(&head)
	return head, err
}

// pass copies the events up to the number. It returns the streams of the next generation of which
// an event that had been copied is another now.
func (r *rewriting) pass(ctx context.Context, q store, until int64) (again []uuid.UUID, err error) {
	before, touched := r.done, map[uuid.UUID]bool{}
	if err := r.pages(ctx, q, until, r.history.learnAll); err != nil {
		return nil, err
	}
	err = r.pages(ctx, q, until, func(events []es.Event) error {
		for i := range events {
			stream := events[i].StreamID
			rewritten, err := r.history.next(&events[i])
			if err != nil {
				return err
			}
			if rewritten {
				touched[stream] = true
			}
		}
		return r.copy(ctx, q, events)
	})
	if err != nil {
		return nil, err
	}
	r.done = until
	if before == 0 || !r.history.change.LooksBack() {
		return nil, nil
	}
	return r.correct(ctx, q, slices.Collect(maps.Keys(touched)))
}

func (h *history) learnAll(events []es.Event) error {
	for i := range events {
		if err := h.learn(&events[i]); err != nil {
			return err
		}
	}
	return nil
}

// pages hands the events that are not copied yet to do.
func (r *rewriting) pages(ctx context.Context, q store, until int64, do func([]es.Event) error) error {
	for after := r.done; after < until; {
		var page []es.Event
		err := es.StreamAccount(ctx, q, es.AccountRange{AccountID: r.account, After: after, Until: until, Limit: rewritePage, Generation: &r.from},
			func(e *es.Event) error {
				own := *e
				own.Payload = slices.Clone(e.Payload)
				page = append(page, own)
				return nil
			})
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return nil
		}
		if err := r.throttle.Take(ctx, len(page)); err != nil {
			return err
		}
		after, r.read = page[len(page)-1].SequenceNumber, r.read+int64(len(page))
		if err := do(page); err != nil {
			return err
		}
	}
	return nil
}

func (r *rewriting) copy(ctx context.Context, q store, events []es.Event) error {
	return es.CopyEvents(ctx, q, es.Into{AccountID: r.account, Generation: r.to}, len(events), func(i int) *es.Event { return &events[i] })
}

// correct rewrites whole streams of the history in use anew, and replaces in the next generation
// what has become of their events meanwhile. It returns the streams that it replaced events of.
func (r *rewriting) correct(ctx context.Context, q store, streams []uuid.UUID) (again []uuid.UUID, err error) {
	if len(streams) == 0 {
		return nil, nil
	}
	anew := &history{release: r.history.release, change: r.history.change.Anew()} // where events stand does not change
	events, err := es.ReadStreams(ctx, q, es.StreamsRange{AccountID: r.account, Only: streams, Until: r.done, Generation: &r.from})
	if err != nil {
		return nil, err
	}
	if err := anew.learnAll(events); err != nil {
		return nil, err
	}
	want, numbers := map[int64]*es.Event{}, []int64{}
	for i := range events {
		if _, err := anew.next(&events[i]); err != nil {
			return nil, err
		}
		want[events[i].SequenceNumber] = &events[i]
		numbers = append(numbers, events[i].SequenceNumber)
	}
	wrong, err := r.wrong(ctx, q, want, numbers)
	if err != nil || len(wrong) == 0 {
		return nil, err
	}
	return r.replace(ctx, q, wrong)
}

// wrong returns the events as they should be that are not.
func (r *rewriting) wrong(ctx context.Context, q store, want map[int64]*es.Event, numbers []int64) (wrong []es.Event, err error) {
	rows, err := q.Query(ctx, copiedSQL, r.account, r.to, numbers)
	if err != nil {
		return nil, err
	}
	var found es.Event
	_, err = pgx.ForEachRow(rows, []any{&found.SequenceNumber, &found.StreamID, &found.StreamRevision, &found.StreamType,
		&found.PayloadItemName, &found.PayloadVersion, &found.Payload}, func() error {
		if is := want[found.SequenceNumber]; !same(is, &found) {
			right := *is
			right.StreamRevision = found.StreamRevision
			wrong = append(wrong, right)
		}
		return nil
	})
	return wrong, err
}

func (r *rewriting) replace(ctx context.Context, q store, events []es.Event) (again []uuid.UUID, err error) {
	numbers := make([]int64, len(events))
	for i, e := range events {
		numbers[i] = e.SequenceNumber
		if !slices.Contains(again, e.StreamID) {
			again = append(again, e.StreamID)
		}
	}
	// Both or neither: where q is a pool this is a transaction of its own.
	begin, _ := q.(interface {
		Begin(context.Context) (pgx.Tx, error)
	})
	return again, pgx.BeginFunc(ctx, begin, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, uncopySQL, r.account, r.to, numbers); err != nil {
			return err
		}
		return r.copy(ctx, tx, events)
	})
}

// dropPage is how many events one transaction throws away.
const dropPage = 10_000

// dropHistories throws away the generations of the account's history that are not in use, or
// only the later ones. It may be cut off at any time.
func dropHistories(ctx context.Context, builder *pgxpool.Pool, account uuid.UUID, later bool) error {
	err := pg.Drain(func() (int64, error) {
		tag, err := builder.Exec(ctx, dropHistorySQL, account, later, dropPage)
		return tag.RowsAffected(), err
	}, func() (left bool, err error) {
		err = builder.QueryRow(ctx, unusedHistorySQL, account, later).Scan(&left)
		return left, err
	})
	if err == nil {
		_, err = builder.Exec(ctx, dropStatesSQL, account, later)
	}
	return pg.Fault(err)
}
