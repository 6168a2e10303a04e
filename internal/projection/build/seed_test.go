package build_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/test/generated"
	"github.com/polderhq/polder/test/sales"
)

// growing is a store with accounts that are about to go to a release with more columns.
type growing struct {
	*world
	before, after *model.Release
}

func grown(t *testing.T, seed uint64) *growing {
	t.Helper()
	g := &growing{}
	g.before, g.after = generated.Grown(t, seed)
	g.world = &world{sales.Open(t, pgtest.Shared(t), g.before), t}
	g.Know(t, g.after)
	return g
}

// entered makes an account with the events on the older release, about to go to the newer one.
func (g *growing) entered(events []sales.Event) uuid.UUID {
	g.t.Helper()
	account := g.live(events)
	if _, err := (upgrade.Move{AccountID: account, From: g.before, To: g.after}).Enter(g.t.Context(), g.Role(pg.Admin)); err != nil {
		g.t.Fatal(err)
	}
	return account
}

func (g *growing) job(account uuid.UUID) build.Job {
	return build.Job{AccountID: account, Release: g.after, Beside: []*model.Release{g.before}}
}

// move runs the build of what the newer release needs.
func (g *growing) move(account uuid.UUID, changes ...func(*build.Config)) (results []build.Result) {
	g.t.Helper()
	results, err := build.Run(g.t.Context(), g.config(changes...), g.job(account))
	if err != nil {
		g.t.Fatal(err)
	}
	for _, r := range results {
		if !r.Live {
			g.t.Errorf("%s was not built: %s %v", r.Projection, r.Error, r.Differences)
		}
	}
	return results
}

// full makes an account whose rows of the newer release were folded from all events by live pages.
func (g *growing) full(events []sales.Event) uuid.UUID {
	g.t.Helper()
	account := g.NewAccount(g.t).ID
	g.Runs(account, g.after)
	g.Append(g.t, account, events...)
	g.Project(g.t, account)
	return account
}

// alike requires that both accounts have the same rows of the newer release, byte for byte.
func (g *growing) alike(way string, got, want uuid.UUID) {
	g.t.Helper()
	g.Project(g.t, got)
	for _, p := range g.after.Projections() {
		a, b := g.RowsOf(g.t, got, p), g.RowsOf(g.t, want, p)
		for i := range max(len(a), len(b)) {
			if rowAt(a, i) != rowAt(b, i) {
				g.t.Errorf("%s: %s has %d rows, want %d; row %d:\ngot  %v\nwant %v", way, p.Name, len(a), len(b), i, rowAt(a, i), rowAt(b, i))
				break
			}
		}
		if n := g.Number(g.t, "SELECT count(*) FROM store.projection_cursors WHERE account_id = $1 AND table_name = $2", got, p.Table); n > 0 {
			g.t.Errorf("%s: %s is not live", way, p.Name)
		}
	}
}

// Whatever a release adds to whatever model, rows that are made of old ones are those that all
// events come to: at once, in many ranges, with events between, and after being cut off.
func TestSeededRowsAreThoseOfAFullBuild(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			g := grown(t, 200+seed)
			events := generated.Notes(seed, 150)
			reference := g.full(events)
			for _, bytes := range []int{0, 1, 3_000} {
				account := g.entered(events)
				seeded := 0
				for _, r := range g.move(account, budget(bytes)) {
					if r.Seeded {
						seeded++
					}
				}
				if seeded == 0 {
					t.Error("nothing was seeded")
				}
				g.alike(fmt.Sprint(bytes, " bytes"), account, reference)
			}
			random := rand.New(rand.NewPCG(seed, 1))
			for _, phase := range phases {
				g.alike(phase, g.disturbed(phase, events, random), reference)
				g.alike("cut off in "+phase, g.cutOff(phase, events, random), reference)
			}
		})
	}
}

// disturbed appends and projects the rest of the events at whatever the build tells in the phase.
func (g *growing) disturbed(phase string, events []sales.Event, random *rand.Rand) uuid.UUID {
	g.t.Helper()
	begin := len(events) / 2
	account := g.entered(events[:begin])
	rest := events[begin:]
	g.move(account, budget(2_000), func(c *build.Config) {
		c.Progress = func(p build.Progress) {
			if p.Phase == phase && len(rest) > 0 {
				n := min(len(rest), 1+random.IntN(20))
				g.Append(g.t, account, rest[:n]...)
				rest = rest[n:]
				if random.IntN(2) == 0 {
					g.Project(g.t, account)
				}
			}
		}
	})
	if len(rest) > 0 {
		g.Append(g.t, account, rest...)
	}
	return account
}

// cutOff ends the build at random places of the phase, with events and pages between.
func (g *growing) cutOff(phase string, events []sales.Event, random *rand.Rand) uuid.UUID {
	g.t.Helper()
	begin := len(events) / 2
	account := g.entered(events[:begin])
	rest := events[begin:]
	for range 4 {
		ctx, cancel := context.WithCancel(g.t.Context())
		left := random.IntN(4)
		_, _ = build.Run(ctx, g.config(budget(2_000), func(c *build.Config) { // whether it came to an end does not matter
			c.Progress = func(p build.Progress) {
				if p.Phase == phase {
					if left--; left < 0 {
						cancel()
					}
				}
			}
		}), g.job(account))
		cancel()
		n := min(len(rest), random.IntN(20))
		g.Append(g.t, account, rest[:n]...)
		rest = rest[n:]
		g.Project(g.t, account)
	}
	g.move(account, budget(1_000))
	g.Append(g.t, account, rest...)
	return account
}
