package archive_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/archive"
	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/test/generated"
	"github.com/polderhq/polder/test/sales"
)

// Whoever is another account has nothing archived, and archiving the one leaves the other alone.
func TestTwoAccounts(t *testing.T) {
	t.Parallel()
	w := open(t)
	north, south := w.account(1, 600), w.account(1, 600)
	dry := w.work(north)
	dry.DryRun = true
	if report := w.run(dry); report.Archived == 0 || w.archived(north) > 0 {
		t.Errorf("a dry run: %+v, and %d are archived", report, w.archived(north))
	}
	report := w.run(w.work(north))
	if report.Archived == 0 || report.Archived != w.archived(north) || report.Archived+report.Short != report.Streams || w.archived(south) > 0 {
		t.Errorf("%+v; %d and %d are archived", report, w.archived(north), w.archived(south))
	}
	if again := w.run(w.work(north)); again.Already != report.Archived || again.Archived > 0 {
		t.Errorf("again: %+v", again)
	}
	w.run(w.work(south))
	if n, err := archive.Undo(t.Context(), w.Role(pg.Builder), south, []string{"Nothing"}); err != nil || n > 0 {
		t.Errorf("%d of another type were removed, %v", n, err)
	}
	if n, err := archive.Undo(t.Context(), w.Role(pg.Builder), south, nil); err != nil || n != report.Archived || w.archived(south) > 0 || w.archived(north) != n {
		t.Errorf("%d were removed, %v; %d and %d are archived", n, err, w.archived(north), w.archived(south))
	}
	if found := w.verify(north); found.Streams != report.Archived || len(found.Wrong) > 0 || found.Others > 0 {
		t.Errorf("%+v", found)
	}
	nobody := uuid.New()
	if report := w.run(w.work(nobody)); report.Streams > 0 {
		t.Errorf("%+v", report)
	}
	if states, err := es.ReadArchived(t.Context(), w.Role(pg.Builder), es.ArchivedRange{AccountID: nobody, Limit: 10}); err != nil || len(states) > 0 {
		t.Errorf("%v, %v", states, err)
	}
}

// Of the streams only those are archived that are cold, of the type that was asked for, and can be read.
func TestWhatIsArchived(t *testing.T) {
	t.Parallel()
	w := open(t)
	account := w.account(2, 500)
	w.Exec(t, "UPDATE store.events SET commit_time = '2020-01-01' WHERE account_id = $1", account)
	all := w.run(w.work(account))
	w.Append(t, account, generated.History(2, 1)...)
	cold := w.work(account)
	cold.Before = time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	if report := w.run(cold); report.Warm != 1 || report.Already != all.Archived-1 {
		t.Errorf("%+v", report)
	}
	if report := w.run(w.work(account)); report.Archived != 1 || report.Already != all.Archived-1 { // it was written to
		t.Errorf("%+v", report)
	}
	_, _ = archive.Undo(t.Context(), w.Role(pg.Builder), account, nil)
	kind := w.work(account)
	kind.StreamTypes = []string{w.Release.IR().Streams[0].Name}
	if report := w.run(kind); report.Other == 0 || report.Archived == 0 || report.Other+report.Archived != all.Archived {
		t.Errorf("%+v", report)
	}
	_, _ = archive.Undo(t.Context(), w.Role(pg.Builder), account, nil)
	if few := w.run(w.work(w.account(9, 80))); few.Archived == 0 || few.Short == 0 || few.Archived+few.Short != few.Streams || few.Events < 3*few.Archived {
		t.Errorf("%+v", few) // of few events nearly all would be kept
	}
	w.Exec(t, "UPDATE store.events SET payload_version = 77 WHERE account_id = $1 AND sequence_number = 1", account)
	if report := w.run(w.work(account)); report.Unfit != 1 || len(report.Reasons) != 1 || report.Archived+report.Already != all.Archived-1 {
		t.Errorf("%+v", report)
	}
}

// A state goes when an event of it is changed, and only it.
func TestAnEventThatIsChangedTakesItsStateAlong(t *testing.T) {
	t.Parallel()
	w := open(t)
	account, other := w.account(3, 500), w.account(3, 500)
	n := w.run(w.work(account)).Archived
	w.run(w.work(other))
	w.Exec(t, "UPDATE store.events SET payload = '{}' WHERE account_id = $1 AND sequence_number = 5", account)
	if left := w.archived(account); left != n-1 || w.archived(other) != n {
		t.Errorf("%d of %d are left", left, n)
	}
	w.Exec(t, "DELETE FROM store.events WHERE account_id = $1 AND sequence_number > 90", account)
	if left := w.archived(account); left >= n-1 {
		t.Errorf("%d of %d are left", left, n)
	}
}

