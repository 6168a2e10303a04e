package query_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/query"
	"github.com/polderhq/polder/test/sales"
)

// BenchmarkNumbers asks an account with 300,000 orders for some by what they come to: of a table that
// keeps keys of numbers, and of one that does not.
func BenchmarkNumbers(b *testing.B) {
	for _, kept := range []struct {
		name    string
		changes []func(*model.IR)
	}{{"keys", nil}, {"no keys", []func(*model.IR){sales.Format1}}} {
		w := &world{Store: sales.Open(b, pgtest.New(b), sales.Release(b, kept.changes...))}
		w.restart(b)
		w.Exec(b, fmt.Sprintf(`INSERT INTO %s (account_id, key, row_sequence, order_number, total, total_currency)
SELECT $1, gen_random_uuid(), n, n, n / 100.0, 'EUR' FROM generate_series(1, 300000) n`,
			projection.TableOf(w.Release.Projection("Orders")).Quoted()), w.account.ID)
		w.Exec(b, "VACUUM ANALYZE")
		deep, err := query.After(query.Asked{Release: w.Release, Name: "GetOrders", Body: `{"$sort": ["Total"]}`}, w.account.ID, "2000", uuid.Nil)
		if err != nil {
			b.Fatal(err)
		}
		for _, asked := range []struct{ what, body string }{
			{"page", fmt.Sprintf(`{"$sort": ["Total"], "$after": %q}`, deep)},
			{"range", `{"Total": {"gte": "1500", "lt": "1500.50"}}`},
			{"equal", `{"Total": "1500.25"}`},
		} {
			b.Run(asked.what+"/"+kept.name, func(b *testing.B) {
				for b.Loop() {
					if answer, err := w.handler.Handle(b.Context(), w.request(asked.body)); err != nil || len(answer.Items) == 0 {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
