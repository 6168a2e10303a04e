package es_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

// library is an account with 60 events on 3 streams, of three types in turn.
func library(t *testing.T) (*world, []uuid.UUID, []es.Event) {
	w := newWorld(t)
	streams := []uuid.UUID{uuid.New(), uuid.New(), uuid.New()}
	for i := range 20 {
		a := w.write(streams[i%3], es.Any(), 3)
		for j, name := range []string{"OneEvent", "TwoEvent", "ThreeEvent"} {
			a.Writes[0].Events[j].PayloadItemName = name
		}
		w.mustAppend(t, a)
	}
	return w, streams, history(t, w.Store, w.account)
}

func TestReadAccount(t *testing.T) {
	t.Parallel()
	w, _, all := library(t)
	asOf := all[29].CommitTime
	for name, c := range map[string]struct {
		r    es.AccountRange
		want []es.Event
	}{
		"all":               {es.AccountRange{}, all},
		"after":             {es.AccountRange{After: 57}, all[57:]},
		"until":             {es.AccountRange{Until: 3}, all[:3]},
		"page":              {es.AccountRange{After: 10, Limit: 5}, all[10:15]},
		"backward":          {es.AccountRange{Backward: true, Limit: 2}, []es.Event{all[59], all[58]}},
		"backward page":     {es.AccountRange{Backward: true, Until: 58, Limit: 2}, []es.Event{all[57], all[56]}},
		"types":             {es.AccountRange{Types: []string{"TwoEvent"}, Until: 6}, []es.Event{all[1], all[4]}},
		"as of":             {es.AccountRange{AsOf: asOf}, all[:30]},
		"as of backward":    {es.AccountRange{AsOf: asOf, Backward: true, Limit: 1}, all[29:30]},
		"as of and until":   {es.AccountRange{AsOf: asOf, Until: 4}, all[:4]},
		"as of the future":  {es.AccountRange{AsOf: time.Now().Add(time.Hour)}, all},
		"as of before":      {es.AccountRange{AsOf: all[0].CommitTime.Add(-time.Microsecond)}, nil},
		"another account's": {es.AccountRange{AccountID: uuid.New()}, nil},
		"past the end":      {es.AccountRange{After: 60}, nil},
	} {
		if c.r.AccountID == uuid.Nil {
			c.r.AccountID = w.account
		}
		got, err := w.ReadAccount(t.Context(), c.r)
		if err != nil || !slices.EqualFunc(got, c.want, same) {
			t.Errorf("%s: %d events %v, want %d", name, len(got), err, len(c.want))
		}
		var inTx []es.Event
		err = pg.InAccount(t.Context(), w.db.Pool(t, pg.Projector), c.r.AccountID, func(tx pgx.Tx) (err error) {
			inTx, err = es.ReadAccountTx(t.Context(), tx, c.r)
			return err
		})
		if err != nil || !slices.EqualFunc(inTx, c.want, same) {
			t.Errorf("%s in a transaction: %d events %v, want %d", name, len(inTx), err, len(c.want))
		}
	}
}

func TestStreamAccount(t *testing.T) {
	t.Parallel()
	w, streams, all := library(t)
	slices.SortFunc(streams, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	var upper, rare []es.Event
	for _, e := range all {
		if bytes.Compare(e.StreamID[:], streams[1][:]) >= 0 {
			upper = append(upper, e)
			if e.PayloadItemName == "TwoEvent" {
				rare = append(rare, e)
			}
		}
	}
	builder := w.db.Pool(t, pg.Builder)
	for name, c := range map[string]struct {
		r    es.AccountRange
		want []es.Event
	}{
		"all":           {es.AccountRange{}, all},
		"numbers":       {es.AccountRange{After: 7, Until: 50}, all[7:50]},
		"ids":           {es.AccountRange{FromID: streams[1]}, upper},
		"ids and types": {es.AccountRange{FromID: streams[1], Types: []string{"TwoEvent"}}, rare},
		"as of before":  {es.AccountRange{AsOf: all[0].CommitTime.Add(-time.Microsecond)}, nil},
	} {
		c.r.AccountID = w.account
		var got []es.Event
		err := es.StreamAccount(t.Context(), builder, c.r, func(e *es.Event) error {
			kept := *e
			kept.Payload = slices.Clone(e.Payload)
			got = append(got, kept)
			return nil
		})
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %d events %v, want %d", name, len(got), err, len(c.want))
		}
	}
}

