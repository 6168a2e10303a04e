package lifecycle_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/lifecycle"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/seal"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/sales"
)

// tombstone is what of an erased account is left: in the catalog, which is in the database of store one.
var tombstone = []string{"catalog.account_works", "catalog.accounts", "catalog.audit_log"}

// everywhere gives the account a row in every table that has rows of accounts, on store one: of the catalog too, whose database that is.
func (w *world) everywhere(a tenant.Account) {
	w.Helper()
	w.guard(a, "a", 1)
	for _, sql := range []string{
		"INSERT INTO store.snapshots (account_id, generation, stream_id, release, stream_revision, state) VALUES ($1, 0, $1, 'r', 1, '{}')",
		"INSERT INTO store.projection_cursors (account_id, table_name, sequence_number, state) VALUES ($1, 'x', 1, 'parked')",
		"INSERT INTO store.dead_letters (account_id, table_name, projection, sequence_number, payload_item_name, error, release) VALUES ($1, 'x', 'X', 1, 'e', 'e', 'r')",
		"INSERT INTO store.fan_outs (account_id, table_name, ref, source_key) VALUES ($1, 'x', 'r', $1)",
		"INSERT INTO store.skipped_events (account_id, table_name, sequence_number, payload_item_name, error, reason, actor) VALUES ($1, 'x', 1, 'e', 'e', 'r', 'a')",
		"INSERT INTO store.builds (account_id, table_name, projection, until_number, phase) VALUES ($1, 'x', 'X', 1, 'fold')",
		"INSERT INTO store.audits (account_id, table_name, projection) VALUES ($1, 'x', 'X')",
		"INSERT INTO store.transformed_events (account_id, generation, sequence_number, stream_type, payload_item_name, payload_version, payload, release, actor) VALUES ($1, 0, 1, 's', 'i', 1, '{}', 'r', 'a')",
		"INSERT INTO store.seals (account_id, generation, sequence_number, digest, checks) VALUES ($1, 0, 10000, sha256(''), repeat('x', 40000)::bytea)",
		"INSERT INTO store.events SELECT account_id, 7, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version, payload, command_id, command_hash, causation_id, correlation_id, actor, commit_time FROM store.events WHERE account_id = $1",
		"INSERT INTO catalog.upgrades (upgrade_id, release, waves, plan, created_by) SELECT 'u', digest, '{1}', '{}', 'olga' FROM catalog.releases WHERE $1::uuid IS NOT NULL ON CONFLICT DO NOTHING",
		"INSERT INTO catalog.upgrade_accounts (upgrade_id, account_id, wave, place, from_release, to_release, events) SELECT 'u', $1, 0, 1, digest, digest, 1 FROM catalog.releases",
	} {
		w.exec("one", sql, a.ID)
	}
	_, _, err := w.catalog.CreateKey(w.Context(), a.ID, "key", []string{"*"})
	w.must(err)
}

