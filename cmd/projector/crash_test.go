package main

import (
	"syscall"
	"testing"

	"github.com/google/uuid"
)

// watch records every committed move of live cursors and every write of an order's row.
func (w *world) watch(t *testing.T) {
	t.Helper()
	w.Exec(t, `CREATE TABLE public.moves (n bigint GENERATED ALWAYS AS IDENTITY, account_id uuid, was bigint, became bigint)`)
	w.Exec(t, `CREATE TABLE public.writes (account_id uuid, key uuid, row_sequence bigint)`)
	w.Exec(t, `CREATE FUNCTION public.record_move() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$
	  BEGIN INSERT INTO public.moves (account_id, was, became) VALUES (NEW.account_id, OLD.sequence_number, NEW.sequence_number); RETURN NEW; END $$`)
	w.Exec(t, `CREATE FUNCTION public.record_write() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$
	  BEGIN INSERT INTO public.writes VALUES (NEW.account_id, NEW.key, NEW.row_sequence); RETURN NEW; END $$`)
	w.Exec(t, `CREATE TRIGGER record_move AFTER UPDATE ON store.live_cursors FOR EACH ROW EXECUTE FUNCTION public.record_move()`)
	w.Exec(t, `CREATE TRIGGER record_write AFTER INSERT OR UPDATE ON read_models.order_0123456789ab FOR EACH ROW EXECUTE FUNCTION public.record_write()`)
}

// assertOnce fails unless the account's pages follow each other from 0 to last, and no row
// was written twice for the same event.
func (w *world) assertOnce(t *testing.T, account uuid.UUID, last int64) {
	t.Helper()
	if overlaps := w.Number(t, `SELECT count(*) FROM (SELECT was, lag(became, 1, 0::bigint) OVER (ORDER BY n) AS before
	  FROM public.moves WHERE account_id = $1) m WHERE was <> before`, account); overlaps != 0 {
		t.Errorf("%d pages do not begin where the one before ended", overlaps)
	}
	if at := w.Number(t, "SELECT max(became) FROM public.moves WHERE account_id = $1", account); at != last || w.cursor(t, account) != last {
		t.Errorf("the pages end at %d and the cursor stands at %d, want %d", at, w.cursor(t, account), last)
	}
	if doubles := w.Number(t, `SELECT count(*) FROM (SELECT 1 FROM public.writes WHERE account_id = $1
	  GROUP BY key, row_sequence HAVING count(*) > 1) d`, account); doubles != 0 {
		t.Errorf("%d rows were written twice for the same event", doubles)
	}
	if rows := w.Number(t, `SELECT count(*) FROM read_models.order_0123456789ab WHERE account_id = $1 AND note = 'changed'`, account); rows != last/2 {
		t.Errorf("%d orders, want %d", rows, last/2)
	}
}

// A projector is frozen in the middle of a page; another takes over; the first wakes up.
func TestFrozenProjectorAppliesNothingTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.watch(t)
	account := w.account(t)
	events := orders(40)
	release := w.hang(t, account, events[0].Stream)
	frozen := w.start(t)
	last := w.Append(t, account, events...)
	w.waitHanging(t)
	frozen.signal(t, syscall.SIGSTOP)
	release()
	waitFor(t, "the frozen page to hold its transaction open", func() bool {
		return w.Number(t, sessions+"state LIKE 'idle in transaction%'") == 1
	})

	other := w.start(t)
	// The server ends a transaction that idles for 30 s; the test does not wait as long.
	w.Exec(t, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND application_name = 'polder-projector'`)
	waitFor(t, "the other to take over", func() bool { return w.cursor(t, account) == last })
	frozen.signal(t, syscall.SIGCONT)

	more := orders(20)
	last = w.Append(t, account, more...)
	waitFor(t, "both to go on", func() bool { return w.cursor(t, account) == last })
	other.signal(t, syscall.SIGKILL)
	<-other.ended
	last = w.Append(t, account, orders(20)...)
	waitFor(t, "the woken one to go on alone", func() bool { return w.cursor(t, account) == last })
	w.assertOnce(t, account, last)
}

// A projector is killed in the middle of a page; the next one goes on where it was.
func TestKilledProjectorLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.watch(t)
	account := w.account(t)
	events := orders(40)
	release := w.hang(t, account, events[10].Stream) // in the second page
	killed := w.start(t)
	last := w.Append(t, account, events...)
	w.waitHanging(t)
	if at := w.cursor(t, account); at != 10 {
		t.Fatalf("the page that hangs began at %d, want 10", at)
	}
	killed.signal(t, syscall.SIGKILL)
	<-killed.ended
	release()
	w.start(t)
	waitFor(t, "the next to go on", func() bool { return w.cursor(t, account) == last })
	w.assertOnce(t, account, last)
}

// Processes share the accounts, come and go, and the events are applied once.
func TestProjectorsComeAndGoUnderLoad(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.watch(t)
	accounts := []uuid.UUID{w.account(t), w.account(t), w.account(t)}
	last := make([]int64, len(accounts))
	running := []*process{w.start(t), w.start(t)}
	for round, end := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGKILL} {
		for n, account := range accounts {
			last[n] = w.Append(t, account, orders(60)...)
		}
		waitFor(t, "work to begin", func() bool {
			return w.Number(t, "SELECT count(*) FROM public.moves") > int64(round*len(accounts))
		})
		running[0].signal(t, end)
		<-running[0].ended
		if code := running[0].ProcessState.ExitCode(); end == syscall.SIGTERM && code != 0 {
			t.Errorf("after SIGTERM it ended with %d", code)
		}
		running = []*process{running[1], w.start(t)}
	}
	for n, account := range accounts {
		waitFor(t, "all to be applied", func() bool { return w.cursor(t, account) == last[n] })
		w.assertOnce(t, account, last[n])
	}
}
