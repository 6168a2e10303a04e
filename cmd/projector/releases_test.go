package main

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/sales"
)

// on makes an account that runs on another release of the same tables.
func (w *world) on(t *testing.T, version string) uuid.UUID {
	t.Helper()
	ir := *w.Release.IR()
	ir.Name = "sales " + version
	text, err := model.Canonical(&ir)
	if err != nil {
		t.Fatal(err)
	}
	made, err := model.Load(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.catalog.PublishRelease(t.Context(), tenant.Release{Digest: made.Digest(), Version: version, IR: text}); err != nil {
		t.Fatal(err)
	}
	account := w.NewAccount(t)
	_, err = w.catalog.CreateAccount(t.Context(), tenant.NewAccount{ID: account.ID, Name: account.Name, StoreID: sales.StoreID, Release: made.Digest()})
	if err != nil {
		t.Fatal(err)
	}
	return account.ID
}

// Accounts on many releases are projected and audited until they are gone: then the releases leave
// the memory, with all that was made of them. Asked for again, they are there again.
func TestReleasesThatNobodyAsksForLeaveTheMemory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	url, stop := w.runWith(t, func(c *Config) { c.ReleaseIdle = 500 * time.Millisecond })
	for round := range 2 {
		var accounts []uuid.UUID
		for i := range 4 {
			accounts = append(accounts, w.on(t, fmt.Sprintf("%d.%d", round, i)))
		}
		for _, account := range accounts {
			last := w.Append(t, account, orders(5)...)
			waitFor(t, "the events to be applied", func() bool { return w.cursor(t, account) == last })
			waitFor(t, "the rows to be looked at", func() bool {
				return w.Number(t, "SELECT coalesce(sum(rows_checked), 0)::bigint FROM store.audits WHERE account_id = $1", account) > 0
			})
		}
		for _, account := range accounts {
			if err := w.catalog.SetState(t.Context(), account, tenant.Erased); err != nil {
				t.Fatal(err)
			}
		}
		waitFor(t, "the releases to leave the memory", func() bool {
			runtime.GC() // what is not collected counts
			_, metrics := get(t, url+"/metrics")
			return strings.Contains(metrics, "\npolder_releases_loaded 0\n")
		})
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
