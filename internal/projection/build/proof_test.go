package build_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/test/generated"
	"github.com/polderhq/polder/test/sales"
)

func pages(events int) func(*build.Config) { return func(c *build.Config) { c.PageEvents = events } }

// A proof comes to the same wherever its pages end: in streams, between them, or nowhere.
func TestAProofComesToTheSameWhateverItsPages(t *testing.T) {
	t.Parallel()
	w := &world{sales.Open(t, pgtest.Shared(t), generated.Release(t, 200)), t}
	events := generated.History(200, 150)
	proven := map[string]string{}
	for _, size := range []int{0, 1, 2, 9} {
		for _, r := range w.build(build.Job{AccountID: w.unbuilt(events)}, pages(size)) {
			outcome := fmt.Sprint(r.Rows, " rows ", r.Digest, " of ", r.EventsProven, " events")
			if proven[r.Table] == "" {
				proven[r.Table] = outcome
			}
			if proven[r.Table] != outcome || r.Rows == 0 {
				t.Errorf("%s in pages of %d: %s, want %s", r.Projection, size, outcome, proven[r.Table])
			}
		}
	}
}

// amid has so much else happen that a proof of the orders sorts their events.
func amid(events []sales.Event) []sales.Event {
	person := uuid.New()
	for n := range 10 * len(events) {
		events = append(events, sales.Happened("Person", person, "PersonRegisteredEvent", sales.Fields{"Name": fmt.Sprint(n)}))
	}
	return events
}

// A proof of few events comes to the same as one of many, wherever its pages end.
func TestAProofOfFewEventsComesToTheSame(t *testing.T) {
	t.Parallel()
	w := open(t)
	events := sales.Happenings(22, 100)
	job := build.Job{Projections: []string{"Orders"}}
	want := ""
	for _, history := range [][]sales.Event{events, amid(events)} {
		for _, size := range []int{0, 1, 2, 9} {
			job.AccountID = w.live(history)
			r := w.build(job, pages(size))[0]
			outcome := fmt.Sprint(r.Rows, " rows ", r.Digest, " of ", r.EventsProven, " events")
			if want == "" {
				want = outcome
			}
			if outcome != want || r.Rows == 0 {
				t.Errorf("of %d events, in pages of %d: %s, want %s", len(history), size, outcome, want)
			}
		}
	}
}

// One wrong row is found wherever it is, and nothing else is told of.
func TestAProofFindsAnyOneRow(t *testing.T) {
	t.Parallel()
	w := open(t)
	const table = "read_models.order_a00000000001_build"
	events := sales.Happenings(22, 100)
	for _, where := range []string{"min(key::text)", "max(key::text)"} {
		for column, spoil := range map[string]string{
			"OrderNumber": "UPDATE " + table + " SET order_number = -1 WHERE account_id = $1 AND key = $2",
			"(row)":       "DELETE FROM " + table + " WHERE account_id = $1 AND key = $2",
		} {
			for _, size := range []int{0, 1} {
				account := w.live(events)
				var key uuid.UUID
				spoiling := at("prove", func() {
					if err := w.Super.QueryRow(t.Context(), "SELECT "+where+"::uuid FROM "+table+" WHERE account_id = $1", account).Scan(&key); err != nil {
						t.Error(err)
					}
					w.Exec(t, spoil, account, key)
				})
				results, err := build.Run(t.Context(), w.config(pages(size), spoiling), build.Job{AccountID: account, Release: w.Release, Projections: []string{"Orders"}})
				if err != nil || len(results) != 1 || results[0].Live {
					t.Fatalf("%+v, %v", results, err)
				}
				found := slices.DeleteFunc(results[0].Differences, func(d build.Difference) bool { return "read_models."+d.Table != table }) // what it feeds differs too
				if len(found) != 1 || found[0].Key != key || found[0].Column != column {
					t.Errorf("%s of %s in pages of %d: %+v; want one difference in %s", column, where, size, found, key)
				}
			}
		}
	}
}

// Whoever waits for a long proof sees how far it is.
func TestAProofTellsHowFarItIs(t *testing.T) {
	t.Parallel()
	w := open(t)
	account := w.unbuilt(sales.Happenings(62, 200))
	now := time.Unix(0, 0)
	var shares []float64
	w.build(build.Job{AccountID: account, Projections: []string{"Orders"}}, func(c *build.Config) {
		c.PageEvents = 4
		c.Clock = func() time.Time { now = now.Add(time.Hour); return now }
		c.Progress = func(p build.Progress) {
			if p.Phase == "prove" {
				shares = append(shares, p.Proven)
			}
		}
	})
	if len(shares) < 3 || shares[0] != 0 || !slices.IsSorted(shares) || shares[len(shares)-1] < 0.5 || shares[len(shares)-1] > 1 {
		t.Errorf("the proof told that it was at %v", shares)
	}
}