func TestNothingIsLeftOfAnErasedAccount(t *testing.T) {
	w := newWorld(t)
	made := w.account("want", sales.Happenings(21, 1500)...)
	done, err := w.runner.Duplicate(t.Context(), lifecycle.Duplicate{Source: made, Name: "northwind"}) // with rows in its read models
	w.must(err)
	account, other := done.Account, w.account("southwind", sales.Happenings(22, 200)...)
	w.everywhere(account)
	w.everywhere(other)
	others := w.counted("one", other.ID)
	w.move("want", "two") // which leaves something of another account on both stores
	before := w.counted("one", account.ID)
	if len(before) < 20 {
		t.Errorf("it has rows in %d tables only: this is blind", len(before))
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	w.must(err)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	w.must(err)
	e := lifecycle.Erasure{Account: "northwind", Key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})}
	erased, err := w.runner.Erase(t.Context(), e)
	w.must(err)
	for _, store := range []string{"one", "two"} {
		for table, n := range w.counted(store, account.ID) {
			if store != "one" || !slices.Contains(tombstone, table) {
				t.Errorf("store %s: %d rows are left in %s", store, n, table)
			}
		}
	}
	if name := w.number("one", "SELECT count(*) FROM catalog.accounts WHERE account_id = $1 AND state = 'erased' AND name = 'erased-' || account_id", account.ID); name != 1 {
		t.Error("there is no tombstone")
	}
	if n := w.counted("one", other.ID); !maps.Equal(n, others) {
		t.Errorf("another account had %v and has %v", others, n)
	}
	// The receipt says what there was, and holds.
	var receipt lifecycle.Receipt
	w.must(json.Unmarshal([]byte(erased.Receipt), &receipt))
	if !ed25519.Verify(public, []byte(erased.Receipt), erased.Signature) || !receipt.Signed || receipt.Name != "northwind" || receipt.AccountID != account.ID || receipt.Keys != 1 {
		t.Errorf("%+v", receipt)
	}
	for table, n := range before {
		stored := table != "store.live_cursors" && !slices.Contains(tombstone, table) && table[:8] != "catalog." && (len(table) < 13 || table[:13] != "store.events_")
		if stored && receipt.Removed[table] != n {
			t.Errorf("the receipt has %d rows of %s, and there were %d", receipt.Removed[table], table, n)
		}
	}
	// Once more gives the receipt again; the name is free.
	again, err := w.runner.Erase(t.Context(), lifecycle.Erasure{Account: account.ID.String()})
	w.must(err)
	if again.Receipt != erased.Receipt {
		t.Error("the receipt is another the second time")
	}
	w.account("northwind")
	if _, err := w.runner.Erase(t.Context(), lifecycle.Erasure{Account: "nobody"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("nobody is erased: %v", err)
	}
	if _, err := w.runner.Erase(t.Context(), lifecycle.Erasure{Account: "southwind", Key: []byte("x")}); !fault.Is(err, fault.Invalid) {
		t.Errorf("by no key: %v", err)
	}
}

func TestAnErasureThatIsCutOffAnywhereGoesOn(t *testing.T) {
	w := newWorld(t)
	cuts := 0
	for at := 1; ; at += 1 + at/3 {
		account := w.account("northwind", sales.Happenings(23, 300)...)
		w.everywhere(account)
		events := w.number("one", "SELECT count(*) FROM store.events WHERE account_id = $1", account.ID)
		r, ctx, cut := w.crash(at)
		_, err := r.Erase(ctx, lifecycle.Erasure{Account: "northwind"})
		if err == nil || !cut() {
			w.must(err)
			break
		}
		cuts++
		// Nobody reads or writes it meanwhile.
		if n := w.number("one", "SELECT count(*) FROM catalog.accounts WHERE account_id = $1 AND state = 'erased'", account.ID); n != 1 {
			t.Errorf("cut off at step %d, and in use", at)
		}
		done, err := w.newRunner().Erase(t.Context(), lifecycle.Erasure{Account: account.ID.String()})
		w.must(err)
		if done.Removed["store.events"] != events || len(done.Signature) > 0 {
			t.Errorf("cut off at step %d: the receipt has %v", at, done.Removed)
		}
		for table := range w.counted("one", account.ID) {
			if !slices.Contains(tombstone, table) {
				t.Errorf("cut off at step %d: rows are left in %s", at, table)
			}
		}
	}
	if cuts < 5 {
		t.Errorf("it was cut off only %d times", cuts)
	}
}

// A process that is killed leaves a statement behind, which removes what the next process was about to remove.
func TestAnErasureGoesOnBesideWhatAKilledOneStillRemoves(t *testing.T) {
	w := newWorld(t)
	account := w.account("northwind", sales.Happenings(26, 5200)...)
	left, err := w.super["one"].Begin(t.Context())
	w.must(err)
	defer func() { _ = left.Rollback(context.Background()) }()
	_, err = left.Exec(t.Context(), "DELETE FROM store.events WHERE account_id = $1 AND sequence_number <= 5000", account.ID) // what one transaction removes
	w.must(err)
	ended := make(chan error, 1)
	go func() {
		_, err := w.runner.Erase(t.Context(), lifecycle.Erasure{Account: "northwind"})
		ended <- err
	}()
	const waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%DELETE FROM store.events%'"
	for w.number("one", waits) == 0 {
		select {
		case err := <-ended:
			t.Fatalf("it ended before: %v", err)
		case <-time.After(time.Millisecond): // what waits for a lock gives no signal
		}
	}
	w.must(left.Commit(t.Context()))
	w.must(<-ended)
	if n := w.number("one", "SELECT count(*) FROM store.events WHERE account_id = $1", account.ID); n > 0 {
		t.Errorf("%d events are left", n)
	}
}

