package es_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
)

// archived stores states of the streams, which say how many events they stand for.
func archived(t *testing.T, w *world, fingerprint string, streams ...uuid.UUID) {
	t.Helper()
	stored, err := es.ArchiveStreams(t.Context(), w.db.Pool(t, pg.Builder), w.account, streams, func(events []es.Event) (states []es.ArchivedStream, err error) {
		for _, id := range streams {
			own := slices.DeleteFunc(slices.Clone(events), func(e es.Event) bool { return e.StreamID != id })
			last := own[len(own)-1]
			states = append(states, es.ArchivedStream{StreamID: id, StreamType: "Thing", Fingerprint: fingerprint, Revision: last.StreamRevision,
				SequenceNumber: last.SequenceNumber, Events: []string{"OneEvent", "TwoEvent"}, State: json.RawMessage(fmt.Sprint(len(own)))})
		}
		return states, nil
	})
	if err != nil || stored != int64(len(streams)) {
		t.Fatal(stored, err)
	}
}

// reading collects what comes of a read of the account: states, with how many events they stand for, and numbers of events.
type reading struct{ states, events []string }

func (r *reading) take(e *es.Event) error {
	if e.IsState() {
		r.states = append(r.states, fmt.Sprintf("%s of %s to %d", e.Payload, e.StreamID, e.SequenceNumber))
		return nil
	}
	r.events = append(r.events, fmt.Sprint(e.SequenceNumber))
	return nil
}

// expected is what has to come when those revisions of streams, and all before them, are archived.
func expected(all []es.Event, archived map[uuid.UUID]int, types []string) (r reading) {
	for i := range all {
		e := all[i]
		switch {
		case e.StreamRevision == archived[e.StreamID]:
			e.PayloadItemName, e.Payload = "", json.RawMessage(fmt.Sprint(e.StreamRevision))
			_ = r.take(&e)
		case e.StreamRevision > archived[e.StreamID] && (types == nil || slices.Contains(types, e.PayloadItemName)):
			_ = r.take(&e)
		}
	}
	return r
}

func (r *reading) text() string {
	slices.Sort(r.states)
	return strings.Join(slices.Concat(r.states, r.events), "\n")
}

