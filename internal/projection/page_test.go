package projection_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

func pageOf(events int) func(*projection.Config) {
	return func(c *projection.Config) { c.PageEvents = events }
}

func TestPagesOfAnySizeGiveTheSameRows(t *testing.T) {
	t.Parallel()
	s := store(t)
	events := history(1, 12, 160)
	reference := s.NewAccount(t).ID
	start(t, s).settle(t, reference, s.Append(t, reference, events...))
	for _, name := range projections {
		if len(s.Rows(t, reference, name)) == 0 {
			t.Fatalf("%s has no rows", name)
		}
	}
	for _, size := range []int{1, 2, 7, 500} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			account := s.NewAccount(t).ID
			start(t, s, pageOf(size)).settle(t, account, s.Append(t, account, events...))
			for _, name := range projections {
				if got, want := s.Rows(t, account, name), s.Rows(t, reference, name); !slices.Equal(got, want) {
					t.Errorf("%s differs:\n got %q\nwant %q", name, got, want)
				}
			}
		})
	}
}

func TestPageEndsEarlyWhenEventsAreBig(t *testing.T) {
	t.Parallel()
	s := store(t)
	account := s.NewAccount(t).ID
	log := watchCursor(t, s, account)
	last := s.Append(t, account, history(2, 5, 450)...)
	start(t, s, func(c *projection.Config) { c.PageBytes = 1000 }).settle(t, account, last)
	for _, move := range log() {
		if move.to-move.from > 150 {
			t.Errorf("a page of %d events, although 1000 bytes hold few", move.to-move.from)
		}
	}
}

// move is a committed change of an account's live cursor.
type move struct{ from, to int64 }

// watchCursor records every move of the account's cursor in the transaction that makes it.
func watchCursor(t *testing.T, s *sales.Store, account fmt.Stringer) func() []move {
	t.Helper()
	s.Exec(t, `CREATE TABLE IF NOT EXISTS public.cursor_moves (n bigint GENERATED ALWAYS AS IDENTITY, account_id uuid, was bigint, became bigint)`)
	s.Exec(t, `CREATE OR REPLACE FUNCTION public.record_move() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$
	  BEGIN INSERT INTO public.cursor_moves (account_id, was, became) VALUES (NEW.account_id, OLD.sequence_number, NEW.sequence_number); RETURN NEW; END $$`)
	s.Exec(t, `CREATE OR REPLACE TRIGGER record_move AFTER UPDATE ON store.live_cursors FOR EACH ROW EXECUTE FUNCTION public.record_move()`)
	return func() []move {
		rows, err := s.Super.Query(t.Context(), "SELECT was, became FROM public.cursor_moves WHERE account_id = $1 ORDER BY became", account.String())
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var moves []move
		for rows.Next() {
			var m move
			if err := rows.Scan(&m.from, &m.to); err != nil {
				t.Fatal(err)
			}
			moves = append(moves, m)
		}
		return moves
	}
}

// assertOnce fails unless the moves lead from 0 to the last number without a gap or an overlap.
func assertOnce(t *testing.T, moves []move, last int64) {
	t.Helper()
	at := int64(0)
	for _, m := range moves {
		if m.from != at {
			t.Fatalf("a page began at %d where the one before ended at %d: %v", m.from, at, moves)
		}
		at = m.to
	}
	if at != last {
		t.Fatalf("the pages end at %d, want %d", at, last)
	}
}

func TestTwoProjectorsApplyEachEventOnce(t *testing.T) {
	t.Parallel()
	s := store(t)
	one, two := start(t, s, pageOf(3)), start(t, s, pageOf(5))
	reference := start(t, s)
	for n := range 4 {
		account, alone := s.NewAccount(t).ID, s.NewAccount(t).ID
		log := watchCursor(t, s, account)
		events := history(uint64(n), 6, 120)
		last := s.Append(t, account, events...)
		go two.poke(account, last)
		one.settle(t, account, last)
		assertOnce(t, log(), last)
		reference.settle(t, alone, s.Append(t, alone, events...))
		if got, want := s.Rows(t, account, "Orders"), s.Rows(t, alone, "Orders"); !slices.Equal(got, want) {
			t.Errorf("rows differ:\n got %q\nwant %q", got, want)
		}
	}
}

func TestEventsAppliedAgainChangeNothing(t *testing.T) {
	t.Parallel()
	s := store(t)
	account := s.NewAccount(t).ID
	r := start(t, s, pageOf(7))
	last := s.Append(t, account, history(3, 5, 60)...)
	r.settle(t, account, last)
	before := s.Rows(t, account, "Orders")
	s.Exec(t, "UPDATE store.live_cursors SET sequence_number = 0 WHERE account_id = $1", account)
	r.settle(t, account, last)
	if after := s.Rows(t, account, "Orders"); !slices.Equal(before, after) {
		t.Errorf("rows changed:\n was %q\n now %q", before, after)
	}
}