func TestReadStreams(t *testing.T) {
	t.Parallel()
	w, streams, all := library(t)
	byStream := slices.Clone(all)
	slices.SortStableFunc(byStream, func(a, b es.Event) int { return bytes.Compare(a.StreamID[:], b.StreamID[:]) })
	slices.SortFunc(streams, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	pick := func(wanted func(es.Event) bool) (some []es.Event) {
		for _, e := range byStream {
			if wanted(e) {
				some = append(some, e)
			}
		}
		return some
	}
	for name, c := range map[string]struct {
		r    es.StreamsRange
		want []es.Event
	}{
		"all":     {es.StreamsRange{}, byStream},
		"first":   {es.StreamsRange{Limit: 7}, byStream[:7]},
		"types":   {es.StreamsRange{Types: []string{"TwoEvent"}}, pick(func(e es.Event) bool { return e.PayloadItemName == "TwoEvent" })},
		"until":   {es.StreamsRange{Until: 40}, pick(func(e es.Event) bool { return e.SequenceNumber <= 40 })},
		"streams": {es.StreamsRange{Only: streams[1:2], Until: 90}, pick(func(e es.Event) bool { return e.StreamID == streams[1] && e.SequenceNumber <= 90 })},
		"after": {es.StreamsRange{After: streams[1], AfterRevision: 1}, pick(func(e es.Event) bool {
			order := bytes.Compare(e.StreamID[:], streams[1][:])
			return order > 0 || order == 0 && e.StreamRevision > 1
		})},
	} {
		c.r.AccountID = w.account
		got, err := es.ReadStreams(t.Context(), w.db.Pool(t, pg.Builder), c.r)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %d events %v, want %d", name, len(got), err, len(c.want))
		}
	}
}

func TestEachPage(t *testing.T) {
	t.Parallel()
	w, _, all := library(t)
	slices.SortStableFunc(all, func(a, b es.Event) int { return bytes.Compare(a.StreamID[:], b.StreamID[:]) })
	var rare []es.Event
	for _, e := range all {
		if e.PayloadItemName == "TwoEvent" && e.SequenceNumber <= 90 {
			rare = append(rare, e)
		}
	}
	for _, few := range []bool{false, true} {
		for _, limit := range []int{1, 7, len(rare), 1000} {
			r := es.StreamsRange{AccountID: w.account, Types: []string{"TwoEvent"}, Until: 90, Limit: limit, Few: few}
			var got []es.Event
			err := es.EachPage(t.Context(), w.db.Pool(t, pg.Builder), r, func(page []es.Event) error {
				if len(page) > limit {
					t.Errorf("a page of %d events, at most %d", len(page), limit)
				}
				got = append(got, page...)
				return nil
			})
			if err != nil || len(rare) == 0 || !reflect.DeepEqual(got, rare) {
				t.Errorf("few %t, pages of %d: %d events %v, want %d", few, limit, len(got), err, len(rare))
			}
			enough, pages := errors.New("enough"), 0
			err = es.EachPage(t.Context(), w.db.Pool(t, pg.Builder), r, func([]es.Event) error {
				pages++
				return enough
			})
			if !errors.Is(err, enough) || pages != 1 {
				t.Errorf("few %t: %v after %d pages, want the reader's error after 1", few, err, pages)
			}
		}
	}
}

func TestStreamAccountEndsWithTheErrorOfItsReader(t *testing.T) {
	t.Parallel()
	w, _, _ := library(t)
	enough, seen := errors.New("enough"), 0
	err := es.StreamAccount(t.Context(), w.db.Pool(t, pg.Builder), es.AccountRange{AccountID: w.account}, func(*es.Event) error {
		seen++
		return enough
	})
	if !errors.Is(err, enough) || seen != 1 {
		t.Errorf("%v after %d events, want the reader's error after 1", err, seen)
	}
}

func same(a, b es.Event) bool {
	return a.SequenceNumber == b.SequenceNumber && a.StreamID == b.StreamID && string(a.Payload) == string(b.Payload)
}

