package audit_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/audit"
	"github.com/polderhq/polder/test/generated"
	"github.com/polderhq/polder/test/sales"
)

// sizes of looks: each row by itself, some, all at once.
var sizes = []int{1, 7, 5000}

func TestRightRowsAreFoundRight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for seed := range uint64(3) {
		account := w.NewAccount(t).ID
		w.settle(t, account, history(seed, 150)...)
		for _, size := range sizes {
			report := w.verify(t, account, size)
			if report.Mismatches != 0 {
				t.Errorf("seed %d, looks of %d: %+v", seed, size, report.Differences)
			}
			if report.Rows < 50 || report.Events < 150 {
				t.Errorf("looks of %d compared %d rows with %d events", size, report.Rows, report.Events)
			}
		}
	}
}

// Whatever the model, rows that pages wrote are right in the eyes of a look, and a look sees
// any row that is gone.
func TestGeneratedModelsAreFoundRight(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			w := worldOf(t, sales.Open(t, pgtest.Shared(t), generated.Release(t, seed)))
			account := w.NewAccount(t).ID
			w.settle(t, account, generated.History(seed, 200)...)
			for _, size := range sizes[1:] {
				if report := w.verify(t, account, size); report.Mismatches != 0 || report.Rows == 0 {
					t.Errorf("looks of %d: %d rows, %+v", size, report.Rows, report.Differences)
				}
			}
			for _, p := range w.Release.Projections() {
				table := w.target(p.Name).Table
				var key uuid.UUID
				err := w.Super.QueryRow(t.Context(), "DELETE FROM "+table.Quoted()+" WHERE account_id = $1 AND key = (SELECT max(key::text)::uuid FROM "+
					table.Quoted()+" WHERE account_id = $1) RETURNING key", account).Scan(&key)
				if errors.Is(err, pgx.ErrNoRows) {
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				report := w.verify(t, account, 5000)
				if !slices.ContainsFunc(report.Differences, func(d audit.Difference) bool { return d.Key == key && d.Table == table.Name && d.Kind == audit.Missing }) {
					t.Errorf("%s: a row is gone, and found was %v", p.Name, told(report))
				}
				if _, err := w.repair(account).Differences(t.Context(), report.Differences); err != nil {
					t.Fatal(err)
				}
				w.settle(t, account)
				if left := w.verify(t, account, 5000); left.Mismatches != 0 {
					t.Errorf("%s: left after the repair: %+v", p.Name, left.Differences)
				}
			}
		})
	}
}

// corruption is what somebody or something did to rows, and how it is told of.
type corruption struct {
	sql  string // of the account $1
	told []string
}

