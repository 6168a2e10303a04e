package lifecycle

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/internal/seal"
	"github.com/polderhq/polder/internal/tenant"
)

// The states of a move. Up to fenced it can be taken back; moved is written in the transaction that sends the account to
// its new store, and from there on it only goes on.
//
//	copying ──> fenced ──> moved ──(confirmed: what is left on the old store goes)
//	   ^           │
//	   └───────────┘ cut off, or something was wrong: the old store takes appends again
const (
	stateFenced = "fenced"
	stateMoved  = "moved"
)

const (
	// shortLag is how many events are few enough to make writers wait for them.
	shortLag = 50
	// aheadEvents is how many events a transaction takes the tables on the new store further by.
	aheadEvents = 500
	// backTime is how long taking a fence back may take, also when the work was cancelled.
	backTime = 10 * time.Second
)

// Moved is what a move has done.
type Moved struct {
	Account        tenant.Account `json:"account"`
	From           string         `json:"from"`           // the store that still has the account's data, until the move is confirmed
	SequenceNumber int64          `json:"sequenceNumber"` // of the last event when it was moved
	Digest         string         `json:"digest"`         // of its events
	Epoch          int64          `json:"epoch"`          // from now on
	Pause          float64        `json:"pauseSeconds"`   // for which appends waited
	Carried
}

// move is an account on its way to another store.
type move struct {
	*Runner
	target // on the new store; its facts are the old one's
	from   Place
	copy   *sink
	chain  seal.Chain // of the old store, up to what is copied
	proven seal.Chain // of the new store, as it was read there
	tables projection.Handover
	at     int64 // the last event in the tables

	guardsSince string // transactions from it on may have written guards that are not copied; empty: all
}

// Move takes the account to another store while it is in use, or goes on with a move that was cut off. Commands that
// come while the last events are taken over wait for that. What the old store has stays until Confirm. Conflict: something else is
// under way with the account. Precondition: a projection is parked, or an upgrade is not contracted.
func (r *Runner) Move(ctx context.Context, account tenant.Account, to string) (done Moved, err error) {
	err = r.holding(ctx, account.ID, func() error {
		w, err := r.beginMove(ctx, account, to)
		if err != nil {
			return err
		}
		if account, err = r.Catalog.AccountByName(ctx, account.Name); err != nil {
			return err
		}
		m, err := r.newMove(ctx, account, w)
		if err != nil {
			return err
		}
		if w.State != stateMoved {
			if err := m.run(ctx, w, &done); err != nil {
				return err
			}
		}
		if err := m.leave(ctx); err != nil {
			return err
		}
		there, err := countArchived(ctx, m.from, m.account)
		if err != nil {
			return err
		}
		if done.Carried, err = carriedTo(ctx, m.Place, m.account, there); err != nil {
			return err
		}
		done.From = w.FromStore
		done.Account, err = r.Catalog.AccountByName(ctx, account.Name)
		done.Epoch = done.Account.Epoch
		return err
	})
	return done, err
}

func (r *Runner) beginMove(ctx context.Context, account tenant.Account, to string) (tenant.Work, error) {
	w, err := r.Catalog.Work(ctx, account.ID)
	switch {
	case err == nil && (w.Kind != "move" || w.ToStore != to):
		return w, fault.New(fault.Conflict, "Something else has begun with account %s (%s, to store %s, by %s): end that first", account.Name, w.Kind, w.ToStore, w.StartedBy)
	case err == nil || !fault.Is(err, fault.NotFound):
		return w, err
	case account.StoreID == to:
		return w, fault.New(fault.Invalid, "Account %s is on store %s already", account.Name, to)
	case account.State != tenant.Active && account.State != tenant.Suspended:
		return w, fault.New(fault.Conflict, "Account %s is %s", account.Name, account.State)
	}
	return r.Catalog.BeginWork(ctx, tenant.Work{AccountID: account.ID, Kind: "move", State: stateCopying, FromStore: account.StoreID, ToStore: to,
		Parameters: json.RawMessage("{}")}, "")
}

func (r *Runner) newMove(ctx context.Context, account tenant.Account, w tenant.Work) (*move, error) {
	m := &move{Runner: r}
	m.account = account.ID
	var err error
	if m.from, err = r.Places(ctx, w.FromStore); err != nil {
		return nil, err
	}
	if m.Place, err = r.Places(ctx, w.ToStore); err != nil || w.State == stateMoved {
		return m, err
	}
	if m.facts, err = readFacts(ctx, m.from, account.ID); err != nil {
		return nil, err
	}
	m.facts.State = string(account.State)
	digest := account.Release
	if m.facts.Release != nil {
		digest = *m.facts.Release
	}
	m.release, err = r.Releases.Get(ctx, digest)
	return m, err
}

