package build_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/archive"
	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/test/generated"
	"github.com/polderhq/polder/test/sales"
)

// archive archives all streams of the account that can be, also those of which hardly an event is saved.
func (w *world) archive(account uuid.UUID, by *model.Release) {
	w.t.Helper()
	if err := w.tryToArchive(w.t.Context(), account, by); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) tryToArchive(ctx context.Context, account uuid.UUID, by *model.Release) error {
	ends, err := es.StreamEnds(ctx, w.Role(pg.Builder), account, uuid.Nil, 10_000)
	for _, end := range ends {
		if err == nil {
			_, err = es.ArchiveStreams(ctx, w.Role(pg.Builder), account, []uuid.UUID{end.StreamID}, func(events []es.Event) ([]es.ArchivedStream, error) {
				state, unfit := archive.Condense(by, events)
				if unfit != nil {
					return nil, nil //nolint:nilerr // its events are read
				}
				return []es.ArchivedStream{*state}, nil
			})
		}
	}
	return err
}

// some archives about half of the account's streams.
func (w *world) some(account uuid.UUID, seed uint64) {
	w.t.Helper()
	w.archive(account, w.Release)
	w.Exec(w.t, "DELETE FROM store.archived_streams WHERE account_id = $1 AND pg_catalog.uuid_hash_extended(stream_id, $2) % 2 = 0", account, int64(seed))
}

// Whatever the model, a build of archived streams comes to the rows of their events: of all of
// them or some, archived before or between or after the events, in one pass or many, also beside live rows.
func TestABuildOfArchivedStreamsComesToTheLiveRows(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := &world{sales.Open(t, pgtest.Shared(t), generated.Release(t, 300+seed)), t}
			events := generated.History(seed, 180)
			reference := w.live(events)
			random := rand.New(rand.NewPCG(seed, 17))
			for _, bytes := range []int{0, 9_000} {
				cut := 40 + random.IntN(140)
				account := w.unbuilt(events[:cut])
				if bytes == 0 {
					w.archive(account, w.Release)
				} else {
					w.some(account, seed)
				}
				w.Append(t, account, events[cut:]...)
				states, proven := int64(0), int64(0)
				for _, r := range w.build(build.Job{AccountID: account}, budget(bytes)) {
					states, proven = states+r.StatesRead, proven+r.StatesProven
				}
				if states == 0 || bytes == 0 && proven > 0 { // of so few states the proof takes none as it is
					t.Errorf("%d archived states were read, and %d by the proof", states, proven)
				}
				w.same(account, reference)
				w.archive(account, w.Release) // with what came
				w.build(build.Job{AccountID: account, All: true}, budget(bytes))
				w.same(account, reference)
			}
		})
	}
}

// many is a history of so many orders with their events one after another.
func many(w *world, n int) (uuid.UUID, []sales.Event) {
	events := orders(n)
	return w.unbuilt(events), events
}

func onlyNumbers(account uuid.UUID) build.Job {
	return build.Job{AccountID: account, Projections: []string{"OrderNumbers"}}
}

// A build reads no event that an archived state stands for, nor does its proof, but for the sample; what came later is read.
func TestABuildReadsStatesInThePlaceOfEvents(t *testing.T) {
	t.Parallel()
	w := &world{sales.Open(t, pgtest.Shared(t), sales.Release(t, showing)), t}
	account, events := many(w, 400)
	reference := w.build(onlyNumbers(w.unbuilt(events)))[0]
	work := archive.Work{Builder: w.Role(pg.Builder), AccountID: account, Release: w.Release, Before: time.Now().Add(time.Hour)}
	if report, err := work.Run(t.Context()); err != nil || report.Archived != 400 || report.Events != 2440 {
		t.Fatalf("%+v, %v", report, err)
	}
	late := slices.Clone(events[3:6])
	w.Append(t, account, late...)
	w.Project(t, account)
	got := w.build(onlyNumbers(account))[0]
	if got.EventsRead != 3 || got.StatesRead != 400 || got.Rows != reference.Rows {
		t.Errorf("%+v", got)
	}
	if got.StatesProven < 320 || got.StatesProven > 395 || got.EventsProven < 6*(400-got.StatesProven) || got.EventsProven > 7*(400-got.StatesProven)+10 {
		t.Errorf("the proof took %d states and %d events", got.StatesProven, got.EventsProven)
	}
	if undone, err := archive.Undo(t.Context(), w.Role(pg.Builder), account, nil); err != nil || undone != 400 {
		t.Errorf("%d, %v", undone, err)
	}
	job := onlyNumbers(account)
	again := w.build(job)[0]
	if again.StatesRead != 0 || again.EventsRead != 2443 || again.Digest != got.Digest || again.Replaced != 0 {
		t.Errorf("%+v", again)
	}
}

