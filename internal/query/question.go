package query

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

// question is a checked request with the way to its store.
type question struct {
	pool      *pgxpool.Pool
	account   uuid.UUID
	body      json.RawMessage
	plan      *plan
	ask       *ask
	statement statement
}

// joiningKey names a question's plan for one account.
type joiningKey struct {
	plan    *plan
	account uuid.UUID
}

// build checks the body against the plan and turns it into a statement.
func (q *question) build() (err error) {
	if q.ask, err = q.plan.parse(q.body, q.account); err == nil {
		q.statement, err = q.plan.build(q.ask)
	}
	return err
}

// joined returns the same question, with what is copied asked for where it comes from.
func (q question) joined() (question, error) {
	q.plan = q.plan.joining
	return q, q.build()
}

// run asks the store. Rows whose copies are being brought up to date, by what the very
// snapshot says that they were read in, are not used: the question is asked again with
// joins, whose rows are right whatever else goes on. It begins with these as long as they
// were needed the last time.
func (h *Handler) run(ctx context.Context, q question) (page, error) {
	if q.plan.joining == nil {
		return q.run(ctx)
	}
	key := joiningKey{q.plan, q.account}
	if !h.joins(key) {
		out, err := q.run(ctx)
		if err != nil || !out.changing {
			return out, err
		}
	}
	joined, err := q.joined()
	if err != nil {
		return page{}, err
	}
	out, err := joined.run(ctx)
	if err == nil {
		h.expect(key, out.changing)
	}
	return out, err
}

func (h *Handler) joins(key joiningKey) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, joins := h.joining[key]
	return joins
}

func (h *Handler) expect(key joiningKey, joins bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if joins {
		h.joining[key] = struct{}{}
		return
	}
	delete(h.joining, key)
}

// run asks the store once.
func (q question) run(ctx context.Context) (page, error) {
	var out page
	err := pg.Read(ctx, q.pool, q.account, func(rows pgx.Rows) (err error) {
		out, err = q.statement.read(rows, len(q.ask.sort))
		return err
	}, q.statement.sql, q.statement.arguments...)
	if pg.Code(err) == pgerrcode.UndefinedTable {
		err = q.dropped(ctx, err)
	}
	if err == nil && !out.found {
		err = fault.Wrap(errElsewhere, fault.Unavailable, "The account is being moved; try again").After(time.Second)
	}
	if err == nil && !out.keeps(q.plan.release) {
		err = &switchedError{*out.release}
	}
	return out, err
}

// dropped is why the question's tables are not there: the account left the release so long ago that it was
// withdrawn since, and this process has not heard. Else it is the error.
func (q question) dropped(ctx context.Context, missing error) error {
	var on *string
	err := pg.Read(ctx, q.pool, q.account, func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&on}, func() error { return nil })
		return err
	}, "SELECT release FROM store.live_cursors WHERE account_id = $1", q.account)
	if err == nil && on != nil && *on != q.plan.release {
		return &switchedError{*on}
	}
	return missing
}

// errElsewhere says that the store does not answer for the account: it has gone to another one.
var errElsewhere = errors.New("the account is not on this store")

// switchedError says that the account runs on another release than the question was asked on,
// whose tables nobody keeps any more.
type switchedError struct{ to string }

func (e *switchedError) Error() string { return "the account runs on release " + e.to }
