package audit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/audit"
	"github.com/polderhq/polder/test/sales"
)

// watched is an auditor with what it tells.
type watched struct {
	*audit.Auditor
	world    *world
	registry *prometheus.Registry
	logs     *observer.ObservedLogs
}

func (w *world) auditor(t *testing.T, mending string) *watched {
	t.Helper()
	parsed, err := audit.ParseMending(mending)
	if err != nil {
		t.Fatal(err)
	}
	core, logs := observer.New(zap.InfoLevel)
	registry := prometheus.NewRegistry()
	return &watched{world: w, registry: registry, logs: logs, Auditor: audit.New(audit.Config{
		Pools: w, Accounts: w, Releases: w, Stores: w.Stores, Rate: 1 << 20, Mending: parsed,
		Log: zap.New(core), Metrics: registry,
	})}
}

// round looks until everything there is was looked at.
func (a *watched) round(t *testing.T) {
	t.Helper()
	start := a.world.Number(t, "SELECT extract(epoch FROM clock_timestamp()) * 1000000")
	for range 200 {
		if _, err := a.Look(t.Context(), sales.StoreID, time.Now()); err != nil {
			t.Fatal(err)
		}
		left := a.world.Number(t, `SELECT (SELECT count(*) FROM store.audits WHERE checked_at < to_timestamp($1::double precision / 1000000) OR next_key IS NOT NULL)
			+ (SELECT count(*) FROM store.account_heads h WHERE sequence_number > 0 AND NOT EXISTS (SELECT 1 FROM store.audits a WHERE a.account_id = h.account_id))`, start)
		if left == 0 {
			return
		}
	}
	t.Fatal("the auditor does not come round")
}

func (a *watched) count(t *testing.T, name string) int {
	t.Helper()
	n := 0
	families, err := a.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			for _, m := range f.GetMetric() {
				n += int(m.GetCounter().GetValue())
			}
		}
	}
	return n
}

// damages are ways of being wrong at once.
var damages = []string{"a changed value", "a deleted row", "an extra row", "a changed hidden value", "a wrong copy", "a wrong total"}

func TestAnAuditorFindsAndMends(t *testing.T) {
	t.Parallel()
	w := worldOf(t, sales.Open(t, pgtest.New(t), sales.Release(t, sales.WithShapes)))
	account, other := w.NewAccount(t).ID, w.NewAccount(t).ID
	for _, id := range []uuid.UUID{account, other} {
		w.settle(t, id, history(5, 700)...) // more than one look
	}
	before, others := w.rows(t, account), w.rows(t, other)
	quiet := w.auditor(t, "none")
	quiet.round(t)
	if found := quiet.count(t, "polder_audit_mismatches_total"); found != 0 || quiet.logs.Len() != 0 {
		t.Fatalf("%d rows are told to be wrong: %v", found, quiet.logs.All())
	}
	if quiet.count(t, "polder_audit_rows_checked_total") < len(before)+len(others) || quiet.count(t, "polder_audit_events_total") < 1400 {
		t.Errorf("it compared %d rows", quiet.count(t, "polder_audit_rows_checked_total"))
	}

	for _, name := range damages {
		w.Exec(t, corruptions[name].sql, account)
	}
	damaged := w.rows(t, account)
	quiet.round(t)
	told := map[string]bool{} // a row that was looked at twice is told of twice
	if !slices.Equal(damaged, w.rows(t, account)) {
		t.Error("an auditor that mends nothing has written")
	}
	for _, entry := range quiet.logs.All() {
		fields := entry.ContextMap()
		if fields["account"] != account.String() || fields["projection"] == "" || fields["key"] == "" {
			t.Errorf("it tells of %v", fields)
		}
		told[fmt.Sprint(fields["projection"], fields["key"])] = true
	}
	if len(told) != len(damages) || quiet.count(t, "polder_audit_mismatches_total") < len(damages) {
		t.Errorf("told of are %v, not %d", told, len(damages))
	}

	some := w.auditor(t, "OrderNumbers, CustomerTotals")
	some.round(t)
	if mended := some.count(t, "polder_audit_repaired_total"); mended != 3 {
		t.Errorf("%d rows were mended, not 3: %v", mended, some.logs.All())
	}
	w.auditor(t, "all").round(t)
	if report := w.verify(t, account, 5000); report.Mismatches != 0 {
		t.Errorf("left: %+v", report.Differences)
	}
	assertTouched(t, before, w.rows(t, account), len(damages))
	if !slices.Equal(others, w.rows(t, other)) {
		t.Error("rows of the other account were written")
	}
	if n := w.Number(t, "SELECT sum(repaired) FROM store.audits WHERE account_id = $1", account); n != int64(len(damages)) {
		t.Errorf("%d mended rows are noted", n)
	}
}

