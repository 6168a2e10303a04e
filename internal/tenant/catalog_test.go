package tenant_test

import (
	"context"
	"math"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

// Every change takes the next number, stamps its row with it, is audited under its actor and
// is told to the directories; all of that in one transaction.
func TestEveryChangeIsNumberedAuditedAndTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.account("acme")
	key, _ := w.key(a.ID, "*")
	other := w.publish("2026.11.2")
	listener := listen(t, w, "polder_catalog")

	changes := []struct {
		action, table string
		account       uuid.UUID
		do            func(ctx context.Context) error
	}{
		{"store add", "stores", uuid.Nil, func(ctx context.Context) error {
			return w.catalog.AddStore(ctx, "second", "postgres://db2:5432/polder")
		}},
		{"account state", "accounts", a.ID, func(ctx context.Context) error { return w.catalog.SetState(ctx, a.ID, tenant.Suspended) }},
		{"account limits", "accounts", a.ID, func(ctx context.Context) error {
			return w.catalog.SetLimits(ctx, a.ID, tenant.Limits{RequestsPerSecond: 5, RequestBurst: 10})
		}},
		{"account release", "accounts", a.ID, func(ctx context.Context) error { return w.catalog.SetRelease(ctx, a.ID, other, 2) }},
		{"account route", "accounts", a.ID, func(ctx context.Context) error { return w.catalog.Route(ctx, a.ID, "second", 2) }},
		{"model publish", "releases", uuid.Nil, func(ctx context.Context) error { return w.catalog.PublishRelease(ctx, releaseOf("2026.11.3")) }},
		{"key create", "api_keys", a.ID, func(ctx context.Context) error {
			_, _, err := w.catalog.CreateKey(ctx, a.ID, "second", []string{"clerk"})
			return err
		}},
		{"key revoke", "api_keys", a.ID, func(ctx context.Context) error { return w.catalog.RevokeKey(ctx, key.ID) }},
	}
	for _, change := range changes {
		before := lastChange(t, w)
		must(t, change.do(t.Context()))
		if after := lastChange(t, w); after != before+1 {
			t.Errorf("%s: change %d after %d", change.action, after, before)
		}
		if stamped := scan[int64](t, w, "SELECT max(change) FROM catalog."+change.table); stamped != before+1 {
			t.Errorf("%s: row is stamped %d, want %d", change.action, stamped, before+1)
		}
		entries, err := w.catalog.AuditLog(t.Context(), uuid.Nil, 1)
		must(t, err)
		if e := entries[0]; e.Action != change.action || e.Actor != "tester" || e.AccountID != change.account || e.Result != "done" {
			t.Errorf("%s: audited as %+v", change.action, e)
		}
		ctx, cancel := context.WithTimeout(t.Context(), deadline)
		if _, err := listener.WaitForNotification(ctx); err != nil {
			t.Errorf("%s: not told: %v", change.action, err)
		}
		cancel()
	}
}

func TestRefusedChangesLeaveNoTrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.account("acme")
	published := releaseOf("2026.11.1")
	renamed, altered := published, releaseOf("2026.11.9")
	renamed.Version, altered.Version = "2026.11.2", published.Version
	forged := published
	forged.IR, forged.Version = []byte("{}"), "2026.11.3"
	create := func(n tenant.NewAccount) func(context.Context) error {
		return func(ctx context.Context) error { _, err := w.catalog.CreateAccount(ctx, n); return err }
	}
	refused := map[string]struct {
		kind fault.Kind
		do   func(context.Context) error
	}{
		"taken name":      {fault.Rejected, create(tenant.NewAccount{Name: "acme", StoreID: "main", Release: w.release})},
		"taken id":        {fault.Rejected, create(tenant.NewAccount{ID: a.ID, Name: "other", StoreID: "main", Release: w.release})},
		"bad name":        {fault.Invalid, create(tenant.NewAccount{Name: "Acme Ltd", StoreID: "main", Release: w.release})},
		"unknown store":   {fault.NotFound, create(tenant.NewAccount{Name: "other", StoreID: "nowhere", Release: w.release})},
		"unknown release": {fault.NotFound, create(tenant.NewAccount{Name: "other", StoreID: "main", Release: "none"})},
		"unknown account": {fault.NotFound, func(ctx context.Context) error { return w.catalog.SetState(ctx, uuid.New(), tenant.Active) }},
		"unknown state":   {fault.Invalid, func(ctx context.Context) error { return w.catalog.SetState(ctx, a.ID, "asleep") }},
		"no limits": {fault.Invalid, func(ctx context.Context) error {
			return w.catalog.SetLimits(ctx, a.ID, tenant.Limits{RequestBurst: -1})
		}},
		"limits of nobody": {fault.NotFound, func(ctx context.Context) error {
			return w.catalog.SetLimits(ctx, uuid.New(), tenant.Limits{RequestBurst: 1})
		}},
		"an account with no limits": {fault.Invalid, create(tenant.NewAccount{Name: "other", StoreID: "main", Release: w.release,
			Limits: tenant.Limits{RequestsPerSecond: math.Inf(1)}})},
		"unpublished":     {fault.NotFound, func(ctx context.Context) error { return w.catalog.SetRelease(ctx, a.ID, "none", 2) }},
		"route of nobody": {fault.NotFound, func(ctx context.Context) error { return w.catalog.Route(ctx, uuid.New(), "main", 2) }},
		"bad store id":    {fault.Invalid, func(ctx context.Context) error { return w.catalog.AddStore(ctx, "Main!", "postgres://h/d") }},
		"store with login": {fault.Invalid, func(ctx context.Context) error {
			return w.catalog.AddStore(ctx, "second", "postgres://me:secret@h/d")
		}},
		"store that is no URL": {fault.Invalid, func(ctx context.Context) error { return w.catalog.AddStore(ctx, "second", "host=h") }},
		"release renamed":      {fault.Rejected, func(ctx context.Context) error { return w.catalog.PublishRelease(ctx, renamed) }},
		"version reused":       {fault.Rejected, func(ctx context.Context) error { return w.catalog.PublishRelease(ctx, altered) }},
		"forged digest":        {fault.Invalid, func(ctx context.Context) error { return w.catalog.PublishRelease(ctx, forged) }},
		"key without roles": {fault.Invalid, func(ctx context.Context) error {
			_, _, err := w.catalog.CreateKey(ctx, a.ID, "k", nil)
			return err
		}},
		"key of nobody": {fault.NotFound, func(ctx context.Context) error {
			_, _, err := w.catalog.CreateKey(ctx, uuid.New(), "k", []string{"*"})
			return err
		}},
		"unknown key": {fault.NotFound, func(ctx context.Context) error { return w.catalog.RevokeKey(ctx, "nokey") }},
	}
	change, entries := lastChange(t, w), scan[int64](t, w, "SELECT count(*) FROM catalog.audit_log")
	for name, r := range refused {
		if err := r.do(t.Context()); !fault.Is(err, r.kind) {
			t.Errorf("%s: %v, want %v", name, err, r.kind)
		}
	}
	if now := lastChange(t, w); now != change {
		t.Errorf("refused changes took numbers: %d after %d", now, change)
	}
	if now := scan[int64](t, w, "SELECT count(*) FROM catalog.audit_log"); now != entries {
		t.Errorf("refused changes were audited as done: %d entries after %d", now, entries)
	}
}

func TestPublishingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := lastChange(t, w)
	must(t, w.catalog.PublishRelease(t.Context(), releaseOf("2026.11.1")))
	if after := lastChange(t, w); after != before {
		t.Errorf("change %d after %d", after, before)
	}
	w.publish("2026.11.2")
	releases, err := w.catalog.Releases(t.Context())
	must(t, err)
	if len(releases) != 2 || releases[0].Version != "2026.11.2" || len(releases[0].IR) != 0 {
		t.Errorf("releases = %+v, want the newest of two first, without IR", releases)
	}
	r, err := w.catalog.ReleaseByVersion(t.Context(), "2026.11.1")
	must(t, err)
	if want := releaseOf("2026.11.1"); string(r.IR) != string(want.IR) || r.Digest != want.Digest {
		t.Errorf("release = %+v, want %+v", r, want)
	}
}

func TestAccountsAsTheyAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, w.catalog.AddStore(t.Context(), "second", "postgres://db2:5432/polder"))
	b, a := w.account("bravo"), w.account("alpha")
	must(t, w.catalog.SetLimits(t.Context(), a.ID, tenant.Limits{RequestsPerSecond: 2.5, RequestBurst: 7}))
	epoch, err := a.Epoch+1, w.catalog.Route(t.Context(), a.ID, "second", a.Epoch+1)
	must(t, err)
	got, err := w.catalog.AccountByName(t.Context(), "alpha")
	must(t, err)
	want := a
	want.RequestsPerSecond, want.RequestBurst, want.StoreID, want.Epoch = 2.5, 7, "second", 2
	if got != want || epoch != 2 {
		t.Errorf("account = %+v, want %+v", got, want)
	}
	must(t, w.catalog.SetLimits(t.Context(), a.ID, tenant.Limits{}))
	all, err := w.catalog.Accounts(t.Context())
	must(t, err)
	if len(all) != 2 || all[0].ID != a.ID || all[1] != b || all[0].RequestsPerSecond != 0 {
		t.Errorf("accounts = %+v", all)
	}
	must(t, w.catalog.SetState(t.Context(), a.ID, tenant.Erased))
	wantKind(t, w.catalog.SetState(t.Context(), a.ID, tenant.Active), fault.NotFound)
}

// Numbers become visible in their order, so a reader who has seen one has seen all before it.
func TestChangesBecomeVisibleInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.account("acme")
	first := lastChange(t, w)
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			for range 10 {
				if _, _, err := w.catalog.CreateKey(t.Context(), a.ID, "k", []string{"*"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	pool := w.db.Pool(t, pg.API)
	for seen := first; seen < first+80; {
		var last, keys int64
		must(t, pool.QueryRow(t.Context(), "SELECT last FROM catalog.change_counter").Scan(&last))
		must(t, pool.QueryRow(t.Context(), "SELECT count(*) FROM catalog.api_keys WHERE change <= $1", last).Scan(&keys))
		if keys != last-first {
			t.Fatalf("at change %d there are %d keys, want %d", last, keys, last-first)
		}
		seen = last
	}
	writers.Wait()
}

func TestAuditOfWhatIsNoChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := uuid.New()
	must(t, w.catalog.Audit(t.Context(), tenant.AuditEntry{Actor: "ops", Action: "account erase", AccountID: account,
		Parameters: []byte(`{"force":true}`), Result: "refused"}))
	must(t, w.catalog.Audit(t.Context(), tenant.AuditEntry{Actor: "ops", Action: "doctor", Result: "done"}))
	entries, err := w.catalog.AuditLog(t.Context(), uuid.Nil, 2)
	must(t, err)
	if len(entries) != 2 || entries[0].Action != "doctor" || string(entries[0].Parameters) != "{}" ||
		entries[1].AccountID != account || entries[1].Result != "refused" || entries[1].At.IsZero() {
		t.Errorf("entries = %+v", entries)
	}
	if of, err := w.catalog.AuditLog(t.Context(), account, 9); err != nil || len(of) != 1 || of[0].ID != entries[1].ID {
		t.Errorf("%+v, %v", of, err)
	}
	if of, err := w.catalog.AuditLog(t.Context(), uuid.New(), 9); err != nil || len(of) > 0 {
		t.Errorf("of another account: %+v, %v", of, err)
	}
}

func TestWithoutAnActorNothingIsAudited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := scan[int64](t, w, "SELECT count(*) FROM catalog.audit_log")
	must(t, tenant.NewCatalog(w.db.Pool(t, pg.Admin)).AddStore(t.Context(), "second", "postgres://h/d"))
	if after := scan[int64](t, w, "SELECT count(*) FROM catalog.audit_log"); after != before {
		t.Errorf("%d entries after %d", after, before)
	}
}

func listen(t *testing.T, w *world, channel string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), w.db.OwnerURL)
	must(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	_, err = conn.Exec(t.Context(), "LISTEN "+channel)
	must(t, err)
	return conn
}

func lastChange(t *testing.T, w *world) int64 {
	t.Helper()
	return scan[int64](t, w, "SELECT last FROM catalog.change_counter")
}

func scan[T any](t *testing.T, w *world, sql string) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), w.db.OwnerURL)
	must(t, err)
	defer conn.Close(context.Background())
	var value T
	must(t, conn.QueryRow(t.Context(), sql).Scan(&value))
	return value
}
