package projection_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

// relations describes all tables and indexes of read models, with their comments.
func relations(t *testing.T, s *sales.Store) string {
	t.Helper()
	var text string
	err := s.Super.QueryRow(t.Context(), `SELECT string_agg(relname || ' ' || coalesce(pg_get_indexdef(oid), '') || ' ' ||
	  coalesce(obj_description(oid), '') || ' ' || coalesce(relacl::text, ''), E'\n' ORDER BY relname)
	  FROM pg_class WHERE relnamespace = 'read_models'::regnamespace`).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestPublishersAtOnceExpandOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	release := sales.Release(t)
	var publishers sync.WaitGroup
	for range 4 {
		pool := db.Pool(t, pg.Owner)
		publishers.Go(func() {
			if err := projection.Expand(t.Context(), pool, release); err != nil {
				t.Error(err)
			}
		})
	}
	publishers.Wait()
	s := sales.Open(t, db, release)
	first := relations(t, s)
	if err := projection.Expand(t.Context(), s.Role(pg.Owner), release); err != nil || relations(t, s) != first {
		t.Errorf("a second time: %v\n was %s\n now %s", err, first, relations(t, s))
	}
	for _, want := range []string{
		"customer_0123456789ab_by_party_id CREATE INDEX", "USING btree (account_id, party_id, key) serves GetOrders",
		"order_0123456789ab  projection Orders",
	} {
		if !strings.Contains(first, want) {
			t.Errorf("%q is not in\n%s", want, first)
		}
	}
}

// A release that filters by another column shares the table and adds its index, while rows are written.
func TestExpandAddsIndexesToTablesInUse(t *testing.T) {
	t.Parallel()
	s := sales.Open(t, pgtest.New(t), sales.Release(t))
	account := s.NewAccount(t).ID
	r := start(t, s)
	next := sales.Release(t, func(ir *model.IR) {
		for i := range ir.Projections {
			if p := &ir.Projections[i]; p.Name == "OrderNumbers" {
				p.Indexes = []model.Index{{Columns: []string{"Status", "OrderNumber"}, Serves: []string{"GetNumbers"}}}
			}
		}
	})
	last := s.Append(t, account, history(1, 5, 400)...)
	r.poke(account, last)
	var publishers sync.WaitGroup
	for range 3 {
		publishers.Go(func() {
			if err := projection.Expand(t.Context(), s.Role(pg.Owner), next); err != nil {
				t.Error(err)
			}
		})
	}
	publishers.Wait()
	r.settle(t, account, last)
	if text := relations(t, s); !strings.Contains(text, "order_ba9876543210_by_status_order_number CREATE INDEX") {
		t.Errorf("the index is missing:\n%s", text)
	}
}

// An index that a crash left half-built is built again.
func TestExpandMendsBrokenIndexes(t *testing.T) {
	t.Parallel()
	release := sales.Release(t)
	s := sales.Open(t, pgtest.New(t), release)
	s.Exec(t, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'read_models.order_0123456789ab_by_note'::regclass")
	if err := projection.Expand(t.Context(), s.Role(pg.Owner), release); err != nil {
		t.Fatal(err)
	}
	if s.Number(t, "SELECT count(*) FROM pg_index WHERE NOT indisvalid") != 0 {
		t.Error("an index is still broken")
	}
}

func TestNamesOfTablesAndColumns(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("VeryLong", 12)
	columns := func(names ...string) []string {
		p := &model.Projection{Name: "P"}
		for _, name := range names {
			kind := model.Type{Kind: model.Text}
			if name == "Total" {
				kind.Kind = model.Money
			}
			p.Columns = append(p.Columns, model.Column{Name: name, Type: kind, Expr: name})
		}
		var out []string
		for _, c := range projection.TableOf(&model.ProjectionType{Projection: p, Table: "p"}).Columns {
			out = append(out, c.SQL+" "+c.Currency)
		}
		return out
	}
	got := strings.Join(columns("OrderNumber", "VATCode", "Key", "AccountId", "Xmin", "Total", "TotalCurrency", long, long+"A"), ",")
	want := "account_id_ ,key_ ,order_number ,total total_currency,total_currency_ ,vat_code ,"
	if !strings.HasPrefix(got, want) || !strings.HasSuffix(got, ",xmin_ ") {
		t.Errorf("columns are %s,\nwant %s", got, want)
	}
	if a, b := columns("TotalCurrency", "Total"), columns("Total", "TotalCurrency"); !slices.Equal(a, b) {
		t.Errorf("in another order the columns are %s and %s", a, b)
	}
	last := columns(long, long+"A")
	if len(last[0]) != 64 || len(last[1]) != 64 || last[0] == last[1] {
		t.Errorf("long names become %q", last)
	}
}