var corruptions = map[string]corruption{
	"a changed value": {"UPDATE read_models." + sales.ShapedOrders + " SET quantity = quantity + 1 WHERE account_id = $1 AND key = (" + someOrder + ")",
		[]string{"changed Orders Quantity"}},
	"a changed money": {"UPDATE read_models." + sales.ShapedCustomers + " SET credit_currency = 'NLG' WHERE account_id = $1 AND key = (" + someCustomer + ")",
		[]string{"changed CustomerLookup CreditCurrency", "changed Orders CustomerCreditCurrency"}},
	"a deleted row": {"DELETE FROM read_models.order_ba9876543210 WHERE account_id = $1 AND key = (" + someOrder + ")",
		[]string{"missing OrderNumbers"}},
	"an extra row": {"INSERT INTO read_models.order_ba9876543210 (account_id, key, row_sequence, order_number) VALUES ($1, gen_random_uuid(), 1, 7)",
		[]string{"extra OrderNumbers"}},
	"a changed hidden value": {"UPDATE read_models." + sales.ShapedOrders + ` SET hidden = '{"attributes":{}}' WHERE account_id = $1 AND key = (` + firstOrder + ")",
		[]string{"changed Orders hidden"}},
	"a changed number of the last event": {"UPDATE read_models.order_ba9876543210 SET row_sequence = row_sequence + 1 WHERE account_id = $1 AND key = (" + someOrder + ")",
		[]string{"changed OrderNumbers row_sequence"}},
	"a changed copy": {"UPDATE read_models." + sales.ShapedOrders + " SET customer_credit = 77777 WHERE account_id = $1 AND key = (" + someOrder + ")",
		[]string{"changed Orders CustomerCredit"}},
	"a wrong copy": {"UPDATE read_models." + sales.ShapedOrders + " SET customer_credit = 77777 WHERE account_id = $1 AND key = (" + otherOrder + ")",
		[]string{"changed Orders CustomerCredit"}},
	"a wrong total": {"UPDATE read_models." + sales.CustomerTotals + " SET orders = orders + 1 WHERE account_id = $1 AND key = (" + someGroup + ")",
		[]string{"changed CustomerTotals Orders"}},
	"a group's wrong hidden": {"UPDATE read_models." + sales.CustomerTotals + ` SET hidden = '{"rows":1}' WHERE account_id = $1 AND key = (` + someGroup + ")",
		[]string{"changed CustomerTotals hidden"}},
	"a group that tells of another": {"UPDATE read_models." + sales.CustomerTotals + " SET customer_id = gen_random_uuid() WHERE account_id = $1 AND key = (" + someGroup + ")",
		[]string{"changed CustomerTotals CustomerId"}},
	"a missing group": {"DELETE FROM read_models." + sales.CustomerTotals + " WHERE account_id = $1 AND key = (" + someGroup + ")",
		[]string{"missing CustomerTotals"}},
	"an extra group": {"INSERT INTO read_models." + sales.CustomerTotals + " (account_id, key, orders) VALUES ($1, gen_random_uuid(), 7)",
		[]string{"extra CustomerTotals"}},
	"a missing element": {"DELETE FROM read_models." + sales.OrderLines + " WHERE account_id = $1 AND key = (" + someLine + ")",
		[]string{"missing OrderLines", "changed LineTotals"}},
	"an extra element": {"INSERT INTO read_models." + sales.OrderLines + " (account_id, key, line_id, count) VALUES ($1, gen_random_uuid(), 'x', 1)",
		[]string{"extra OrderLines", "missing LineTotals"}},
	"an element of another order": {"UPDATE read_models." + sales.OrderLines + " SET order_number = 123456 WHERE account_id = $1 AND key = (" + someLine + ")",
		[]string{"changed OrderLines OrderNumber"}},
	"a missing paid order": {"DELETE FROM read_models." + sales.PaidOrders + " WHERE account_id = $1 AND key = (SELECT min(key::text)::uuid FROM read_models." + sales.PaidOrders + " WHERE account_id = $1)",
		[]string{"missing PaidOrders"}},
	"all rows lost": {"DELETE FROM read_models.person_0123456789ab WHERE account_id = $1", nil},
}

const (
	someOrder = "SELECT max(key::text)::uuid FROM read_models." + sales.ShapedOrders +
		" o WHERE account_id = $1 AND quantity IS NOT NULL AND customer_id IN (SELECT key FROM read_models." + sales.ShapedCustomers + " WHERE account_id = $1)"
	otherOrder   = someOrder + " AND key <> (" + someOrder + ")"
	firstOrder   = "SELECT min(key::text)::uuid FROM read_models." + sales.ShapedOrders + " WHERE account_id = $1"
	someCustomer = "SELECT max(key::text)::uuid FROM read_models." + sales.ShapedCustomers + " WHERE account_id = $1 AND credit IS NOT NULL"
	someGroup    = "SELECT max(key::text)::uuid FROM read_models." + sales.CustomerTotals + " WHERE account_id = $1 AND customer_id IS NOT NULL"
	someLine     = "SELECT max(key::text)::uuid FROM read_models." + sales.OrderLines + " WHERE account_id = $1"
)