// An event that is being changed is waited for, and one is changed only when what was read of it has become a state that goes.
func TestArchivingAmidChanges(t *testing.T) {
	t.Parallel()
	w := open(t)
	account := w.account(4, 300)
	tx, err := w.Super.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if _, err := tx.Exec(t.Context(), "UPDATE store.events SET payload = '{}' WHERE account_id = $1 AND sequence_number = 5", account); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if report, err := w.work(account).Run(short); err == nil {
		t.Errorf("it did not wait: %+v", report)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	// The other way about: while states are made, the event stays as it is.
	read := make(chan struct{})
	changed := make(chan error, 1)
	stream := firstStream(w, account)
	_, err = es.ArchiveStreams(t.Context(), w.Role(pg.Builder), account, []uuid.UUID{stream}, func(events []es.Event) ([]es.ArchivedStream, error) {
		go func() {
			close(read)
			_, err := w.Super.Exec(context.Background(), "UPDATE store.events SET payload = '{}' WHERE account_id = $1 AND stream_id = $2", account, stream)
			changed <- err
		}()
		<-read
		select {
		case err := <-changed:
			t.Errorf("it was changed meanwhile: %v", err)
			changed <- err
		case <-time.After(200 * time.Millisecond):
		}
		state, err := archive.Condense(w.Release, events)
		return []es.ArchivedStream{*state}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-changed; err != nil {
		t.Fatal(err)
	}
	if n := w.archived(account); n != 0 {
		t.Errorf("%d states are left of events that are otherwise now", n)
	}
}

func firstStream(w *world, account uuid.UUID) (stream uuid.UUID) {
	w.t.Helper()
	err := w.Super.QueryRow(w.t.Context(), "SELECT stream_id FROM store.events WHERE account_id = $1 AND sequence_number = 5", account).Scan(&stream)
	if err != nil {
		w.t.Fatal(err)
	}
	return stream
}

// Nothing is archived of a generation that went out of use, or of an account that ended, while events were read; appends go on.
func TestArchivingWhatGoesAway(t *testing.T) {
	t.Parallel()
	w := open(t)
	for name, test := range map[string]struct {
		sql    string
		stored int64
	}{
		"rewritten": {"UPDATE store.account_heads SET generation = 1 WHERE account_id = $1", 0},
		"moving":    {"UPDATE store.account_heads SET state = 'moving' WHERE account_id = $1", 0},
		"erased":    {"UPDATE store.account_heads SET state = 'erased' WHERE account_id = $1", 0},
		"appended":  {"", 1},
	} {
		account := w.account(5, 200)
		stream := firstStream(w, account)
		stored, err := es.ArchiveStreams(t.Context(), w.Role(pg.Builder), account, []uuid.UUID{stream}, func(events []es.Event) ([]es.ArchivedStream, error) {
			if test.sql == "" {
				w.Append(t, account, sales.Happened("A", stream, "Whatever", sales.Fields{}))
			} else {
				w.Exec(t, test.sql, account)
			}
			state, err := archive.Condense(w.Release, events)
			return []es.ArchivedStream{*state}, err
		})
		if err != nil || stored != test.stored || w.archived(account) != test.stored {
			t.Errorf("%s: %d, %v", name, stored, err)
		}
	}
}

// Cut off between any two batches, the same work goes on.
func TestArchivingIsCutOff(t *testing.T) {
	t.Parallel()
	w := open(t)
	account, reference := w.account(6, 750), w.account(6, 750)
	all := w.run(w.work(reference))
	work := w.work(account)
	ctx, cancel := context.WithCancel(t.Context())
	work.Wait = func(context.Context, int) error { cancel(); return nil }
	if _, err := work.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	w.run(w.work(account))
	if n := w.archived(account); n != all.Archived || len(w.verify(account).Wrong) > 0 {
		t.Errorf("%d are archived of %d", n, all.Archived)
	}
}

// A verification finds each state that is not what its events come to.
func TestAWrongState(t *testing.T) {
	t.Parallel()
	w := open(t)
	account := w.account(7, 500)
	n := w.run(w.work(account)).Archived
	const one = " WHERE account_id = $1 AND stream_id = (SELECT min(stream_id::text)::uuid FROM store.archived_streams WHERE account_id = $1)"
	for _, spoil := range []string{
		"UPDATE store.archived_streams SET state = '[]'",
		"UPDATE store.archived_streams SET stream_revision = stream_revision - 1",
		"UPDATE store.archived_streams SET stream_revision = stream_revision + 1",
		"UPDATE store.archived_streams SET sequence_number = sequence_number - 1",
		"UPDATE store.archived_streams SET events = '{}'",
	} {
		w.Exec(t, spoil+one, account)
		if found := w.verify(account); len(found.Wrong) != 1 || found.Streams != n {
			t.Errorf("%s: %+v", spoil, found)
		}
		_, _ = archive.Undo(t.Context(), w.Role(pg.Builder), account, nil)
		w.run(w.work(account))
	}
	w.Append(t, account, generated.History(7, 30)...)
	if found := w.verify(account); len(found.Wrong) > 0 {
		t.Errorf("what came later is no reason: %+v", found)
	}
	w.Exec(t, "UPDATE store.archived_streams SET fingerprint = 'x' "+one, account)
	if found := w.verify(account); found.Others != 1 || found.Streams != n-1 {
		t.Errorf("%+v", found)
	}
}

// Under row-level security nobody but the builder and admin sees states.
func TestWhoSeesStates(t *testing.T) {
	t.Parallel()
	w := open(t)
	account := w.account(8, 200)
	w.run(w.work(account))
	for role, sees := range map[pg.Role]bool{pg.Admin: true, pg.Builder: true, pg.API: false, pg.Projector: false, pg.Watcher: false} {
		err := pgx.BeginFunc(t.Context(), w.Role(role), func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), "SELECT state FROM store.archived_streams WHERE account_id = $1", account)
			return err
		})
		if (err == nil) != sees {
			t.Errorf("%s: %v", role, err)
		}
	}
}
