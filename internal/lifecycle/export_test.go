package lifecycle_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/lifecycle"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/sales"
)

// oddPayloads are stored bytes that JSON libraries like to write otherwise.
var oddPayloads = []string{`{"Name": "spaces"}`, "{\n\"Name\":\"lines\"}", `{"Name":"<&>"}`, "{\"Name\":\"\u2028\"}", `{"Name":"\u00e9","a":1e400}`, ` {"Name":"margins"} `}

// exported is an account with everything that an export has to carry, and its export in parts of 700 events.
func (w *world) exported() (tenant.Account, string, lifecycle.Manifest) {
	w.Helper()
	source := w.account("northwind", sales.Happenings(7, 2500)...)
	for i, payload := range oddPayloads {
		w.exec("one", "UPDATE store.events SET payload = $2::json WHERE account_id = $1 AND sequence_number = (SELECT sequence_number FROM store.events WHERE account_id = $1 AND payload_item_name = 'PersonRegisteredEvent' ORDER BY sequence_number OFFSET $3 LIMIT 1)",
			source.ID, payload, i)
	}
	w.exec("one", `INSERT INTO store.transformed_events (account_id, generation, sequence_number, stream_type, payload_item_name, payload_version, payload, release, actor)
		SELECT account_id, generation, sequence_number, stream_type, 'OldEvent', 3, '{"was": 1}', 'r', 'olga' FROM store.events WHERE account_id = $1 AND sequence_number IN (3, 1999)`, source.ID)
	w.exec("one", "UPDATE store.account_heads SET immutability = 'mutable' WHERE account_id = $1", source.ID)
	w.must(w.catalog.SetLimits(w.Context(), source.ID, tenant.Limits{RequestsPerSecond: 50, RequestBurst: 100}))
	w.archive(source)
	source, err := w.catalog.AccountByName(w.Context(), "northwind")
	w.must(err)
	folder := filepath.Join(w.TempDir(), "export")
	m, err := w.runner.Export(w.Context(), lifecycle.Export{Account: source, Folder: folder, PartEvents: 700})
	w.must(err)
	return source, folder, m
}

func TestAnExportIsImportedElsewhereToTheByte(t *testing.T) {
	w := newWorld(t)
	source, folder, m := w.exported()
	if len(m.Parts) != 4 || m.Digest != w.digest(source) {
		t.Errorf("%+v", m)
	}
	elsewhere := newInstallation(w)
	done, err := elsewhere.runner.Import(t.Context(), lifecycle.Import{Folder: folder, StoreID: "two"})
	w.must(err)
	if done.Account.ID != source.ID || done.Account.Name != "northwind" || elsewhere.digest(done.Account) != m.Digest || done.Account.Limits != source.Limits {
		t.Errorf("%+v", done)
	}
	if states := w.archived(source); states == 0 || m.Archived != states || done.Left != states || done.Archived != 0 || elsewhere.archived(done.Account) != 0 {
		t.Errorf("of %d archived streams: %+v and %+v", states, m, done.Carried)
	}
	clone, err := w.runner.Duplicate(t.Context(), lifecycle.Duplicate{Source: source, Name: "clone"})
	w.must(err)
	w.sameRows(elsewhere.rows(done.Account), w.rows(clone.Account))
	const all = `SELECT md5(string_agg(row(sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version, payload::text, command_id,
		command_hash, causation_id, correlation_id, actor, commit_time)::text, ' ' ORDER BY sequence_number)) FROM store.events WHERE account_id = $1`
	var got, want string
	w.must(elsewhere.super["two"].QueryRow(t.Context(), all, source.ID).Scan(&got))
	w.must(w.super["one"].QueryRow(t.Context(), all, source.ID).Scan(&want))
	if got != want {
		t.Error("events differ")
	}
	for _, sql := range []string{"SELECT count(*) FROM store.transformed_events WHERE account_id = $1", "SELECT 2 * count(*) FROM store.account_heads WHERE account_id = $1 AND immutability = 'mutable'"} {
		if n := elsewhere.number("two", sql, source.ID); n != 2 {
			t.Errorf("%s: %d", sql, n)
		}
	}
	// Where it came from it is still there, and under its own name it is refused; under another it is welcome.
	if _, err := w.runner.Import(t.Context(), lifecycle.Import{Folder: folder, StoreID: "two"}); !fault.Is(err, fault.Rejected) {
		t.Errorf("imported over itself: %v", err)
	}
	if _, err := w.runner.Import(t.Context(), lifecycle.Import{Folder: folder, StoreID: "two", Name: "other"}); !fault.Is(err, fault.Rejected) {
		t.Errorf("imported over its own id: %v", err)
	}
	other, err := w.runner.Import(t.Context(), lifecycle.Import{Folder: folder, StoreID: "two", Name: "other", ID: uuid.New()})
	w.must(err)
	w.sameRows(w.rows(other.Account), w.rows(clone.Account))
	if _, err := w.runner.Export(t.Context(), lifecycle.Export{Account: source, Folder: folder}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an export was written over: %v", err)
	}
}

