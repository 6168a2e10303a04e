package tenant_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

// withdraw withdraws the release of the version; stores know of no account on it.
func (w *world) withdraw(version string) error {
	return w.catalog.WithdrawRelease(w.t.Context(), releaseOf(version), func(context.Context) ([]tenant.Use, error) { return nil, nil })
}

func (w *world) withdrawn(version string) bool {
	w.t.Helper()
	r, err := w.catalog.ReleaseByVersion(w.t.Context(), version)
	must(w.t, err)
	return r.Withdrawn()
}

// refused requires a Conflict whose details say the texts.
func refused(t *testing.T, err error, texts ...string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Conflict {
		t.Errorf("error %v, want a Conflict", err)
		return
	}
	var all []string
	for _, d := range f.Details {
		all = append(all, d.Message)
	}
	if !slices.Equal(all, texts) {
		t.Errorf("it says %q, want %q", all, texts)
	}
}

func TestAReleaseThatIsNeededIsNotWithdrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"delta", "acme", "bravo", "charlie", "echo"} {
		w.account(name)
	}
	refused(t, w.withdraw("2026.11.1"), "account acme runs on it", "account bravo runs on it", "account charlie runs on it, as do 2 more")
	other := w.publish("2026.12.1")
	leads := w.publish("2026.11.1-after-2026.12.1")
	account := w.account("foxtrot")
	w.asSuperuser("INSERT INTO catalog.upgrades (upgrade_id, release, state, waves, plan, created_by) VALUES ('2026.12.1-1', $1, 'grace', '{1}', '{}', 'olga')", other)
	w.asSuperuser(`INSERT INTO catalog.upgrade_accounts (upgrade_id, account_id, wave, place, from_release, to_release, back_release, state, events)
		VALUES ('2026.12.1-1', $1, 0, 1, $2, $3, $4, 'switched', 1)`, account.ID, w.release, other, leads)
	for _, version := range []string{"2026.12.1", "2026.11.1-after-2026.12.1"} {
		refused(t, w.withdraw(version), "upgrade 2026.12.1-1 has accounts on the way to it, from it, or back to it")
	}
	w.asSuperuser("UPDATE catalog.upgrades SET state = 'done'")
	_, err := w.catalog.BeginWork(t.Context(), tenant.Work{AccountID: uuid.New(), Kind: "copy", State: "copying", ToStore: "main",
		Parameters: []byte(fmt.Sprintf(`{"name": "golf", "release": %q}`, other))}, other)
	must(t, err)
	refused(t, w.withdraw("2026.12.1"), "account golf is being made on it")
	w.asSuperuser("DELETE FROM catalog.account_works")
	must(t, w.withdraw("2026.12.1"))
	must(t, w.withdraw("2026.12.1")) // again

	told := errors.New("a store is away")
	err = w.catalog.WithdrawRelease(t.Context(), releaseOf("2026.11.1-after-2026.12.1"), func(context.Context) ([]tenant.Use, error) { return nil, told })
	if !errors.Is(err, told) || w.withdrawn("2026.11.1-after-2026.12.1") {
		t.Errorf("withdrawn without having heard of all stores: %v", err)
	}
	w.asSuperuser("UPDATE catalog.accounts SET state = 'erased'")
	must(t, w.withdraw("2026.11.1")) // accounts that are gone need none
	if err := w.catalog.WithdrawRelease(t.Context(), releaseOf("never"), nil); !fault.Is(err, fault.NotFound) {
		t.Errorf("withdrew what was not published: %v", err)
	}
	log, err := w.catalog.AuditLog(t.Context(), uuid.Nil, 1)
	if must(t, err); log[0].Action != "release withdraw" || log[0].Actor != "tester" || !strings.Contains(string(log[0].Parameters), "2026.11.1") {
		t.Errorf("the audit log says %+v", log)
	}
}

