package upgrade

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/release"
)

// inPlaceEvents is how many events one transaction changes at most.
const inPlaceEvents = 500

// InPlace stores an account's events as a release reads them, in their places: what was upcast at
// every reading is current then. An event that is read as none or as several stays as it is. The
// originals are kept in store.transformed_events.
type InPlace struct {
	AccountID uuid.UUID
	Release   *model.Release // that the account runs on
	Actor     string
	DryRun    bool // count, and change nothing
}

// Transformed is what there was to do.
type Transformed struct {
	Events      int64 `json:"events"`      // of the account
	Transformed int64 `json:"transformed"` // are current now, or would be
	Closed      int64 `json:"closed"`      // stay, because the policy closes them
	Kept        int64 `json:"kept"`        // stay, because they are not read as one event
}

// Run transforms what the account's policy leaves open. It may be cut off, and run again. Forbidden: the policy
// is strict. Conflict: the account does not run on the release. Rejected: an event cannot be read.
// The pools' roles are admin and builder.
func (t InPlace) Run(ctx context.Context, admin, builder *pgxpool.Pool) (Transformed, error) {
	var done Transformed
	policy, err := ReadPolicy(ctx, admin, t.AccountID)
	if err != nil {
		return done, err
	}
	if policy.Immutability == Strict && !t.DryRun {
		return done, fault.New(fault.Forbidden, "The account's policy is strict: its stored events are not changed")
	}
	on, err := projection.RunsOn(ctx, admin, t.AccountID)
	if err != nil {
		return done, err
	}
	if len(on) > 0 && on[0] != t.Release.Digest() {
		return done, fault.New(fault.Conflict, "The account runs on another release: older ones cannot read what this would make")
	}
	for at := int64(0); err == nil; {
		page := inPlacePage{InPlace: t, policy: policy, most: inPlaceEvents}
		if err = page.read(ctx, builder, at); err != nil || page.last == at {
			break
		}
		at = page.last
		err = page.write(ctx, builder, &done)
	}
	return done, pg.Fault(err)
}

// inPlacePage is some events in a row, and what of them is to be stored otherwise.
type inPlacePage struct {
	InPlace
	policy  Policy
	most    int   // events to look at
	until   int64 // the last one; zero: that of the account
	lenient bool  // an event that cannot be read stays as it is
	last    int64 // the last event that was looked at
	done    Transformed
	numbers []int64
	streams []string
	items   []string
	now     []int // versions
	was     []int
	payload []json.RawMessage
}

func (p *inPlacePage) read(ctx context.Context, builder es.Querier, after int64) error {
	p.last = after
	return es.StreamAccount(ctx, builder, es.AccountRange{AccountID: p.AccountID, After: after, Until: p.until, Limit: p.most}, func(e *es.Event) error {
		p.last = e.SequenceNumber
		p.done.Events++
		if release.Reads(p.Release, e) {
			return nil
		}
		said, err := p.Release.Upcast(release.Stored(e))
		switch {
		case err != nil && !p.lenient:
			return fault.Wrap(err, fault.Rejected, "Event %d cannot be read by the release", e.SequenceNumber)
		case err != nil || len(said) != 1:
			p.done.Kept++
		case p.policy.closes(e.CommitTime):
			p.done.Closed++
		default:
			p.add(e, said[0])
		}
		return nil
	})
}

func (p *inPlacePage) add(e *es.Event, is model.Stored) {
	p.done.Transformed++
	p.numbers, p.streams, p.items = append(p.numbers, e.SequenceNumber), append(p.streams, is.StreamType), append(p.items, is.Name)
	p.now, p.was, p.payload = append(p.now, is.Version), append(p.was, e.PayloadVersion), append(p.payload, is.Payload)
}

// executor is a pool or a transaction.
type executor interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// write stores the page, and adds it to what is done.
func (p *inPlacePage) write(ctx context.Context, builder executor, done *Transformed) error {
	if len(p.numbers) > 0 && !p.DryRun {
		tag, err := builder.Exec(ctx, transformSQL, p.AccountID, p.numbers, p.streams, p.items, p.now, p.payload, p.was, p.Release.Digest(), p.Actor)
		if err != nil {
			return err
		}
		p.done.Transformed = tag.RowsAffected()
	}
	done.Events += p.done.Events
	done.Transformed += p.done.Transformed
	done.Closed += p.done.Closed
	done.Kept += p.done.Kept
	return nil
}
