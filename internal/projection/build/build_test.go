package build_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/test/sales"
)

// Whatever fits into memory at once, a build comes to the rows of the live page.
func TestABuildComesToTheLiveRows(t *testing.T) {
	t.Parallel()
	w := open(t)
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := &world{w.Store, t}
			events := sales.Happenings(seed, 150)
			reference := w.live(events)
			for _, bytes := range []int{0, 1, 4_000, 9_000} {
				account := w.unbuilt(events)
				results := w.build(build.Job{AccountID: account}, budget(bytes))
				if len(results) != 5 {
					t.Errorf("%d units were built", len(results))
				}
				w.same(account, reference)
			}
		})
	}
}

// Rows that somebody spoiled are replaced, and only they.
func TestARebuildReplacesWhatDiffers(t *testing.T) {
	t.Parallel()
	w := open(t)
	events := sales.Happenings(7, 200)
	reference, account := w.live(events), w.live(events)
	w.build(build.Job{AccountID: account, All: true}, budget(5_000))
	w.same(account, reference)
	w.Exec(t, "UPDATE read_models.order_a00000000001 SET order_number = 4711 WHERE account_id = $1 AND key = (SELECT key FROM read_models.order_a00000000001 WHERE account_id = $1 LIMIT 1)", account)
	w.Exec(t, "DELETE FROM read_models.order_a00000000004 WHERE account_id = $1", account)
	w.Exec(t, "INSERT INTO read_models.order_a00000000003 (account_id, key) VALUES ($1, gen_random_uuid())", account)
	groups := int64(len(w.Rows(t, reference, "CustomerTotals")))
	results := w.build(build.Job{AccountID: account, Projections: []string{"CustomerTotals"}})
	if len(results) != 1 || results[0].Projection != "Orders" || results[0].Replaced != groups+2 {
		t.Errorf("results %+v, want %d replaced", results, groups+2)
	}
	w.same(account, reference)
}

// at calls do once, when a build comes to the phase.
func at(phase string, do func()) func(*build.Config) {
	return func(c *build.Config) {
		done := false
		c.Progress = func(p build.Progress) {
			if p.Phase == phase && !done {
				done = true
				do()
			}
		}
	}
}

var phases = []string{"fold", "chain", "catch_up", "prove"}

// Wherever a builder dies, the next one ends what it began.
func TestABuildGoesOnWhereItWasCutOff(t *testing.T) {
	t.Parallel()
	w := open(t)
	events := sales.Happenings(11, 150)
	reference := w.live(events)
	for _, phase := range phases {
		for name, prepare := range map[string]func([]sales.Event) uuid.UUID{"new": w.unbuilt, "beside": w.live} {
			account := prepare(events)
			job := build.Job{AccountID: account, Release: w.Release, All: true}
			ctx, cancel := context.WithCancel(t.Context())
			_, err := build.Run(ctx, w.config(budget(5_000), at(phase, cancel)), job)
			cancel()
			if err == nil {
				t.Errorf("%s, %s: the build was not cut off", name, phase)
			}
			w.build(job, budget(3_000))
			w.same(account, reference)
		}
	}
}

// A connection that the server ends in the middle is like a builder that dies.
func TestABuildSurvivesTheEndOfItsConnections(t *testing.T) {
	t.Parallel()
	w := open(t)
	events := sales.Happenings(12, 150)
	reference := w.live(events)
	for _, phase := range phases {
		account := w.unbuilt(events)
		builder := w.DB.Pool(t, pg.Builder)
		kill := func() {
			for _, pid := range backends(t, builder) {
				w.Exec(t, "SELECT pg_terminate_backend($1)", pid)
			}
		}
		job := build.Job{AccountID: account, Release: w.Release}
		config := w.config(budget(5_000), at(phase, kill))
		config.Builder = builder
		if _, err := build.Run(t.Context(), config, job); err != nil && !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v", phase, err)
		}
		w.build(job, budget(5_000))
		w.same(account, reference)
	}
}

