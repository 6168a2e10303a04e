package lifecycle

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/seal"
	"github.com/polderhq/polder/internal/tenant"
)

// Duplicate says which account to copy, and up to where. The copy is another account, which may be on another store. The one that is
// copied is not touched, and may be written to meanwhile.
type Duplicate struct {
	Source  tenant.Account
	Name    string    // of the copy
	ID      uuid.UUID // of the copy; zero: a new one
	StoreID string    // of the copy; empty: the source's
	Until   int64     // its last event; zero: the source's last one, or the last one by AsOf
	AsOf    time.Time // zero: now
}

// Copied is an account that was made of a history.
type Copied struct {
	Account        tenant.Account `json:"account"`
	SequenceNumber int64          `json:"sequenceNumber"` // of its last event
	Digest         string         `json:"digest"`         // of its events
	Parked         []string       `json:"parked"`         // projections that cannot take an event of it, and why
	Carried
}

// The states of a copy.
const (
	stateCopying  = "copying"  // events
	stateBuilding = "building" // what follows from them
)

// copying is what a copy was begun with: a run that goes on with it holds to that.
type copying struct {
	Name    string    `json:"name"`
	Source  uuid.UUID `json:"source"` // of an import: what the account was
	Until   int64     `json:"until"`
	Digest  string    `json:"digest,omitempty"` // of an import, as its manifest has it
	Release string    `json:"release"`
}

// Duplicate makes the copy, or goes on with one of the same name that was cut off. Invalid: there is no such moment. Rejected: the name
// or the id is taken. Conflict: another copy has begun under the name or the id.
func (r *Runner) Duplicate(ctx context.Context, d Duplicate) (Copied, error) {
	from, err := r.Places(ctx, d.Source.StoreID)
	if err != nil {
		return Copied{}, err
	}
	f, err := readFacts(ctx, from, d.Source.ID)
	if err != nil {
		return Copied{}, err
	}
	until, err := d.end(ctx, from, f)
	if err != nil {
		return Copied{}, err
	}
	c := copying{Name: d.Name, Source: d.Source.ID, Until: until, Release: d.Source.Release}
	if f.Release != nil {
		c.Release = *f.Release
	}
	if d.StoreID == "" {
		d.StoreID = d.Source.StoreID
	}
	w, c, err := r.beginCopy(ctx, tenant.Work{AccountID: d.ID, FromStore: d.Source.StoreID, ToStore: d.StoreID}, c, d.Until == 0 && d.AsOf.IsZero())
	if err != nil {
		return Copied{}, err
	}
	source := span{account: d.Source.ID, generation: f.Generation, until: c.Until}
	f.State = string(tenant.Active) // also the copy of an account that is suspended
	f.Limits = d.Source.Limits
	if f.Archived, err = countArchived(ctx, from, d.Source.ID); err != nil {
		return Copied{}, err
	}
	return r.copyInto(ctx, w, c, f.cutAt(c.Until), func(to *sink, chain *seal.Chain) error {
		if err := r.copyEvents(ctx, from, source, to, chain); err != nil {
			return err
		}
		return r.carry(ctx, from, source, to)
	})
}

// end returns the last event of the copy.
func (d Duplicate) end(ctx context.Context, from Place, f facts) (int64, error) {
	until := f.Number
	if !d.AsOf.IsZero() {
		last, err := es.LastAsOf(ctx, from.Builder, d.Source.ID, d.AsOf)
		if err != nil {
			return 0, err
		}
		until = last
	}
	if d.Until > f.Number {
		return 0, fault.New(fault.Invalid, "Account %s has %d events, and not %d", d.Source.Name, f.Number, d.Until)
	}
	if d.Until > 0 {
		until = d.Until
	}
	if until == 0 && (d.Until > 0 || !d.AsOf.IsZero()) {
		return 0, fault.New(fault.Invalid, "Account %s had no event at that time", d.Source.Name)
	}
	return until, nil
}

// beginCopy enters the work, or finds the one of the same name that was cut off. A clone goes on to the number that it was begun for.
func (r *Runner) beginCopy(ctx context.Context, w tenant.Work, c copying, anyEnd bool) (tenant.Work, copying, error) {
	works, err := r.Catalog.Works(ctx)
	if err != nil {
		return w, c, err
	}
	for _, known := range works {
		var begun copying
		if known.Kind != "copy" || json.Unmarshal(known.Parameters, &begun) != nil || begun.Name != c.Name {
			continue
		}
		same := c
		if anyEnd {
			same.Until = begun.Until
		}
		if begun != same || known.ToStore != w.ToStore || w.AccountID != uuid.Nil && w.AccountID != known.AccountID {
			return w, c, fault.New(fault.Conflict, "Another copy has begun under the name %s, and was cut off: go on with that, or erase it", c.Name)
		}
		return known, begun, nil
	}
	if _, err := r.Catalog.AccountByName(ctx, c.Name); !fault.Is(err, fault.NotFound) {
		if err == nil {
			err = fault.New(fault.Rejected, "An account of the name %s exists already", c.Name)
		}
		return w, c, err
	}
	if w.AccountID == uuid.Nil {
		w.AccountID = uuid.Must(uuid.NewV7())
	}
	if taken, err := r.taken(ctx, w.AccountID); err != nil || taken {
		if err == nil {
			err = fault.New(fault.Rejected, "An account of the id %s exists already", w.AccountID)
		}
		return w, c, err
	}
	w.Kind, w.State = "copy", stateCopying
	if w.Parameters, err = json.Marshal(c); err != nil {
		return w, c, err
	}
	w, err = r.Catalog.BeginWork(ctx, w, c.Release)
	return w, c, err
}

