package build_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/test/generated"
	"github.com/polderhq/polder/test/sales"
)

// together has units built together however few they are.
func together(c *build.Config) { c.Together = 1 }

// plain is a world whose units copy nothing, so that all of them can go together.
func plain(t *testing.T) *world {
	t.Helper()
	return &world{sales.Open(t, pgtest.Shared(t), sales.Release(t)), t}
}

// Units that are built together come to the rows of the live page, whatever the model, and
// go on from there; those that cannot go along are built as well.
func TestUnitsTogetherComeToTheLiveRows(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := &world{sales.Open(t, pgtest.Shared(t), generated.Release(t, 200+seed)), t}
			for _, number := range []int{0, 3, 60, 400} {
				events := generated.History(seed, number)
				reference, account := w.live(events), w.unbuilt(events[:number/2])
				w.build(build.Job{AccountID: account}, together, at("prove", func() {
					w.Append(t, account, events[number/2:]...)
					w.Project(t, account)
				}))
				w.same(account, reference)
			}
		})
	}
}

// What goes together passes no phase of its own, and says what it came to as a build of one unit does.
func TestUnitsTogetherSayWhatTheyCameTo(t *testing.T) {
	t.Parallel()
	w := plain(t)
	events := sales.Happenings(61, 40)
	one, many := w.unbuilt(events), w.unbuilt(events)
	var seen []string
	apart := w.build(build.Job{AccountID: one})
	results := w.build(build.Job{AccountID: many}, together, func(c *build.Config) {
		c.Progress = func(p build.Progress) { seen = append(seen, p.Phase) }
	})
	if got := slices.Compact(seen); !slices.Equal(got, []string{"fold", "prove"}) {
		t.Errorf("phases %v", got)
	}
	for i, r := range results {
		if want := apart[i]; r.Projection != want.Projection || r.Rows != want.Rows || r.Digest != want.Digest || r.SequenceNumber != 40 {
			t.Errorf("%+v, want as %+v", r, want)
		}
	}
	w.same(many, one)
}

// Wherever a builder dies that builds units together, the next one ends what it began; also one that builds each by itself.
func TestUnitsTogetherGoOnWhereTheyWereCutOff(t *testing.T) {
	t.Parallel()
	w := plain(t)
	events := sales.Happenings(62, 60)
	reference := w.live(events)
	for _, phase := range []string{"fold", "prove"} {
		for _, next := range []func(*build.Config){together, budget(3_000)} {
			account := w.unbuilt(events)
			ctx, cancel := context.WithCancel(t.Context())
			_, err := build.Run(ctx, w.config(together, at(phase, cancel)), build.Job{AccountID: account, Release: w.Release})
			cancel()
			if err == nil {
				t.Errorf("%s: the build was not cut off", phase)
			}
			w.build(build.Job{AccountID: account}, next)
			w.same(account, reference)
		}
	}
}

// A table in which an earlier try has left rows is not taken for an empty one.
func TestUnitsTogetherLeaveOutOccupiedTables(t *testing.T) {
	t.Parallel()
	w := plain(t)
	events := sales.Happenings(63, 40)
	reference, account := w.live(events), w.unbuilt(events)
	table := w.Release.Projection("Orders").Table
	w.Exec(t, "INSERT INTO read_models."+table+" (account_id, key, row_sequence) VALUES ($1, $2, 1)", account, uuid.New())
	w.build(build.Job{AccountID: account}, together)
	w.same(account, reference)
}

// A row that is not what the events say keeps its unit from being live, and no other; also where
// no event of the account is for the unit.
func TestUnitsTogetherAreProven(t *testing.T) {
	t.Parallel()
	w := plain(t)
	for name, events := range map[string][]sales.Event{"few events": sales.Happenings(64, 40), "none": nil} {
		account := w.unbuilt(events)
		table := w.Release.Projection("Orders").Table
		results, err := build.Run(t.Context(), w.config(together, at("prove", func() {
			w.Exec(t, "INSERT INTO read_models."+table+" (account_id, key, row_sequence) VALUES ($1, $2, 1)", account, uuid.New())
		})), build.Job{AccountID: account, Release: w.Release})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if wrong := r.Projection == "Orders"; r.Live == wrong || wrong && (!strings.Contains(r.Error, "are not what its events say") || len(r.Differences) != 1) {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
}

// An event that one of the units cannot take parks that one, as it would in a build by itself.
func TestUnitsTogetherMeetAnEventThatOneCannotTake(t *testing.T) {
	t.Parallel()
	w := plain(t)
	poison := sales.Happened("Order", uuid.New(), "OrderPlacedEvent", sales.Fields{"Total": "much"})
	events := slices.Concat(sales.Happenings(65, 30), []sales.Event{poison}, sales.Happenings(66, 10))
	account := w.unbuilt(events)
	results, err := build.Run(t.Context(), w.config(together), build.Job{AccountID: account, Release: w.Release})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Live == (r.Projection == "Orders") {
			t.Errorf("%s: live %v, %s", r.Projection, r.Live, r.Error)
		}
	}
	if at := w.Number(t, "SELECT sequence_number FROM store.dead_letters WHERE account_id = $1", account); at != 31 {
		t.Errorf("it is parked at %d", at)
	}
}

// While the units of one account are built together, another account's builds, cursors and rows stay as they are.
func TestUnitsTogetherAreOfOneAccount(t *testing.T) {
	t.Parallel()
	w := plain(t)
	events := sales.Happenings(67, 40)
	reference, other, account := w.live(events), w.unbuilt(events), w.unbuilt(events)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := build.Run(ctx, w.config(together, at("prove", cancel)), build.Job{AccountID: other, Release: w.Release})
	if cancel(); err == nil || fault.Is(err, fault.Rejected) {
		t.Fatal(err)
	}
	stand := func() (all []string) {
		rows, err := w.Super.Query(t.Context(), `SELECT b::text FROM store.builds b WHERE account_id = $1
			UNION ALL SELECT c::text FROM store.projection_cursors c WHERE account_id = $1 ORDER BY 1`, other)
		if err == nil {
			all, err = pgx.CollectRows(rows, pgx.RowTo[string])
		}
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	before := stand()
	w.build(build.Job{AccountID: account}, together)
	if after := stand(); len(before) == 0 || !slices.Equal(before, after) {
		t.Errorf("it was\n%v\nand is\n%v", before, after)
	}
	w.build(build.Job{AccountID: other}, together)
	w.same(other, reference)
	w.same(account, reference)
}

// A pause holds units back that go together.
func TestUnitsTogetherWait(t *testing.T) {
	t.Parallel()
	w := plain(t)
	account := w.unbuilt(sales.Happenings(68, 20))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	paused := false
	_, err := build.Run(ctx, w.config(together, func(c *build.Config) {
		c.Progress = func(p build.Progress) {
			if p.Phase == "fold" {
				_, err := build.Pause(t.Context(), w.Role(pg.Admin), account, "", true)
				if err != nil {
					t.Error(err)
				}
			}
			if paused = p.Paused; paused {
				cancel()
			}
		}
	}), build.Job{AccountID: account, Release: w.Release})
	if err == nil || !paused {
		t.Errorf("paused %v, %v", paused, err)
	}
}
