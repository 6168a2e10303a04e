package es_test

import (
	"maps"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
)

// What is counted is what a reader is spared who knows the fingerprint: of one account, and of nobody else's.
func TestCountArchived(t *testing.T) {
	t.Parallel()
	w, streams, all := library(t)
	pool := w.db.Pool(t, pg.Builder)
	archived(t, w, "f1", streams[0], streams[1])
	archived(t, w, "f2", streams[2])
	w.mustAppend(t, w.write(streams[0], es.Any(), 2)) // no state stands for it
	want := kindsOf(all, func(e es.Event) bool { return e.StreamID != streams[2] })
	counts, err := es.CountArchived(t.Context(), pool, w.account, es.Archives{Fingerprints: []string{"f1"}, Events: []string{"TwoEvent"}})
	facts := map[es.ArchivedFact]int64{{StreamType: "Thing", Event: "OneEvent"}: 2, {StreamType: "Thing", Event: "TwoEvent"}: 2}
	if err != nil || counts.States != 2 || !maps.Equal(counts.Facts, facts) || len(want) == 0 || !maps.Equal(counts.Events, want) {
		t.Errorf("%+v, %v; want %v and %v", counts, err, facts, want)
	}
	if counts, err := es.CountArchived(t.Context(), pool, w.account, es.Archives{Fingerprints: []string{"f1"}, Events: []string{"FourEvent"}}); err != nil || counts.States != 0 {
		t.Errorf("of an event that no state has anything of: %+v, %v", counts, err)
	}
	for name, c := range map[string]struct {
		account      uuid.UUID
		fingerprints []string
	}{"another account's": {uuid.New(), []string{"f1"}}, "another fingerprint's": {w.account, []string{"f3"}}, "none": {w.account, nil}} {
		counts, err := es.CountArchived(t.Context(), pool, c.account, es.Archives{Fingerprints: c.fingerprints, Events: []string{"TwoEvent"}})
		if err != nil || counts.States != 0 || len(counts.Facts)+len(counts.Events) > 0 {
			t.Errorf("%s: %+v, %v", name, counts, err)
		}
	}
}
