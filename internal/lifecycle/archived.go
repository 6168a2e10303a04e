package lifecycle

import (
	"context"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

// pageStates is how many archived states are copied at once.
const pageStates = 500

// Carried says how many streams are archived of a copy. Builds read the events of others, until these are archived there too.
type Carried struct {
	Archived int64 `json:"archivedStreams"`
	Left     int64 `json:"archivedStreamsLeft"` // that are archived where it was copied from, and not in the copy
}

// carry copies the archived states that stand for events of the copy, whose builds begin with them. A state was made of the very events that were
// copied, or of what they had been changed to in their places, which its release reads alike. The proofs of the builds compare some of them with
// these events, and whatever is wrong with the others admin account verify finds. What an earlier try has left goes first: it may be gone where
// it was copied from.
func (r *Runner) carry(ctx context.Context, from Place, source span, to *sink) error {
	if _, err := es.Unarchive(ctx, to.builder, to.account, nil, removeRows); err != nil {
		return err
	}
	done := int64(0)
	for after := uuid.Nil; to.block.Number > 0; {
		states, err := es.ReadArchived(ctx, from.Builder, es.ArchivedRange{AccountID: source.account, After: after, Until: to.block.Number,
			Limit: pageStates, Generation: &source.generation})
		if err != nil || len(states) == 0 {
			return err
		}
		if err := r.Throttle.Take(ctx, len(states)); err != nil {
			return err
		}
		for i := range states {
			// What the copy stores from here on has numbers that the source has given to other events.
			states[i].Until = min(states[i].Until, to.block.Number)
		}
		stored, err := es.CopyArchived(ctx, to.builder, es.Into{AccountID: to.account, Generation: to.generation}, states)
		if err == nil && stored != int64(len(states)) {
			err = fault.New(fault.Conflict, "Account %s is in use on its store already", to.account)
		}
		if err != nil {
			return err
		}
		after, done = states[len(states)-1].StreamID, done+stored
		r.told("archived streams", done, done)
	}
	return nil
}

// countArchived returns how many streams of the account's history in use are archived.
func countArchived(ctx context.Context, at Place, account uuid.UUID) (streams int64, err error) {
	err = at.Admin.QueryRow(ctx, countArchivedSQL, account).Scan(&streams)
	return streams, pg.Fault(err)
}

// carriedTo compares a copy with what it was copied from, where so many streams are archived.
func carriedTo(ctx context.Context, at Place, account uuid.UUID, there int64) (c Carried, err error) {
	c.Archived, err = countArchived(ctx, at, account)
	c.Left = max(0, there-c.Archived)
	return c, err
}