// run copies the account and hands it over. It takes a fence back that an earlier try has left, or that it has made itself.
func (m *move) run(ctx context.Context, w tenant.Work, done *Moved) error {
	if err := m.unfence(ctx, w); err != nil {
		return err
	}
	if err := m.prepare(ctx, w); err != nil {
		return err
	}
	w.State = stateFenced
	if err := m.Catalog.SetWork(ctx, w); err != nil {
		return err
	}
	err := m.cross(ctx, done)
	if err == nil {
		return nil
	}
	back, cancel := context.WithTimeout(context.WithoutCancel(ctx), backTime)
	defer cancel()
	now, readErr := m.Catalog.Work(back, m.account)
	switch {
	case readErr != nil: // it is not known whether it was moved: the next run finds out
		return errors.Join(err, readErr)
	case now.State == stateMoved:
		return nil
	}
	return errors.Join(err, m.unfence(back, now))
}

// prepare does all that can be done while the account is in use.
func (m *move) prepare(ctx context.Context, w tenant.Work) error {
	if err := m.checkSource(ctx); err != nil {
		return err
	}
	if err := m.makeRoom(ctx, w); err != nil {
		return err
	}
	var err error
	if m.copy, err = openSink(ctx, m.Builder, span{account: m.account, generation: m.facts.Generation}); err != nil {
		return err
	}
	if err := m.copyUntil(ctx, m.facts.Number); err != nil {
		return err
	}
	if err := m.prove(ctx); err != nil {
		return err
	}
	if err := m.ready(ctx); err != nil {
		return err
	}
	if err := m.copyGuards(ctx); err != nil {
		return err
	}
	if err := m.carry(ctx, m.from, span{account: m.account, generation: m.facts.Generation}, m.copy); err != nil {
		return err
	}
	if err := m.buildTables(ctx); err != nil {
		return err
	}
	for before := int64(math.MaxInt64); ; {
		left, err := m.follow(ctx)
		if err != nil {
			return err
		}
		if left < shortLag || left > before/2 { // it does not get less: writers are as fast as this
			return m.copyGuards(ctx)
		}
		before = left
	}
}

// checkSource refuses an account that is not as a move can take it.
func (m *move) checkSource(ctx context.Context) error {
	var next *string
	var parked []string
	err := m.from.Admin.QueryRow(ctx, movableSQL, m.account).Scan(&next, &parked)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return fault.New(fault.NotFound, "Account %s is not on store %s", m.account, m.from.StoreID)
	case err != nil:
		return pg.Fault(err)
	case next != nil:
		return fault.New(fault.Precondition, "The account is between two releases: end its upgrade first (admin upgrade status, admin upgrade contract)")
	case len(parked) > 0:
		return fault.New(fault.Precondition, "Tables of the account are parked, and would be on the new store as well: %v; see admin deadletter list", parked)
	}
	return nil
}

// copyUntil copies events up to the number.
func (m *move) copyUntil(ctx context.Context, number int64) error {
	source := span{account: m.account, generation: m.facts.Generation, until: max(number, m.copy.block.Number)}
	return m.copyEvents(ctx, m.from, source, m.copy, &m.chain)
}

// prove reads what is new in the copy, on the new store, and compares digests.
func (m *move) prove(ctx context.Context) error {
	s := span{account: m.account, generation: m.facts.Generation, until: m.copy.block.Number}
	if err := m.digestOf(ctx, m.Builder, s, &m.proven); err != nil {
		return err
	}
	if m.proven.Digest != m.chain.Digest {
		return fault.New(fault.Rejected, "The copy is not what was copied: its digest at event %d is %s, and should be %s", s.until, m.proven.Digest, m.chain.Digest)
	}
	m.facts.Number = s.until
	return nil
}

// buildTables builds all tables of the release on the new store, where nobody reads them before the account is there.
func (m *move) buildTables(ctx context.Context) error {
	plan := projection.NewPlan(m.release)
	m.tables = projection.Handover{AccountID: m.account, Plan: plan, Generation: m.facts.Generation}
	m.at = m.facts.Number
	var names, tables []string
	for _, u := range plan.Units() {
		m.tables.Units = append(m.tables.Units, u)
		names, tables = append(names, u.Root.Projection.Name), append(tables, u.Tables()...)
	}
	if len(names) == 0 {
		return nil
	}
	if _, err := m.Builder.Exec(ctx, forgetBuildsSQL, m.account, tables); err != nil { // of an earlier try
		return pg.Fault(err)
	}
	results, err := build.Run(ctx, build.Config{Builder: m.Builder, Owner: m.Owner, Throttle: m.Throttle, Clock: m.Clock,
		Progress: func(p build.Progress) { m.told("projections", p.Events, p.Total) }},
		build.Job{AccountID: m.account, Release: m.release, Projections: names, Ahead: &build.Ahead{Generation: m.facts.Generation, Until: m.at}})
	for _, result := range results {
		if err == nil && !result.Ready {
			err = fault.New(fault.Rejected, "%s could not be built: %s", result.Projection, result.Error)
		}
	}
	return err
}