// What happens while a build is under way is in its rows, whenever it happens.
func TestAppendsDuringABuildAreNotMissed(t *testing.T) {
	t.Parallel()
	w := open(t)
	before := sales.Happenings(13, 120)
	for i, phase := range phases {
		after := sales.Happenings(uint64(14+i), 40)
		reference := w.live(append(slices.Clone(before), after...))
		for _, prepare := range []func([]sales.Event) uuid.UUID{w.unbuilt, w.live} {
			account := prepare(before)
			w.build(build.Job{AccountID: account, All: true}, budget(6_000), at(phase, func() {
				w.Append(t, account, after...)
				w.Project(t, account)
			}))
			w.same(account, reference)
		}
	}
}

// Live rows stay as they are when the new ones are not proven, and the report says where.
func TestAnUnprovenBuildStops(t *testing.T) {
	t.Parallel()
	w := open(t)
	events := sales.Happenings(21, 100)
	reference, account := w.live(events), w.live(events)
	w.build(build.Job{AccountID: account, Projections: []string{"PersonLookup"}})
	job := build.Job{AccountID: account, Release: w.Release, Projections: []string{"Orders"}}
	spoil := func() {
		w.Exec(t, "UPDATE read_models.order_a00000000001_build SET order_number = -1 WHERE account_id = $1", account)
	}
	results, err := build.Run(t.Context(), w.config(at("prove", spoil)), job)
	if err != nil || len(results) != 1 || results[0].Live || results[0].Error == "" || len(results[0].Differences) != 20 {
		t.Fatalf("%+v, %v", results, err)
	}
	if d := results[0].Differences[0]; d.Column != "OrderNumber" || *d.Found != "-1" || d.Table != "order_a00000000001_build" {
		t.Errorf("difference %+v", d)
	}
	statuses, err := build.List(t.Context(), w.Role(pg.Admin), account)
	if err != nil || len(statuses) != 1 || statuses[0].Phase != "failed" || statuses[0].Error == nil {
		t.Errorf("statuses %+v, %v", statuses, err)
	}
	w.build(job)
	w.same(account, reference)
}

// An event that a projection cannot take parks it as a live page would, with all rows up to
// that event; the others are built.
func TestAnEventThatCannotBeAppliedParksTheUnit(t *testing.T) {
	t.Parallel()
	w := open(t)
	before, after := sales.Happenings(31, 60), sales.Happenings(32, 60)
	poison := sales.Happened("Order", uuid.New(), "OrderPlacedEvent", sales.Fields{"Total": "much"})
	all := slices.Concat(before, []sales.Event{poison}, after)
	reference, account := w.live(all), w.unbuilt(all)
	results, err := build.Run(t.Context(), w.config(budget(4_000)), build.Job{AccountID: account, Release: w.Release})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Live != (r.Projection != "Orders") {
			t.Errorf("%s: live %v, %s", r.Projection, r.Live, r.Error)
		}
	}
	letter := "SELECT sequence_number FROM store.dead_letters WHERE account_id = $1"
	if got, want := w.Number(t, letter, account), w.Number(t, letter, reference); got != want {
		t.Errorf("it is parked at %d, want %d", got, want)
	}
	for _, name := range []string{"OrderNumbers", "Orders", "OrderLines", "LineTotals"} {
		if !slices.Equal(w.Rows(t, account, name), w.Rows(t, reference, name)) {
			t.Errorf("the rows of %s differ from those of an account where it was parked live", name)
		}
	}
	// Beside live rows nothing is parked that was not.
	results, err = build.Run(t.Context(), w.config(), build.Job{AccountID: reference, Release: w.Release, Projections: []string{"Orders"}})
	if err != nil || results[0].Live || results[0].Error == "" {
		t.Errorf("%+v, %v", results, err)
	}
	if n := w.Number(t, "SELECT count(*) FROM store.dead_letters WHERE account_id = $1", reference); n != 1 {
		t.Errorf("%d dead letters", n)
	}
}

