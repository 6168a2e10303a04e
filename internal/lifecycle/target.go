package lifecycle

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/internal/tenant"
)

// facts are what a store knows of an account beside its events and what follows from them.
type facts struct {
	Generation   int           `json:"generation"`
	Number       int64         `json:"sequenceNumber"` // of the last event
	CommitTime   time.Time     `json:"commitTime"`     // of the last event, or of the account's creation
	Epoch        int64         `json:"-"`
	State        string        `json:"-"`
	Release      *string       `json:"-"` // digest; nil: the catalog says
	Limits       tenant.Limits `json:"-"` // as the catalog has them
	Immutability string        `json:"immutability"`
	ClosedUntil  *time.Time    `json:"closedUntil,omitempty"`
	Skipped      []Skipped     `json:"skippedEvents"`
	Archived     int64         `json:"archivedStreams,omitempty"` // when it was copied; archived states are not exported
}

// Skipped is an event that a projection's table leaves out.
type Skipped struct {
	Table           string    `json:"table"`
	SequenceNumber  int64     `json:"sequenceNumber"`
	PayloadItemName string    `json:"payloadItemName"`
	Error           string    `json:"error"`
	Reason          string    `json:"reason"`
	Actor           string    `json:"actor"`
	SkippedAt       time.Time `json:"skippedAt"`
}

// readFacts returns the account as it is now. NotFound: it is not on this store.
func readFacts(ctx context.Context, at Place, account uuid.UUID) (f facts, err error) {
	err = at.Admin.QueryRow(ctx, factsSQL, account).Scan(&f.Generation, &f.Number, &f.CommitTime, &f.Epoch, &f.State, &f.Release, &f.Immutability, &f.ClosedUntil)
	if errors.Is(err, pgx.ErrNoRows) {
		return f, fault.New(fault.NotFound, "Account %s is not on store %s", account, at.StoreID)
	}
	if err != nil {
		return f, pg.Fault(err)
	}
	rows, err := at.Admin.Query(ctx, skippedSQL, account)
	if err != nil {
		return f, pg.Fault(err)
	}
	f.Skipped, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Skipped])
	return f, pg.Fault(err)
}

// cutAt leaves out what came after the number.
func (f facts) cutAt(number int64) facts {
	f.Number = number
	f.Skipped = slices.DeleteFunc(f.Skipped, func(s Skipped) bool { return s.SequenceNumber > number })
	return f
}

// target is an account that is being made on a store.
type target struct {
	Place
	account uuid.UUID
	facts   facts
	release *model.Release
}

// makeRoom makes a head that takes no appends. Conflict: the account is on the store already. A copy that was whole before
// may have been opened, and cut off before its work was ended: nothing else has made an account of its id.
func (t *target) makeRoom(ctx context.Context, w tenant.Work) error {
	_, err := t.Admin.Exec(ctx, makeRoomSQL, t.account, t.facts.Generation, t.facts.Epoch, t.facts.Immutability, t.facts.ClosedUntil, t.release.Digest())
	if err != nil {
		return pg.Fault(err)
	}
	there, err := readFacts(ctx, t.Place, t.account)
	opened := w.Kind == "copy" && w.State == stateBuilding && there.State != string(tenant.Erased)
	if err == nil && (there.State != string(tenant.Moving) && !opened || there.Generation != t.facts.Generation) {
		err = fault.New(fault.Conflict, "Account %s is on store %s already, and %s", t.account, t.StoreID, there.State)
	}
	return err
}

// tables are those that the release has, each once.
func (t *target) tables() (names []string) {
	for _, p := range t.release.Projections() {
		names = append(names, p.Table)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// ready takes note that the history is there, up to the number. The account's tables are those of its release, and have
// no rows yet.
func (t *target) ready(ctx context.Context) error {
	if err := t.skip(ctx); err != nil {
		return err
	}
	batch := &pgx.Batch{}
	batch.Queue(reachedSQL, t.account, t.facts.Number, t.facts.CommitTime)
	batch.Queue(liveSQL, t.account, t.facts.Number, t.release.Digest())
	batch.Queue(notLiveSQL, t.account, t.tables())
	return pg.Fault(t.Admin.SendBatch(ctx, batch).Close())
}

// skip enters the events that tables leave out.
func (t *target) skip(ctx context.Context) error {
	batch := &pgx.Batch{}
	for _, s := range t.facts.Skipped {
		batch.Queue(skipSQL, t.account, s.Table, s.SequenceNumber, s.PayloadItemName, s.Error, s.Reason, s.Actor, s.SkippedAt)
	}
	return pg.Fault(t.Builder.SendBatch(ctx, batch).Close())
}

// guard makes the account's guards from its history.
func (t *target) guard(ctx context.Context, r *Runner) error {
	g := newGuards(t.release)
	for after := int64(0); after < t.facts.Number; {
		part := es.AccountRange{AccountID: t.account, After: after, Until: min(after+10*pageEvents, t.facts.Number), Generation: &t.facts.Generation}
		if err := es.StreamAccount(ctx, t.Builder, part, g.take); err != nil {
			return err
		}
		after = part.Until
		r.told("guards", after, t.facts.Number)
	}
	return pg.Fault(pgx.BeginFunc(ctx, t.Builder, func(tx pgx.Tx) error { return g.write(ctx, tx, t.account) }))
}

// project makes the rows of all projections. One that meets an event that it cannot take is parked, as it is
// wherever that history is.
func (t *target) project(ctx context.Context, r *Runner) (parked []string, err error) {
	results, err := build.Run(ctx, build.Config{Builder: t.Builder, Owner: t.Owner, Throttle: r.Throttle, Clock: r.Clock,
		Progress: func(p build.Progress) { r.told("projections", p.Events, p.Total) }},
		build.Job{AccountID: t.account, Release: t.release})
	for _, result := range results {
		if !result.Live {
			parked = append(parked, result.Projection+": "+result.Error)
		}
	}
	return parked, err
}

// open lets the account take appends, or leaves it suspended.
func (t *target) open(ctx context.Context, state tenant.State) error {
	_, err := t.Admin.Exec(ctx, openSQL, t.account, string(state))
	return pg.Fault(err)
}