// follow takes the copy to the old store's last event, with all that follows from it. It returns how many events there were.
func (m *move) follow(ctx context.Context) (left int64, err error) {
	began := m.copy.block.Number
	now, err := readFacts(ctx, m.from, m.account)
	if err != nil {
		return 0, err
	}
	if err := m.same(now); err != nil {
		return 0, err
	}
	if err := m.copyUntil(ctx, now.Number); err != nil {
		return 0, err
	}
	if err := m.prove(ctx); err != nil {
		return 0, err
	}
	m.facts.Skipped = now.Skipped
	if err := m.skip(ctx); err != nil {
		return 0, err
	}
	for m.at < m.facts.Number {
		until := min(m.at+aheadEvents, m.facts.Number)
		err := pgx.BeginFunc(ctx, m.Builder, func(tx pgx.Tx) error { return m.advance(ctx, tx, until) })
		if err != nil {
			return 0, pg.Fault(err)
		}
		m.at = until
		m.told("following", m.at, m.facts.Number)
	}
	return now.Number - began, nil
}

// same holds that the account is still in the history, on the release and under the policy that it was copied in.
func (m *move) same(now facts) error {
	release := func(f facts) string {
		if f.Release == nil {
			return ""
		}
		return *f.Release
	}
	if now.Generation != m.facts.Generation || release(now) != release(m.facts) || now.Immutability != m.facts.Immutability {
		return fault.New(fault.Conflict, "The account has changed its release or its policy meanwhile: cancel the move, and begin it anew")
	}
	return nil
}

// advance takes the tables to the number, and the live cursor, which stands for none of them yet.
func (m *move) advance(ctx context.Context, tx pgx.Tx, until int64) error {
	var live int64
	if err := tx.QueryRow(ctx, holdCursorSQL, m.account).Scan(&live); err != nil {
		return err
	}
	if err := m.tables.Advance(ctx, tx, m.at, until, nil); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, moveCursorSQL, m.account, until)
	return err
}

// cross makes writers wait, takes over what is left, and sends the account to its new store.
func (m *move) cross(ctx context.Context, done *Moved) error {
	began := m.Clock()
	epoch, err := m.fence(ctx)
	if err != nil {
		return err
	}
	if _, err := m.follow(ctx); err != nil {
		return err
	}
	if err := m.copyGuards(ctx); err != nil {
		return err
	}
	err = pgx.BeginFunc(ctx, m.Builder, func(tx pgx.Tx) error {
		if err := m.advance(ctx, tx, m.at); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, forgetBuildsSQL, m.account, m.target.tables()); err != nil {
			return err
		}
		return m.tables.MakeLive(ctx, tx, m.at)
	})
	if err != nil {
		return pg.Fault(err)
	}
	if err := m.arrive(ctx, epoch); err != nil {
		return err
	}
	m.told("handing over", m.at, m.at)
	if err := m.Catalog.Route(ctx, m.account, m.StoreID, epoch); err != nil {
		return err
	}
	done.Pause = m.Clock().Sub(began).Seconds()
	done.SequenceNumber, done.Digest = m.at, m.proven.Digest.String()
	m.told("moved", m.at, m.at)
	return nil
}

// fence ends appends on the old store, and returns the epoch that they were under plus one.
func (m *move) fence(ctx context.Context) (epoch int64, err error) {
	err = m.from.Admin.QueryRow(ctx, fenceSQL, m.account, m.facts.State).Scan(&epoch)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, fault.New(fault.Conflict, "The account is not %s on store %s any more", m.facts.State, m.from.StoreID)
	}
	m.told("fenced", m.at, m.at)
	return epoch, pg.Fault(err)
}

// arrive opens the account on the new store. Nobody is sent there yet.
func (m *move) arrive(ctx context.Context, epoch int64) error {
	at, err := readFacts(ctx, m.from, m.account)
	if err != nil {
		return err
	}
	_, err = m.Admin.Exec(ctx, arriveSQL, m.account, m.at, at.CommitTime, epoch, m.facts.State)
	return pg.Fault(err)
}

// unfence lets the old store take appends again, under an epoch of its own: whatever was held back from before the fence is
// refused. The new store takes none. Where nothing was fenced, nothing changes.
func (m *move) unfence(ctx context.Context, w tenant.Work) error {
	if _, err := m.Admin.Exec(ctx, closeSQL, m.account); err != nil {
		return pg.Fault(err)
	}
	now, err := readFacts(ctx, m.from, m.account)
	if err != nil {
		return err
	}
	if now.State == string(tenant.Moving) {
		// The catalog first: who is refused until the head is open waits, and then knows the epoch.
		if err := m.Catalog.Route(ctx, m.account, m.from.StoreID, now.Epoch+1); err != nil {
			return err
		}
		if _, err := m.from.Admin.Exec(ctx, reopenSQL, m.account, m.facts.State); err != nil {
			return pg.Fault(err)
		}
	}
	w.State = stateCopying
	return m.Catalog.SetWork(ctx, w)
}

// leave takes away on the old store what says how far its read models are: who still asks there is sent on, and nobody
// works on them any more. The history stays, until the move is confirmed.
func (m *move) leave(ctx context.Context) error {
	_, err := m.from.Builder.Exec(ctx, leaveSQL, m.account)
	return pg.Fault(err)
}