// States come in the place of the events up to theirs, where the reader knows the fingerprint; what came later, and
// all else, comes as events.
func TestReadArchivedStreams(t *testing.T) {
	t.Parallel()
	w, streams, all := library(t)
	pool := w.db.Pool(t, pg.Builder)
	ends := map[uuid.UUID]int{}
	for i := range all {
		ends[all[i].StreamID] = all[i].StreamRevision
	}
	archived(t, w, "f1", streams[0])
	w.mustAppend(t, w.write(streams[0], es.Any(), 2))
	archived(t, w, "f2", streams[1])
	late := w.write(streams[1], es.Any(), 1)
	late.Writes[0].Events[0].PayloadItemName = "TwoEvent"
	w.mustAppend(t, late)
	all = history(t, w.Store, w.account)
	both := map[uuid.UUID]int{streams[0]: ends[streams[0]], streams[1]: ends[streams[1]]}
	for name, c := range map[string]struct {
		account      uuid.UUID
		fingerprints []string
		types        []string
		until        int64
		from         uuid.UUID
		states       map[uuid.UUID]int
	}{
		"both":              {fingerprints: []string{"f1", "f2"}, states: both},
		"one":               {fingerprints: []string{"f2", "f3"}, states: map[uuid.UUID]int{streams[1]: ends[streams[1]]}},
		"none":              {fingerprints: []string{"f3"}},
		"no fingerprint":    {},
		"types":             {fingerprints: []string{"f1", "f2"}, types: []string{"TwoEvent"}, states: both},
		"before they ended": {fingerprints: []string{"f1", "f2"}, until: 40},
		"some streams":      {fingerprints: []string{"f1", "f2"}, from: streams[2], states: both},
		"another account's": {account: uuid.New(), fingerprints: []string{"f1", "f2"}},
	} {
		account, there := cmp.Or(c.account, w.account), slices.DeleteFunc(slices.Clone(all), func(e es.Event) bool {
			return c.account != uuid.Nil || c.until > 0 && e.SequenceNumber > c.until || bytes.Compare(e.StreamID[:], c.from[:]) < 0
		})
		want := expected(there, c.states, c.types)
		var got reading
		archives := es.Archives{Fingerprints: c.fingerprints, Events: []string{"TwoEvent"}}
		r := es.AccountRange{AccountID: account, Until: c.until, Types: c.types, FromID: c.from}
		if err := es.StreamArchived(t.Context(), pool, r, archives, got.take); err != nil {
			t.Fatal(err)
		}
		if got.text() != want.text() {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got.text(), want.text())
		}
		if c.from != uuid.Nil {
			continue
		}
		byStream, last := reading{}, es.Event{}
		types := c.types
		if types == nil {
			types = []string{"OneEvent", "TwoEvent", "ThreeEvent", "ThingHappenedEvent"}
		}
		archives.OneIn = func(int64) int64 { return 1 << 40 } // that is none
		err := es.EachArchivedPage(t.Context(), pool, es.StreamsRange{AccountID: account, Until: c.until, Types: types, Limit: 4}, archives, func(page []es.Event) error {
			for i := range page {
				if order := bytes.Compare(last.StreamID[:], page[i].StreamID[:]); order > 0 || order == 0 && last.StreamRevision >= page[i].StreamRevision {
					t.Errorf("%s: %s %d comes after %s %d", name, page[i].StreamID, page[i].StreamRevision, last.StreamID, last.StreamRevision)
				}
				last = page[i]
				_ = byStream.take(&page[i])
			}
			return nil
		})
		slices.SortFunc(byStream.events, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
		if err != nil || byStream.text() != want.text() {
			t.Errorf("%s: %v, stream by stream got\n%s\nwant\n%s", name, err, byStream.text(), want.text())
		}
	}
	archives := es.Archives{Fingerprints: []string{"f1"}, Events: []string{"FourEvent"}}
	var got reading
	if err := es.StreamArchived(t.Context(), pool, es.AccountRange{AccountID: w.account}, archives, got.take); err != nil || len(got.states) > 0 || len(got.events) != len(all)-ends[streams[0]] {
		t.Errorf("of an event that no state has anything of: %d states and %d events, %v", len(got.states), len(got.events), err)
	}
	archives.OneIn = func(int64) int64 { return 1 }
	archives.Events = []string{"OneEvent"}
	events := 0
	err := es.EachArchivedPage(t.Context(), pool, es.StreamsRange{AccountID: w.account, Types: []string{"OneEvent"}, Limit: 4}, archives, func(page []es.Event) error {
		events += len(page)
		if slices.ContainsFunc(page, func(e es.Event) bool { return e.IsState() }) {
			t.Error("a stream of the sample comes as a state")
		}
		return nil
	})
	if err != nil || events != 20 {
		t.Errorf("%d events, %v", events, err)
	}
}

// Events that a state stands for are found out by a hash table, and come in their order without being sorted: a
// place of the index for each would take longer than to read them.
func TestTheEventsOfArchivedStreamsAreLeftOutByAHashTable(t *testing.T) {
	t.Parallel()
	w, streams, _ := library(t)
	archived(t, w, "f1", streams[0])
	for name, statement := range es.ArchivedStatements(w.account) {
		plan := explain(t, w, pg.Builder, statement)
		hashed := slices.ContainsFunc(plan, func(line string) bool { return strings.Contains(line, "NOT (hashed SubPlan") })
		if !hashed || name == "read_unarchived" && sortsEvents(plan) {
			t.Errorf("%s:\n%s", name, strings.Join(plan, "\n"))
		}
	}
}

