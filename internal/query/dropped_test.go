package query_test

import (
	"testing"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/test/sales"
)

// A process has not heard that an account went to another release long ago. Meanwhile the one before was withdrawn
// and its tables were dropped: the question is understood as the account is now.
func TestAQuestionToTablesThatWereDropped(t *testing.T) {
	t.Parallel()
	w := &world{Store: sales.Open(t, pgtest.New(t), sales.Release(t))}
	w.restart(t)
	w.project(t)
	w.store(t, sales.Happenings(3, 20)...)
	before := w.ask(t, `{}`)
	next := sales.Release(t, func(ir *model.IR) {
		for i := range ir.Projections {
			if ir.Projections[i].Name == "Orders" {
				ir.Projections[i].Fingerprint = "d0123456789a"
			}
		}
	})
	w.Know(t, next)
	old, now := w.Release.Projection("Orders").Table, next.Projection("Orders").Table
	w.Exec(t, "UPDATE store.live_cursors SET release = $2 WHERE account_id = $1", w.account.ID, next.Digest())
	w.Exec(t, "DROP TABLE read_models."+now)
	w.Exec(t, "ALTER TABLE read_models."+old+" RENAME TO "+now)
	after := w.ask(t, `{}`)
	if len(after.Items) == 0 || len(after.Items) != len(before.Items) || after.Stale {
		t.Errorf("%d items, stale %v; want the %d of before", len(after.Items), after.Stale, len(before.Items))
	}
	w.Exec(t, "UPDATE store.live_cursors SET release = $2 WHERE account_id = $1", w.account.ID, w.Release.Digest())
	if _, err := w.handler.Handle(t.Context(), w.request(`{}`)); err == nil {
		t.Error("a table that the account's own release lacks is no error")
	}
}