// A copy that was cut off is no account yet: nothing is left of it, not even a tombstone.
func TestACopyThatWasCutOffIsErased(t *testing.T) {
	w := newWorld(t)
	source := w.account("northwind", sales.Happenings(24, 500)...)
	r, ctx, _ := w.crash(2)
	id := uuid.New()
	_, err := r.Duplicate(ctx, lifecycle.Duplicate{Source: source, Name: "clone", ID: id, StoreID: "two"})
	if err == nil {
		t.Fatal("it was not cut off")
	}
	done, err := w.newRunner().Erase(t.Context(), lifecycle.Erasure{Account: "clone"})
	w.must(err)
	if left := append(slices.Collect(maps.Keys(w.counted("two", id))), slices.Collect(maps.Keys(w.counted("one", id)))...); len(left) > 0 || done.Receipt != "" || done.Rows == 0 {
		t.Errorf("%+v, and left %v", done, left)
	}
}

// The database forbids what erasing is not: history in use stays, a head in use stays, and an erased one stays erased.
func TestOnlyAnErasedAccountMayBeDeleted(t *testing.T) {
	w := newWorld(t)
	account := w.account("northwind", sales.Happenings(25, 20)...)
	builder, admin := w.db["one"].Pool(t, pg.Builder), w.db["one"].Pool(t, pg.Admin)
	for _, table := range []string{"events", "account_heads"} {
		if _, err := builder.Exec(t.Context(), "DELETE FROM store."+table+" WHERE account_id = $1", account.ID); pg.Code(err) != "42501" {
			t.Errorf("%s in use are deleted: %v", table, err)
		}
	}
	for _, role := range []pg.Role{pg.API, pg.Appender, pg.Projector, pg.Admin} {
		for _, table := range []string{"events", "account_heads", "seals", "live_cursors"} {
			if _, err := w.db["one"].Pool(t, role).Exec(t.Context(), "DELETE FROM store."+table+" WHERE account_id = $1", account.ID); pg.Code(err) != "42501" {
				t.Errorf("%s deletes %s: %v", role, table, err)
			}
		}
	}
	// Two roles have to agree: who deletes does not close, and moves no head either. It locks heads all the same.
	for _, set := range []string{"state = 'erased'", "state = 'suspended'", "sequence_number = 1", "commit_time = now()", "generation = 1", "epoch = 9", "release = 'r'"} {
		if _, err := builder.Exec(t.Context(), "UPDATE store.account_heads SET "+set+" WHERE account_id = $1", account.ID); pg.Code(err) != "42501" {
			t.Errorf("the builder sets %s: %v", set, err)
		}
	}
	if _, err := builder.Exec(t.Context(), "SELECT FROM store.account_heads WHERE account_id = $1 FOR UPDATE", account.ID); err != nil {
		t.Errorf("the builder locks no head: %v", err)
	}
	w.must(es.SetState(t.Context(), admin, account.ID, "erased"))
	if err := es.SetState(t.Context(), admin, account.ID, "active"); err == nil {
		t.Error("an erased account came back")
	}
	if sealed, err := seal.Next(t.Context(), w.db["one"].Pool(t, pg.Projector), account.ID); err != nil || sealed {
		t.Errorf("an erased account is sealed: %v", err)
	}
	if _, err := builder.Exec(t.Context(), "DELETE FROM store.events WHERE account_id = $1", account.ID); err != nil {
		t.Errorf("an erased one cannot be deleted: %v", err)
	}
}
