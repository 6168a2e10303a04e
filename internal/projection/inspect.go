package projection

import (
	"bytes"
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
)

// Fold applies one event to a source's row, nil when there is none yet, exactly as the live
// page does.
func (t *Target) Fold(before *model.Row, e es.Event) (*model.Row, error) { return t.foldOne(before, e) }

// Sequenced reports whether rows keep the number of the last event that changed them.
func (t *Target) Sequenced() bool { return t.Table.sequenced }

// The names under which Differing tells of what is no column of the model.
const (
	HiddenColumn   = "hidden"
	SequenceColumn = "row_sequence"
)

// Differing returns the names of the columns in which two rows of the target differ, and
// HiddenColumn when what they hide differs.
func (t *Target) Differing(a, b *model.Row) []string {
	var names []string
	for _, c := range t.cells {
		if !equal(a.Values[c.value], b.Values[c.value]) && !slices.Contains(names, c.value) {
			names = append(names, c.value)
		}
	}
	if !bytes.Equal(a.Hidden, b.Hidden) {
		names = append(names, HiddenColumn)
	}
	return names
}

// Correction says what a row has to be, because it is not.
type Correction struct {
	Key      uuid.UUID
	Before   *model.Row // as it is; nil: it is not there
	Row      *model.Row // as it has to be; nil: it may not be there
	Sequence int64      // of a source's row: the last event that changed it
}

// Held is the claim of an account, taken by Hold for one transaction. Nobody else changes
// the account's read models while it lasts.
type Held struct {
	page
	claim
}

// Hold waits for the page at hand and keeps the next one out to the end of the transaction.
// The role is projector. It reports false when the account is not on this store.
func (p *Plan) Hold(ctx context.Context, tx pgx.Tx, account uuid.UUID) (Held, bool, error) {
	h := Held{page: page{tx: tx, account: account, plan: p}}
	var err error
	h.claim, err = h.page.claim(ctx, holdLiveSQL)
	return h, h.claimed, err
}

// Correct writes the rows of the target. What it feeds does not follow: chained rows that
// are wrong as well are corrections of their own. Rows that copy from the target follow by
// fan-out jobs.
func (h Held) Correct(ctx context.Context, t *Target, corrections []Correction) error {
	w := newWriter(h.page, h.notLive)
	d := newDelta(t)
	for _, c := range corrections {
		r := d.row(c.Key)
		r.before, r.after, r.sequence = c.Before, c.Row, c.Sequence
	}
	if err := w.write(d); err != nil {
		return err
	}
	return w.flush(ctx)
}