// Two accounts share the tables and nothing else.
func TestABuildTouchesOneAccount(t *testing.T) {
	t.Parallel()
	w := open(t)
	northwind, southwind := w.live(sales.Happenings(41, 80)), w.live(sales.Happenings(42, 80))
	untouched := w.live(sales.Happenings(42, 80))
	w.Exec(t, "UPDATE read_models.order_a00000000001 SET note = 'spoiled' WHERE account_id = $1", southwind)
	w.Exec(t, "UPDATE read_models.order_a00000000001 SET note = 'spoiled' WHERE account_id = $1", untouched)
	w.build(build.Job{AccountID: northwind, All: true}, budget(5_000))
	w.same(southwind, untouched)
}

// Whatever a build is at, it waits, and gives its work up when that lasts: the rows are the same.
func TestAPausedBuildWaits(t *testing.T) {
	t.Parallel()
	w := open(t)
	events := sales.Happenings(51, 100)
	reference := w.live(events)
	for _, test := range []struct {
		name   string
		pause  func(build.Progress) bool // when
		waits  string                    // the phase that it waits in
		passed time.Duration             // between two looks at the clock
	}{
		{"before its next step", func(p build.Progress) bool { return p.Phase == "fold" }, "chain", 0},
		{"amid the fold", func(p build.Progress) bool { return p.Phase == "fold" }, "fold", 2 * time.Second},
		{"amid the proof", func(p build.Progress) bool { return p.Phase == "prove" && p.Proven > 0 }, "prove", 2 * time.Second},
		{"amid the fold, for long", func(p build.Progress) bool { return p.Phase == "fold" }, "fold", time.Hour},
		{"amid the proof, for long", func(p build.Progress) bool { return p.Phase == "prove" && p.Proven > 0 }, "catch_up", time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			account, admin, waiting := w.live(events), w.Role(pg.Admin), make(chan struct{}, 1)
			pause := func(on bool) {
				if n, err := build.Pause(context.WithoutCancel(t.Context()), admin, account, "", on); err != nil || n == 0 {
					t.Errorf("%d builds, %v", n, err)
				}
			}
			ended := make(chan error, 1)
			go func() {
				var paused, told bool
				var clock atomic.Int64
				_, err := build.Run(t.Context(), w.config(func(c *build.Config) {
					c.PageEvents = 4
					if test.passed > 0 {
						c.Clock = func() time.Time { return time.Unix(0, clock.Add(int64(test.passed))) }
					}
					c.Progress = func(p build.Progress) {
						switch {
						case p.Paused && p.Phase == test.waits && !told:
							told = true
							waiting <- struct{}{}
						case !paused && test.pause(p):
							paused = true
							pause(true)
						}
					}
				}), build.Job{AccountID: account, Release: w.Release, Projections: []string{"Orders"}})
				ended <- err
			}()
			select {
			case err := <-ended:
				t.Fatal("it ended, ", err)
			case <-waiting:
			}
			select {
			case err := <-ended:
				t.Fatal("it did not wait, ", err)
			case <-time.After(300 * time.Millisecond):
			}
			pause(false)
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			w.same(account, reference)
		})
	}
}

func TestWhatCannotBeBuilt(t *testing.T) {
	t.Parallel()
	w := open(t)
	account := w.live(nil)
	for _, refused := range []struct {
		job  build.Job
		kind fault.Kind
	}{
		{build.Job{AccountID: account, Release: w.Release, Projections: []string{"Nothing"}}, fault.NotFound},
		{build.Job{AccountID: uuid.New(), Release: w.Release}, fault.NotFound},
	} {
		if _, err := build.Run(t.Context(), w.config(), refused.job); !fault.Is(err, refused.kind) {
			t.Errorf("%v, want %v", err, refused.kind)
		}
	}
	if results := w.build(build.Job{AccountID: account}); len(results) != 0 {
		t.Errorf("nothing was missing, and built were %+v", results)
	}
	if results := w.build(build.Job{AccountID: account, All: true}); len(results) != 5 {
		t.Errorf("of an account without events: %+v", results)
	}
}

// backends returns the process ids of the pool's idle connections and of those at work.
func backends(t *testing.T, pool *pgxpool.Pool) (pids []uint32) {
	t.Helper()
	for _, conn := range pool.AcquireAllIdle(t.Context()) {
		pids = append(pids, conn.Conn().PgConn().PID())
		conn.Release()
	}
	return pids
}