// Each kind of damage is found, told, and mended; nothing else is written, in this account
// or another.
func TestDamageIsFoundAndMended(t *testing.T) {
	t.Parallel()
	for name, damage := range corruptions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			account, other := w.NewAccount(t).ID, w.NewAccount(t).ID
			for _, id := range []uuid.UUID{account, other} {
				w.settle(t, id, history(7, 200)...)
			}
			before, others := w.rows(t, account), w.rows(t, other)
			if tag, err := w.Super.Exec(t.Context(), damage.sql, account); err != nil || tag.RowsAffected() == 0 {
				t.Fatalf("%d rows were damaged, %v", tag.RowsAffected(), err)
			}
			var report *audit.Report
			for _, size := range sizes[1:] {
				report = w.verify(t, account, size)
				for _, text := range damage.told {
					if !slices.ContainsFunc(told(report), func(d string) bool { return d == text || len(d) > len(text) && d[:len(text)+1] == text+" " }) {
						t.Errorf("looks of %d tell %q, not %q", size, told(report), text)
					}
				}
				if report.Mismatches == 0 {
					t.Errorf("looks of %d found nothing", size)
				}
			}
			mended, err := w.repair(account).Differences(t.Context(), report.Differences)
			if err != nil {
				t.Fatal(err)
			}
			w.settle(t, account) // what copies from the mended rows
			if after := w.verify(t, account, 5000); after.Mismatches != 0 {
				t.Errorf("after the repair: %+v", after.Differences)
			}
			assertTouched(t, before, w.rows(t, account), int(mended.Mismatches))
			if !slices.Equal(others, w.rows(t, other)) {
				t.Error("rows of the other account were written")
			}
		})
	}
}

// assertTouched compares rows byte by byte: they are as they were, and no more of them were
// written than had to be.
func assertTouched(t *testing.T, before, after []string, most int) {
	t.Helper()
	content := func(rows []string) []string {
		out := make([]string, len(rows))
		for i, row := range rows {
			var table, xmin, rest string
			_, _ = fmt.Sscan(row, &table, &xmin)
			rest = row[len(table)+1+len(xmin):]
			out[i] = table + rest
		}
		slices.Sort(out)
		return out
	}
	if want, got := content(before), content(after); !slices.Equal(want, got) {
		for _, row := range want {
			if !slices.Contains(got, row) {
				t.Errorf("lost: %s", row)
			}
		}
		for _, row := range got {
			if !slices.Contains(want, row) {
				t.Errorf("new: %s", row)
			}
		}
	}
	written := 0
	for _, row := range after {
		if !slices.Contains(before, row) {
			written++
		}
	}
	if written > most {
		t.Errorf("%d rows were written, %d were wrong", written, most)
	}
}

func TestRepairByKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.NewAccount(t).ID
	w.settle(t, account, history(9, 120)...)
	before := w.rows(t, account)
	for name, damage := range map[string]string{
		"Orders":         "UPDATE read_models." + sales.ShapedOrders + " SET note = 'x', lines = '[]', customer_id = NULL, paid = true WHERE account_id = $1 AND key = $2",
		"OrderLines":     "DELETE FROM read_models." + sales.OrderLines + " WHERE account_id = $1 AND key = $2",
		"CustomerTotals": "DELETE FROM read_models." + sales.CustomerTotals + " WHERE account_id = $1 AND key = $2",
		"PaidOrders":     "DELETE FROM read_models." + sales.PaidOrders + " WHERE account_id = $1 AND key = $2",
	} {
		var key uuid.UUID
		err := w.Super.QueryRow(t.Context(), "SELECT max(key::text)::uuid FROM "+w.target(name).Table.Quoted()+" WHERE account_id = $1", account).Scan(&key)
		if err != nil {
			t.Fatal(err)
		}
		w.Exec(t, damage, account, key)
		report, err := w.repair(account).Keys(t.Context(), w.target(name), []uuid.UUID{key, uuid.New()})
		if err != nil || report.Mismatches != 1 || report.Differences[0].Key != key {
			t.Errorf("%s: %+v, %v", name, report, err)
		}
	}
	assertTouched(t, before, w.rows(t, account), 4)
	_, err := w.repair(uuid.New()).Keys(t.Context(), w.target("Orders"), []uuid.UUID{uuid.New()})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("repair of an unknown account: %v", err)
	}
}