// A release with another fingerprint reads the events, and one with the same reads the states.
func TestAnotherReleaseOfArchivedStreams(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*model.IR)
		reads  bool
	}{
		"the same": {func(ir *model.IR) { numbers(ir).Fingerprint = "ca9876543221" }, true},
		"an attribute more": {func(ir *model.IR) {
			more := model.Attribute{Name: "More", Type: model.Type{Kind: model.Text}, Optional: true, Origin: "test:1"}
			ir.Streams[3].Attributes = append(slices.Clone(ir.Streams[3].Attributes), more)
			numbers(ir).Fingerprint = "ca9876543222"
		}, false},
		"an upcast": {func(ir *model.IR) { placedAnew(ir); numbers(ir).Fingerprint = "ca9876543223" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := grading(t, test.change)
			history := orders(30)
			account := g.live(history)
			reference := g.build(build.Job{AccountID: g.live(history), All: true})
			g.archive(account, g.before)
			g.Runs(account, g.after)
			results, err := build.Run(t.Context(), g.config(), build.Job{AccountID: account, Release: g.after, Projections: []string{"OrderNumbers"}})
			if err != nil || len(results) != 1 || !results[0].Live || (results[0].StatesRead > 0) != test.reads || (results[0].EventsRead > 0) == test.reads {
				t.Errorf("%+v, %v", results, err)
			}
			i := slices.IndexFunc(reference, func(r build.Result) bool { return r.Projection == "OrderNumbers" })
			if i < 0 || reference[i].Rows != results[0].Rows {
				t.Errorf("%d rows", results[0].Rows)
			}
		})
	}
}

// Rows that are made of old ones and of archived states are those of all events.
func TestASeededBuildOfArchivedStreams(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		g := grown(t, 240+seed)
		events := generated.Notes(seed, 150)
		reference := g.full(events)
		for _, bytes := range []int{0, 3_000} {
			account := g.entered(events[:100])
			g.archive(account, g.after)
			g.Append(t, account, events[100:]...)
			g.Project(t, account)
			g.move(account, budget(bytes))
			g.alike(fmt.Sprint("seed ", seed, " in ", bytes), account, reference)
		}
	}
}

// A projection that leaves an event out reads the events of its streams.
func TestAUnitThatLeavesEventsOutReadsThem(t *testing.T) {
	t.Parallel()
	w := &world{sales.Open(t, pgtest.Shared(t), sales.Release(t, showing)), t}
	account, _ := many(w, 20)
	w.archive(account, w.Release)
	w.Exec(t, `INSERT INTO store.skipped_events (account_id, table_name, sequence_number, payload_item_name, error, reason, actor)
		VALUES ($1, $2, 3, 'x', 'x', 'x', 'x')`, account, w.Release.Projection("OrderNumbers").Table)
	if r := w.build(onlyNumbers(account))[0]; r.StatesRead > 0 || r.StatesProven > 0 || r.EventsRead != 122 {
		t.Errorf("%+v", r)
	}
}

// A state that is not what its events come to is found by the proof, when it is in the sample.
func TestAProofFindsAWrongState(t *testing.T) {
	t.Parallel()
	w := &world{sales.Open(t, pgtest.Shared(t), sales.Release(t, showing)), t}
	account, _ := many(w, 30) // so few are all in the sample
	w.archive(account, w.Release)
	w.Exec(t, `UPDATE store.archived_streams SET state = replace(state::text, '"OrderNumber":30', '"OrderNumber":40')::json
		WHERE account_id = $1 AND stream_id = (SELECT stream_id FROM store.archived_streams WHERE account_id = $1 AND state::text LIKE '%"OrderNumber":30%' LIMIT 1)`, account)
	results, err := build.Run(t.Context(), w.config(), build.Job{AccountID: account, Release: w.Release, Projections: []string{"OrderNumbers"}})
	if err != nil || len(results) != 1 || results[0].Live || len(results[0].Differences) != 1 || results[0].Differences[0].Column != "OrderNumber" {
		t.Errorf("%+v, %v", results, err)
	}
	w.Exec(t, `UPDATE store.archived_streams SET state = '[[]]' WHERE account_id = $1`, account)
	if results, err := build.Run(t.Context(), w.config(), build.Job{AccountID: account, Release: w.Release, Projections: []string{"OrderNumbers"}}); err == nil && results[0].Live {
		t.Errorf("what is no state is read as %+v", results)
	}
}

// Streams that are archived, written to, and read as events again while a build is under way do not change what it comes to.
func TestArchivingWhileABuildRuns(t *testing.T) {
	t.Parallel()
	w := &world{sales.Open(t, pgtest.Shared(t), generated.Release(t, 310)), t}
	events := generated.History(11, 180)
	reference := w.live(events)
	account := w.unbuilt(events[:120])
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	runs := 0
	go func() {
		for ctx.Err() == nil {
			if err := w.tryToArchive(ctx, account, w.Release); err != nil && ctx.Err() == nil {
				ended <- err
				return
			}
			if runs++; runs%2 == 0 {
				if _, err := archive.Undo(ctx, w.Role(pg.Builder), account, nil); err != nil && ctx.Err() == nil {
					ended <- err
					return
				}
			}
		}
		ended <- nil
	}()
	for i := range 6 {
		w.Append(t, account, events[120+10*i:130+10*i]...)
		w.build(build.Job{AccountID: account, All: true}, budget(9_000))
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	w.same(account, reference)
}