// newInstallation is another installation, which knows nothing of the first.
func newInstallation(w *world) *world {
	w.Helper()
	return worldWithout(w.T, w.release)
}

func TestAnImportThatIsCutOffAnywhereGoesOn(t *testing.T) {
	w := newWorld(t)
	source, folder, m := w.exported()
	for at := 1; at < 8; at++ {
		i := lifecycle.Import{Folder: folder, StoreID: "two", Name: "cut", ID: uuid.New()}
		r, ctx, _ := w.crash(at)
		if _, err := r.Import(ctx, i); err == nil {
			t.Fatalf("step %d is behind the end", at)
		}
		if _, err := w.catalog.AccountByName(t.Context(), "cut"); !fault.Is(err, fault.NotFound) {
			t.Fatalf("cut off at step %d, and seen: %v", at, err)
		}
		done, err := w.newRunner().Import(t.Context(), i)
		w.must(err)
		if is := w.digest(done.Account); is != m.Digest || is != w.digest(source) {
			t.Errorf("cut off at step %d: digest %s", at, is)
		}
		w.exec("one", "DELETE FROM catalog.accounts WHERE name = 'cut'")
	}
}

// Whatever was done to the files: nothing is seen of it.
func TestAnAlteredExportIsRefused(t *testing.T) {
	w := newWorld(t)
	_, folder, _ := w.exported()
	edit := func(name, from, to string) func(string) {
		return func(folder string) {
			path := filepath.Join(folder, name)
			text, err := os.ReadFile(path)
			w.must(err)
			if !bytes.Contains(text, []byte(from)) {
				t.Fatalf("%s has no %s", name, from)
			}
			w.must(os.WriteFile(path, bytes.Replace(text, []byte(from), []byte(to), 1), 0o600))
		}
	}
	for name, c := range map[string]struct {
		do   func(string)
		kind fault.Kind
	}{
		"an event":        {edit("events-000003.ndjson", `"actor":"test"`, `"actor":"evil"`), fault.Rejected},
		"no manifest":     {func(f string) { w.must(os.Remove(filepath.Join(f, "manifest.json"))) }, fault.Invalid},
		"another format":  {edit("manifest.json", `"format": 1`, `"format": 2`), fault.Invalid},
		"a missing part":  {edit("manifest.json", `"first": 701`, `"first": 702`), fault.Invalid},
		"a file is gone":  {func(f string) { w.must(os.Remove(filepath.Join(f, "events-000002.ndjson"))) }, fault.Invalid},
		"another digest":  {edit("manifest.json", `"digest": "`, `"digest": "00`), fault.Rejected},
		"unknown in it":   {edit("manifest.json", `"format": 1`, `"format": 1, "more": 2`), fault.Invalid},
		"an outside file": {edit("manifest.json", `"events-000001.ndjson"`, `"../events-000001.ndjson"`), fault.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			copied := filepath.Join(t.TempDir(), "export")
			w.must(os.CopyFS(copied, os.DirFS(folder)))
			c.do(copied)
			account := strings.ReplaceAll(name, " ", "-")
			_, err := w.runner.Import(t.Context(), lifecycle.Import{Folder: copied, StoreID: "two", Name: account, ID: uuid.New()})
			if !fault.Is(err, c.kind) {
				t.Errorf("%v", err)
			}
			if _, err := w.catalog.AccountByName(context.Background(), account); !fault.Is(err, fault.NotFound) {
				t.Errorf("it is seen: %v", err)
			}
		})
	}
}