func (r *Runner) taken(ctx context.Context, id uuid.UUID) (bool, error) {
	accounts, err := r.Catalog.Accounts(ctx)
	for _, a := range accounts {
		if a.ID == id {
			return true, err
		}
	}
	return false, err
}

// copyInto makes the account of the work: fill brings the events that are missing, and their digests.
func (r *Runner) copyInto(ctx context.Context, w tenant.Work, c copying, f facts, fill func(*sink, *seal.Chain) error) (done Copied, err error) {
	place, err := r.Places(ctx, w.ToStore)
	if err != nil {
		return done, err
	}
	release, err := r.Releases.Get(ctx, c.Release)
	if err != nil {
		return done, err
	}
	f.Generation, f.Epoch = 0, 1
	t := &target{Place: place, account: w.AccountID, facts: f, release: release}
	err = r.holding(ctx, w.AccountID, func() error {
		if done.Digest, err = r.copyHistory(ctx, w, t, fill); err != nil {
			return err
		}
		if done.Parked, err = t.project(ctx, r); err != nil {
			return err
		}
		if done.Carried, err = carriedTo(ctx, place, w.AccountID, f.Archived); err != nil {
			return err
		}
		done.SequenceNumber = f.Number
		done.Account, err = r.show(ctx, c, t)
		return err
	})
	return done, err
}

// copyHistory brings the events and all that follows from them but read models.
func (r *Runner) copyHistory(ctx context.Context, w tenant.Work, t *target, fill func(*sink, *seal.Chain) error) (string, error) {
	var source seal.Chain
	if err := t.makeRoom(ctx, w); err != nil {
		return "", err
	}
	to, err := openSink(ctx, t.Builder, span{account: t.account, generation: t.facts.Generation})
	if err != nil {
		return "", err
	}
	if w.State == stateBuilding { // all of it was there before
		return to.block.Digest.String(), nil
	}
	if err := fill(to, &source); err != nil {
		return "", err
	}
	if to.block.Number != t.facts.Number {
		return "", fault.New(fault.Rejected, "The copy has %d events, and should have %d", to.block.Number, t.facts.Number)
	}
	if err := r.compare(ctx, to, source.Digest); err != nil {
		return "", err
	}
	if t.facts.Number > 0 {
		if err := t.Builder.QueryRow(ctx, lastTimeSQL, t.account, t.facts.Generation, t.facts.Number).Scan(&t.facts.CommitTime); err != nil {
			return "", pg.Fault(err)
		}
	}
	if err := t.guard(ctx, r); err != nil {
		return "", err
	}
	if err := t.ready(ctx); err != nil {
		return "", err
	}
	w.State = stateBuilding
	return source.Digest.String(), r.Catalog.SetWork(ctx, w)
}

// copyEvents reads the source from its first event on, and stores what the copy lacks. Chain is that of the source.
func (r *Runner) copyEvents(ctx context.Context, from Place, source span, to *sink, chain *seal.Chain) error {
	if err := r.digestOf(ctx, from.Builder, span{account: source.account, generation: source.generation, until: to.block.Number}, chain); err != nil {
		return err
	}
	if chain.Digest != to.block.Digest {
		return fault.New(fault.Conflict, "What was copied of account %s before is not what it has now: erase the copy, and begin anew", source.account)
	}
	source.after = to.block.Number
	return r.eachPage(ctx, from.Builder, source, func(page []Event) error {
		for i := range page {
			if err := chain.Add(page[i].sealed()); err != nil {
				return fault.Wrap(err, fault.Rejected, "The history of account %s cannot be copied", source.account)
			}
		}
		if err := to.add(ctx, page); err != nil {
			return err
		}
		r.told("copying", to.block.Number, source.until)
		return nil
	})
}

// show opens the account on its store, and tells the catalog of it last.
func (r *Runner) show(ctx context.Context, c copying, t *target) (tenant.Account, error) {
	state := tenant.State(t.facts.State)
	if state != tenant.Suspended {
		state = tenant.Active
	}
	if err := t.open(ctx, state); err != nil {
		return tenant.Account{}, err
	}
	account, err := r.Catalog.AccountByName(ctx, c.Name)
	if fault.Is(err, fault.NotFound) {
		account, err = r.Catalog.CreateAccount(ctx, tenant.NewAccount{ID: t.account, Name: c.Name, StoreID: t.StoreID, Release: c.Release, Limits: t.facts.Limits})
	}
	if err == nil && account.ID != t.account {
		err = fault.New(fault.Rejected, "An account of the name %s exists already", c.Name)
	}
	if err == nil && state == tenant.Suspended {
		account.State = state
		err = r.Catalog.SetState(ctx, t.account, state)
	}
	if err != nil {
		return account, err
	}
	return account, r.Catalog.EndWork(ctx, t.account)
}