func TestReadStream(t *testing.T) {
	t.Parallel()
	w, streams, all := library(t)
	var own []es.Event
	for _, e := range all {
		if e.StreamID == streams[1] {
			own = append(own, e)
		}
	}
	for name, c := range map[string]struct {
		r    es.StreamRange
		want []es.Event
	}{
		"all":      {es.StreamRange{}, own},
		"from":     {es.StreamRange{From: 20}, own[19:]},
		"from, to": {es.StreamRange{From: 2, To: 4}, own[1:4]},
		"limit":    {es.StreamRange{From: 2, Limit: 2}, own[1:3]},
		"backward": {es.StreamRange{To: 5, Backward: true, Limit: 1}, own[4:5]},
		"as of":    {es.StreamRange{AsOf: own[5].CommitTime}, own[:6]},
	} {
		c.r.AccountID, c.r.StreamID = w.account, streams[1]
		if got, err := w.ReadStream(t.Context(), c.r); err != nil || !slices.EqualFunc(got, c.want, same) {
			t.Errorf("%s: %d events %v, want %d", name, len(got), err, len(c.want))
		}
	}
	if got, err := w.ReadStream(t.Context(), es.StreamRange{AccountID: w.account, StreamID: uuid.New()}); err != nil || len(got) != 0 {
		t.Errorf("a stream that does not exist: %v %v", got, err)
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	w, _, all := library(t)
	head, err := w.Head(t.Context(), w.account)
	last := all[len(all)-1]
	if err != nil || head.SequenceNumber != 60 || head.Epoch != 1 || head.State != "active" || !head.CommitTime.Equal(last.CommitTime) {
		t.Errorf("head %+v %v", head, err)
	}
	if _, err := w.Head(t.Context(), uuid.New()); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v, want not found", err)
	}
	if err := es.SetState(t.Context(), w.db.Pool(t, pg.Admin), uuid.New(), "active"); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v, want not found", err)
	}
}

func TestLoadGivesTheReleasesSnapshotAndItsTail(t *testing.T) {
	t.Parallel()
	w, streams, _ := library(t)
	stream := streams[2] // 18 events
	load := func(release string, revision, tail int) {
		t.Helper()
		snapshot, events, err := w.Load(t.Context(), w.account, stream, release)
		if err != nil || len(events) != tail || (snapshot == nil) != (revision == 0) {
			t.Fatalf("%s: %v, %d events, %v; want revision %d and %d", release, snapshot, len(events), err, revision, tail)
		}
		if snapshot != nil && (snapshot.Revision != revision || snapshot.Release != release || string(snapshot.State) != `{"n":1}`) {
			t.Errorf("%s: snapshot %+v, want revision %d", release, snapshot, revision)
		}
		if tail > 0 && (events[0].StreamRevision != revision+1 || events[tail-1].StreamRevision != 18) {
			t.Errorf("%s: the tail is %d..%d", release, events[0].StreamRevision, events[tail-1].StreamRevision)
		}
	}
	save := func(release string, revision int) {
		t.Helper()
		err := w.SaveSnapshot(t.Context(), w.account, es.Snapshot{StreamID: stream, Release: release, Revision: revision, State: json.RawMessage(`{"n":1}`)})
		if err != nil {
			t.Fatal(err)
		}
	}
	load("one", 0, 18)
	save("one", 10)
	load("one", 10, 8)
	load("two", 0, 18)
	save("two", 18)
	save("one", 7) // a slow process must not put an older one in its place
	load("two", 18, 0)
	load("one", 10, 8)
	snapshot, events, err := w.Load(t.Context(), uuid.New(), stream, "one")
	if snapshot != nil || len(events) > 0 || err != nil {
		t.Errorf("another account loads %v %v %v", snapshot, events, err)
	}
}

func TestReadsUseTheIndexes(t *testing.T) {
	t.Parallel()
	w, streams, _ := library(t)
	for role, statements := range map[pg.Role]map[string]es.ReadStatement{
		pg.API:      es.ReadStatements(w.account, streams[0]),
		pg.Appender: es.LoadStatements(w.account, streams[0]),
	} {
		for name, c := range statements {
			plan := explain(t, w, role, c)
			if !slices.ContainsFunc(plan, func(line string) bool { return looksUp(line, c.Cond) }) || sortsEvents(plan) != c.Sort {
				t.Errorf("%s: no index is asked for %s, or events are sorted:\n%s", name, c.Cond, strings.Join(plan, "\n"))
			}
		}
	}
}

func looksUp(line string, conditions []string) bool {
	return strings.Contains(line, "Index Cond:") &&
		!slices.ContainsFunc(conditions, func(c string) bool { return !strings.Contains(line, c) })
}

func sortsEvents(plan []string) bool {
	return slices.ContainsFunc(plan, func(line string) bool { return strings.Contains(line, "Sort Key: events.") })
}

// explain gives the plan without sequential scans, which a small table would have.
func explain(t *testing.T, w *world, role pg.Role, s es.ReadStatement) (plan []string) {
	t.Helper()
	err := pg.InAccount(t.Context(), w.db.Pool(t, role), w.account, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"); err != nil {
			return err
		}
		rows, err := tx.Query(t.Context(), "EXPLAIN (COSTS OFF) "+s.SQL, s.Args...)
		if err != nil {
			return err
		}
		plan, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}
