package es_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
)

func unique(take, release string) es.UniqueClaim {
	return es.UniqueClaim{Guard: "Thing.Code", Take: take, Release: release}
}

func (w *world) claim(t testing.TB, stream uuid.UUID, claims ...es.UniqueClaim) error {
	t.Helper()
	a := w.write(stream, es.Any(), 1)
	a.Uniques = claims
	_, err := w.Append(context.Background(), a)
	return err
}

func TestUniqueKeys(t *testing.T) {
	t.Parallel()
	first := newWorld(t)
	second := &world{open(t, first.db), first.db, first.account}
	second.mustAppend(t, second.write(uuid.New(), es.None(), 1)) // knows the head and no key
	one, two := uuid.New(), uuid.New()
	steps := []struct {
		name   string
		w      *world
		stream uuid.UUID
		claim  es.UniqueClaim
		owner  uuid.UUID // of the refusal; zero: granted
	}{
		{"take", first, one, unique("A", ""), uuid.Nil},
		{"take what is one's own", first, one, unique("A", ""), uuid.Nil},
		{"take another's", first, two, unique("A", ""), one},
		{"take another's from elsewhere", second, two, unique("A", ""), one},
		{"release another's changes nothing", second, two, unique("B", "A"), uuid.Nil},
		{"so it is still taken", second, two, unique("A", ""), one},
		{"change", first, one, unique("C", "A"), uuid.Nil},
		{"the old key is free", second, two, unique("A", "B"), uuid.Nil},
		{"and the other's too", first, one, unique("B", "C"), uuid.Nil},
		{"give back and take the same", first, one, unique("B", "B"), uuid.Nil},
		{"give back unknown to this process", second, one, unique("", "B"), uuid.Nil},
		{"free again", first, two, unique("B", ""), uuid.Nil},
	}
	for _, step := range steps {
		err := step.w.claim(t, step.stream, step.claim)
		var refusal *es.GuardError
		switch {
		case step.owner == uuid.Nil && err != nil:
			t.Errorf("%s: %v", step.name, err)
		case step.owner != uuid.Nil && (!errors.As(err, &refusal) || refusal.Kind != "unique" || refusal.Owner != step.owner):
			t.Errorf("%s: %v, want a refusal for %s", step.name, err, step.owner)
		}
	}
	owners := map[string]uuid.UUID{}
	collect(t, first, "SELECT key, stream_id FROM store.guard_unique WHERE account_id = $1", owners)
	if len(owners) != 2 || owners["A"] != two || owners["B"] != two {
		t.Errorf("stored owners %v, want A and B of %s", owners, two)
	}
}

// collect reads pairs as an operator sees them.
func collect[V any](t *testing.T, w *world, sql string, into map[string]V) {
	t.Helper()
	rows, err := w.db.Pool(t, pg.Admin).Query(t.Context(), sql, w.account)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		var value V
		if err := rows.Scan(&key, &value); err != nil {
			t.Fatal(err)
		}
		into[key] = value
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
}

// twoProcesses are two stores on one database, each with callers of its own.
func twoProcesses(t *testing.T) (*world, [2]*world) {
	w := newWorld(t)
	return w, [2]*world{w, {open(t, w.db), w.db, w.account}}
}

func TestAUniqueKeyHasOneOwnerUnderConcurrency(t *testing.T) {
	t.Parallel()
	w, stores := twoProcesses(t)
	const callers, keys = 32, 20
	owners := make([][]uuid.UUID, keys)
	var mutex sync.Mutex
	var wait sync.WaitGroup
	for i := range callers {
		wait.Go(func() {
			for k := range keys {
				stream := uuid.New()
				err := stores[i%2].claim(t, stream, unique(fmt.Sprint(k), ""))
				if err != nil && !errors.As(err, new(*es.GuardError)) {
					t.Errorf("claim: %v", err)
				}
				if err == nil {
					mutex.Lock()
					owners[k] = append(owners[k], stream)
					mutex.Unlock()
				}
			}
		})
	}
	wait.Wait()
	for k, won := range owners {
		if len(won) != 1 {
			t.Errorf("key %d was granted %d times", k, len(won))
		}
	}
	if n := len(history(t, w.Store, w.account)); n != keys {
		t.Errorf("%d events, want %d", n, keys)
	}
}

func TestASeriesHasNoGapsAndNoDuplicatesUnderConcurrency(t *testing.T) {
	t.Parallel()
	w, stores := twoProcesses(t)
	const callers, each = 16, 12
	var wait sync.WaitGroup
	for i := range callers {
		wait.Go(func() {
			for j := range each {
				a := stores[i%2].write(uuid.New(), es.None(), 2)
				a.Writes[0].Events[1].Number = &es.NumberClaim{Attribute: "OrderNumber", Series: "SO-2026-", Width: 5}
				if j%3 == 2 { // a rejected append must not use a number up
					a.Writes[0].Expected = es.Exists()
				}
				if _, err := stores[i%2].Append(context.Background(), a); err != nil && j%3 != 2 {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	seen := map[string]bool{}
	for _, e := range history(t, w.Store, w.account) {
		var payload struct{ OrderNumber string }
		if err := json.Unmarshal(e.Payload, &payload); err != nil {
			t.Fatalf("%s: %v", e.Payload, err)
		}
		if payload.OrderNumber != "" {
			seen[payload.OrderNumber] = true
		}
	}
	const want = callers * each * 2 / 3
	for n := 1; n <= want; n++ {
		if !seen[fmt.Sprintf("SO-2026-%05d", n)] {
			t.Errorf("number %d is missing", n)
		}
	}
	if len(seen) != want {
		t.Errorf("%d numbers, want %d", len(seen), want)
	}
}

func TestALimitHoldsUnderConcurrency(t *testing.T) {
	t.Parallel()
	w, stores := twoProcesses(t)
	limit, step := decimal.RequireFromString("10.00"), decimal.RequireFromString("0.30")
	granted := 0
	var mutex sync.Mutex
	var wait sync.WaitGroup
	for i := range 60 {
		wait.Go(func() {
			a := stores[i%2].write(uuid.New(), es.None(), 1)
			a.Limits = []es.LimitClaim{{Guard: "Customer.Credit", Key: "c", Delta: step, Max: &limit}}
			_, err := stores[i%2].Append(context.Background(), a)
			var refusal *es.GuardError
			if err != nil && (!errors.As(err, &refusal) || refusal.Kind != "limit" || refusal.Room != "0.1") {
				t.Errorf("%v %+v", err, refusal)
			}
			if err == nil {
				mutex.Lock()
				granted++
				mutex.Unlock()
			}
		})
	}
	wait.Wait()
	if granted != 33 {
		t.Errorf("%d granted, want 33 of 0.30 under 10.00", granted)
	}
	free := w.write(uuid.New(), es.None(), 1)
	free.Limits = []es.LimitClaim{
		{Guard: "Customer.Credit", Key: "c", Delta: decimal.RequireFromString("100")}, // an override has no limit
		{Guard: "Customer.Credit", Key: "c", Delta: decimal.RequireFromString("-50.50"), Max: &limit},
	}
	w.mustAppend(t, free)
	used := map[string]decimal.Decimal{}
	collect(t, w, "SELECT key, used FROM store.guard_limit WHERE account_id = $1", used)
	if want := decimal.RequireFromString("59.40"); !used["c"].Equal(want) {
		t.Errorf("used %s, want %s", used["c"], want)
	}
}