// The ends of streams come one after another, and say what is archived of each.
func TestStreamEnds(t *testing.T) {
	t.Parallel()
	w, streams, all := library(t)
	archived(t, w, "f1", streams[2])
	w.mustAppend(t, w.write(streams[2], es.Any(), 1))
	pool := w.db.Pool(t, pg.Builder)
	found := map[uuid.UUID]es.StreamEnd{}
	for after := uuid.Nil; ; {
		ends, err := es.StreamEnds(t.Context(), pool, w.account, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(ends) == 0 {
			break
		}
		for _, end := range ends {
			if bytes.Compare(end.StreamID[:], after[:]) <= 0 {
				t.Errorf("%s comes after %s", end.StreamID, after)
			}
			after = end.StreamID
			found[end.StreamID] = end
		}
	}
	revision := func(id uuid.UUID) (n int) {
		for i := range all {
			if all[i].StreamID == id {
				n = all[i].StreamRevision
			}
		}
		return n
	}
	if len(found) != 3 || found[streams[0]].Revision != revision(streams[0]) || found[streams[0]].Fingerprint != "" || found[streams[0]].CommitTime.IsZero() {
		t.Errorf("%+v", found)
	}
	if end := found[streams[2]]; end.Revision != revision(streams[2])+1 || end.ArchivedRevision != revision(streams[2]) || end.Fingerprint != "f1" {
		t.Errorf("%+v", end)
	}
	if ends, err := es.StreamEnds(t.Context(), pool, uuid.New(), uuid.Nil, 9); err != nil || len(ends) > 0 {
		t.Errorf("another account's: %+v, %v", ends, err)
	}
	if n, err := es.Unarchive(t.Context(), pool, uuid.New(), nil, 9); err != nil || n > 0 {
		t.Errorf("another account's: %d, %v", n, err)
	}
	if n, err := es.Unarchive(t.Context(), pool, w.account, []string{"Other"}, 9); err != nil || n > 0 {
		t.Errorf("of another type: %d, %v", n, err)
	}
	if n, err := es.Unarchive(t.Context(), pool, w.account, []string{"Thing"}, 9); err != nil || n != 1 {
		t.Errorf("%d, %v", n, err)
	}
}

// States are copied into the history of an account that is being made, and of no other one.
func TestCopyArchived(t *testing.T) {
	t.Parallel()
	w, streams, _ := library(t)
	pool := w.db.Pool(t, pg.Builder)
	archived(t, w, "f1", streams...)
	of := es.ArchivedRange{AccountID: w.account, Limit: 10}
	states, err := es.ReadArchived(t.Context(), pool, of)
	if err != nil || len(states) != 3 {
		t.Fatal(states, err)
	}
	made := newAccount(t, w.db)
	for name, account := range map[string]uuid.UUID{"in use": w.account, "nobody's": uuid.New(), "not opened": made} {
		if stored, err := es.CopyArchived(t.Context(), pool, es.Into{AccountID: account}, states); err != nil || stored != 0 {
			t.Errorf("%s: %d states, %v", name, stored, err)
		}
	}
	if _, err := w.db.Pool(t, pg.Admin).Exec(t.Context(), "UPDATE store.account_heads SET state = 'moving' WHERE account_id = $1", made); err != nil {
		t.Fatal(err)
	}
	if stored, err := es.CopyArchived(t.Context(), pool, es.Into{AccountID: made, Generation: 1}, states); err != nil || stored != 0 {
		t.Errorf("another generation: %d states, %v", stored, err)
	}
	if stored, err := es.CopyArchived(t.Context(), pool, es.Into{AccountID: made}, states); err != nil || stored != 3 {
		t.Errorf("%d states, %v", stored, err)
	}
	copied, err := es.ReadArchived(t.Context(), pool, es.ArchivedRange{AccountID: made, Limit: 10})
	for i := range copied {
		copied[i].ArchivedAt = states[i].ArchivedAt
	}
	if err != nil || !reflect.DeepEqual(copied, states) {
		t.Errorf("%+v, %v; want %+v", copied, err, states)
	}
	numbers := []int64{states[0].SequenceNumber, states[1].SequenceNumber, states[2].SequenceNumber}
	other := 1
	for name, c := range map[string]struct {
		r    es.ArchivedRange
		want int
	}{
		"up to the first end":       {es.ArchivedRange{Until: slices.Min(numbers), Limit: 10}, 1},
		"before it":                 {es.ArchivedRange{Until: slices.Min(numbers) - 1, Limit: 10}, 0},
		"after the first":           {es.ArchivedRange{After: states[0].StreamID, Limit: 10}, 2},
		"two":                       {es.ArchivedRange{Limit: 2}, 2},
		"of a generation":           {es.ArchivedRange{Limit: 10, Generation: new(int)}, 3},
		"of one that there is none": {es.ArchivedRange{Limit: 10, Generation: &other}, 0},
	} {
		c.r.AccountID = w.account
		if got, err := es.ReadArchived(t.Context(), pool, c.r); err != nil || len(got) != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