// Of two auditors one works, while it does.
func TestOneAuditorWorksOnAStore(t *testing.T) {
	t.Parallel()
	w := worldOf(t, sales.Open(t, pgtest.New(t), sales.Release(t, sales.WithShapes)))
	w.settle(t, w.NewAccount(t).ID, history(5, 20)...)
	slow := func() *audit.Auditor {
		return audit.New(audit.Config{Pools: w, Accounts: w, Releases: w, Stores: w.Stores, Rate: 1})
	}
	first, second := slow(), slow()
	if read, err := first.Look(t.Context(), sales.StoreID, time.Time{}); err != nil || read == 0 {
		t.Fatalf("the first read %d, %v", read, err)
	}
	if read, err := second.Look(t.Context(), sales.StoreID, time.Time{}); err != nil || read != 0 {
		t.Errorf("the second read %d, %v", read, err)
	}
	if read, err := first.Look(t.Context(), sales.StoreID, time.Now()); err != nil || read == 0 {
		t.Errorf("the first read %d again, %v", read, err)
	}
	w.Exec(t, "UPDATE store.audits SET checked_at = now() - interval '1 hour'")
	if read, err := second.Look(t.Context(), sales.StoreID, time.Time{}); err != nil || read == 0 {
		t.Errorf("when the first is gone the second read %d, %v", read, err)
	}
}

// What is parked or being built is not what the events say, and nobody's fault.
func TestWhatIsNotLiveIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := worldOf(t, sales.Open(t, pgtest.New(t), sales.Release(t, sales.WithShapes)))
	parked, unknown, elsewhere := w.NewAccount(t).ID, uuid.New(), w.NewAccount(t).ID
	for _, account := range []uuid.UUID{parked, elsewhere} {
		w.settle(t, account, history(5, 60)...)
	}
	w.Exec(t, "INSERT INTO store.account_heads (account_id, epoch, sequence_number) VALUES ($1, 1, 5)", unknown)
	w.Exec(t, "INSERT INTO store.projection_cursors VALUES ($1, $2, 3, 'parked'), ($1, $3, 3, 'building')", parked, "order_ba9876543210", sales.CustomerTotals)
	spoil := []string{"UPDATE read_models.order_ba9876543210 SET order_number = -1 WHERE account_id = $1", "DELETE FROM read_models." + sales.CustomerTotals + " WHERE account_id = $1"}
	for _, sql := range spoil {
		w.Exec(t, sql, parked)
	}
	a := w.auditor(t, "all")
	a.round(t)
	a.round(t)
	if a.count(t, "polder_audit_mismatches_total") != 0 || a.count(t, "polder_audit_failures_total") != 0 {
		t.Errorf("it tells %v", a.logs.All())
	}
	another := sales.Release(t, sales.WithShapes, func(ir *model.IR) { ir.Currency = "USD" })
	w.Know(t, another)
	w.Exec(t, "UPDATE store.live_cursors SET release = $2 WHERE account_id = $1", elsewhere, another.Digest())
	for _, sql := range spoil {
		w.Exec(t, sql, elsewhere)
	}
	a.round(t)
	if a.count(t, "polder_audit_mismatches_total") == 0 {
		t.Error("an account on a release that the catalog has not heard of is not looked at")
	}
}

func TestAnAuditorRunsUntilItIsStopped(t *testing.T) {
	t.Parallel()
	w := worldOf(t, sales.Open(t, pgtest.New(t), sales.Release(t, sales.WithShapes)))
	account := w.NewAccount(t).ID
	w.settle(t, account, history(6, 50)...)
	w.Exec(t, corruptions["a changed value"].sql, account)
	a := w.auditor(t, "all")
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err == nil {
		t.Error("it was started twice")
	}
	for deadline := time.Now().Add(20 * time.Second); a.count(t, "polder_audit_repaired_total") == 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("nothing was mended: %v", a.logs.All())
		}
	}
	a.Stop()
	a.Stop()
	if report := w.verify(t, account, 5000); report.Mismatches != 0 {
		t.Errorf("left: %+v", report.Differences)
	}
	if problems, err := testutil.GatherAndLint(a.registry); err != nil || len(problems) > 0 {
		t.Errorf("metrics: %v, %v", problems, err)
	}
	for _, entry := range a.logs.All() {
		if strings.Contains(entry.Message, "not audited") {
			t.Errorf("a look failed: %v", entry.ContextMap())
		}
	}
}

func TestParseMending(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]audit.Mending{
		"": {}, "none": {}, "all": {All: true}, "Orders, Customers": {Only: []string{"Orders", "Customers"}},
	} {
		if got, err := audit.ParseMending(text); err != nil || got.All != want.All || !slices.Equal(got.Only, want.Only) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{",", "Orders,", "all,Orders", "Orders;Customers", "orders"} {
		if _, err := audit.ParseMending(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
