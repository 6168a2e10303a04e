package build_test

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/test/sales"
)

func TestBuildsAreTold(t *testing.T) {
	t.Parallel()
	s := sales.Open(t, pgtest.New(t), sales.Release(t)) // no builds of other tests
	account := s.NewAccount(t).ID
	s.Exec(t, `INSERT INTO store.builds (account_id, table_name, projection, until_number, events_read, rows_written, phase, paused)
		VALUES ($1, 'a', 'A', 100, 40, 7, 'fold', true), ($1, 'b', 'B', 10, 6, 3, 'prove', false), ($1, 'c', 'C', 5, 2, 0, 'failed', false)`, account)
	gauges := build.NewGauges(s, s.Stores)
	want := `
# HELP polder_projection_build_account_done_ratio Share of the account's build that is done, of the ten that take longest.
# TYPE polder_projection_build_account_done_ratio gauge
polder_projection_build_account_done_ratio{account="ACCOUNT",projection="A",store="one"} 0.4
polder_projection_build_account_done_ratio{account="ACCOUNT",projection="B",store="one"} 0.6
# HELP polder_projection_build_events_left Events that are still to be folded and proven, over all builds; one that is folded counts half.
# TYPE polder_projection_build_events_left gauge
polder_projection_build_events_left{phase="catch_up",store="one"} 0
polder_projection_build_events_left{phase="chain",store="one"} 0
polder_projection_build_events_left{phase="failed",store="one"} 0
polder_projection_build_events_left{phase="fold",store="one"} 60
polder_projection_build_events_left{phase="prove",store="one"} 4
# HELP polder_projection_build_paused Those of them that wait for an operator.
# TYPE polder_projection_build_paused gauge
polder_projection_build_paused{phase="catch_up",store="one"} 0
polder_projection_build_paused{phase="chain",store="one"} 0
polder_projection_build_paused{phase="failed",store="one"} 0
polder_projection_build_paused{phase="fold",store="one"} 1
polder_projection_build_paused{phase="prove",store="one"} 0
`
	if err := testutil.CollectAndCompare(gauges, strings.NewReader(strings.ReplaceAll(want, "ACCOUNT", account.String())),
		"polder_projection_build_account_done_ratio", "polder_projection_build_events_left", "polder_projection_build_paused"); err != nil {
		t.Error(err)
	}
}
