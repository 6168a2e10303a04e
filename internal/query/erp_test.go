package query_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/models"
	"github.com/polderhq/polder/test/sales"
)

// Every query of the ERP can be asked, by each of its filters and in each of its orders.
func TestEveryQueryOfTheERPIsAsked(t *testing.T) {
	t.Parallel()
	compiled, err := compile.Compile(models.ERP())
	if err != nil {
		t.Fatal(err)
	}
	release, err := model.Load(compiled.Canonical)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Store: sales.Open(t, pgtest.New(t), release)}
	w.restart(t)
	for _, q := range release.IR().Queries {
		bodies := []string{`{}`}
		if q.Name == "GetOrders" {
			bodies = append(bodies, `{"Total": {"gte": "100", "lt": "200.50 EUR"}, "$sort": ["-Total"]}`)
		}
		for _, name := range q.Filter {
			filter, _ := json.Marshal(map[string]any{name: nil})
			bodies = append(bodies, string(filter))
		}
		for _, name := range q.Sort {
			for _, direction := range []string{"", "-"} {
				sort, _ := json.Marshal(map[string]any{"$sort": []string{direction + strings.TrimPrefix(name, "-")}})
				bodies = append(bodies, string(sort))
			}
		}
		for _, body := range bodies {
			r := w.request(body)
			r.Name, r.Principal.Roles = q.Name, []string{"*"}
			if _, err := w.handler.Handle(t.Context(), r); err != nil {
				t.Errorf("%s %s: %v", q.Name, body, err)
			}
		}
	}
}
