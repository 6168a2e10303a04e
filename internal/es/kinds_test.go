package es_test

import (
	"maps"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
)

// kindsOf counts the kinds of those events that are asked for.
func kindsOf(all []es.Event, asked func(es.Event) bool) map[es.Kind]int64 {
	kinds := map[es.Kind]int64{}
	for _, e := range all {
		if asked(e) {
			kinds[es.Kind{StreamType: e.StreamType, PayloadItemName: e.PayloadItemName, PayloadVersion: e.PayloadVersion}]++
		}
	}
	return kinds
}

// Kinds are counted of a range of one account, and of nobody else's events.
func TestCountKinds(t *testing.T) {
	t.Parallel()
	w, _, all := library(t)
	builder := w.db.Pool(t, pg.Builder)
	for _, r := range []es.AccountRange{{}, {Until: 40}, {After: 10}, {After: 10, Until: 40}} {
		want := kindsOf(all, func(e es.Event) bool {
			return e.SequenceNumber > r.After && (r.Until == 0 || e.SequenceNumber <= r.Until)
		})
		r.AccountID = w.account
		if got, err := es.CountKinds(t.Context(), builder, r); err != nil || len(got) == 0 || !maps.Equal(got, want) {
			t.Errorf("%+v: %v %v, want %v", r, got, err, want)
		}
	}
	if got, err := es.CountKinds(t.Context(), builder, es.AccountRange{AccountID: uuid.New()}); err != nil || len(got) > 0 {
		t.Errorf("of another account: %v %v", got, err)
	}
	err := pg.InAccount(t.Context(), w.db.Pool(t, pg.Projector), uuid.New(), func(tx pgx.Tx) error {
		if got, err := es.CountKinds(t.Context(), tx, es.AccountRange{AccountID: w.account}); err != nil || len(got) > 0 {
			t.Errorf("as another account: %v %v", got, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