func TestNobodyBeginsToUseAWithdrawnRelease(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	digest := w.publish("2026.12.1")
	must(t, w.withdraw("2026.12.1"))
	_, created := w.catalog.CreateAccount(t.Context(), tenant.NewAccount{Name: "acme", StoreID: "main", Release: digest})
	_, begun := w.catalog.BeginWork(t.Context(), tenant.Work{AccountID: uuid.New(), Kind: "copy", State: "copying", ToStore: "main", Parameters: []byte("{}")}, digest)
	moved := w.catalog.WithRelease(t.Context(), digest, func() error { t.Error("it is moved to it"); return nil })
	for what, err := range map[string]error{"created": created, "begun": begun, "moved": moved} {
		if !fault.Is(err, fault.Precondition) || !strings.Contains(err.Error(), "2026.12.1 was withdrawn") {
			t.Errorf("%s: %v", what, err)
		}
	}
	w.publish("2026.12.1")
	if w.withdrawn("2026.12.1") {
		t.Error("it is withdrawn still")
	}
	_, err := w.catalog.CreateAccount(t.Context(), tenant.NewAccount{Name: "acme", StoreID: "main", Release: digest})
	must(t, err)
}

// Accounts are created, and others about to be moved, while releases are withdrawn: of each release either is true
// in the end, that it is withdrawn or that it is used.
func TestWithdrawingRacesWithWhoBegins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for round := range 15 {
		version := fmt.Sprint("race-", round)
		digest := w.publish(version)
		var entered atomic.Bool // on a store: an account is about to be moved
		start := make(chan struct{})
		var all sync.WaitGroup
		for i := range 3 {
			all.Go(func() {
				<-start
				_, err := w.catalog.CreateAccount(t.Context(), tenant.NewAccount{Name: fmt.Sprint("r", round, "-", i), StoreID: "main", Release: digest})
				if err != nil && !fault.Is(err, fault.Precondition) {
					t.Error(err)
				}
			})
		}
		all.Go(func() {
			<-start
			err := w.catalog.WithRelease(t.Context(), digest, func() error {
				time.Sleep(time.Duration(round%3) * time.Millisecond) // as long as a store takes
				entered.Store(true)
				return nil
			})
			if err != nil && !fault.Is(err, fault.Precondition) {
				t.Error(err)
			}
		})
		var withdrawn error
		all.Go(func() {
			<-start
			time.Sleep(time.Duration(round%5) * time.Millisecond)
			withdrawn = w.catalog.WithdrawRelease(t.Context(), releaseOf(version), func(context.Context) ([]tenant.Use, error) {
				if entered.Load() {
					return []tenant.Use{{Kind: "account", Name: "it"}}, nil
				}
				return nil, nil
			})
		})
		close(start)
		all.Wait()
		var accounts int
		must(t, w.db.Pool(t, pg.Admin).QueryRow(t.Context(), "SELECT count(*) FROM catalog.accounts WHERE release = $1", digest).Scan(&accounts))
		used := accounts > 0 || entered.Load()
		if is := w.withdrawn(version); is == used || is != (withdrawn == nil) {
			t.Errorf("round %d: withdrawn %v (%v) with %d accounts, entered %v", round, is, withdrawn, accounts, entered.Load())
		}
	}
}

// While what no release needs is dropped, none is entered; and while one is entered, nothing is dropped.
func TestPublishingAndDroppingKeepOutOfEachOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var at atomic.Int32 // publishers at work
	var all sync.WaitGroup
	dropped := 0
	for i := range 4 {
		all.Go(func() {
			err := w.catalog.PublishReleaseWith(t.Context(), releaseOf(fmt.Sprint("p", i)), func() error {
				at.Add(1)
				time.Sleep(20 * time.Millisecond)
				at.Add(-1)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	for range 3 {
		must(t, w.catalog.Dropping(t.Context(), func() error {
			for range 10 {
				if at.Load() > 0 {
					t.Error("a release is being entered")
				}
				time.Sleep(time.Millisecond)
			}
			dropped++
			return nil
		}))
	}
	all.Wait()
	if dropped != 3 {
		t.Errorf("dropped %d times", dropped)
	}
	held, let := make(chan struct{}), make(chan struct{})
	all.Go(func() {
		if err := w.catalog.Dropping(t.Context(), func() error { close(held); <-let; return nil }); err != nil {
			t.Error(err)
		}
	})
	<-held
	hurried, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := w.catalog.PublishRelease(hurried, releaseOf("hurried")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("published while tables are dropped: %v", err)
	}
	close(let)
	all.Wait()
}

// Whoever holds a release waits for nobody but who withdraws it.
func TestHoldersDoNotKeepEachOtherWaiting(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.db.Pool(t, pg.Admin)
	must(t, pgx.BeginFunc(t.Context(), admin, func(tx pgx.Tx) error {
		must(t, tenant.HoldReleases(t.Context(), tx, w.release, ""))
		w.account("acme")
		return nil
	}))
}
