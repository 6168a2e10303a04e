package platform_test

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
)

// guardsFromEventsSQL derives the guard tables of the account from its events, knowing the
// ERP's rules: what differs between that and the tables is a row of its answer.
//
//go:embed guards_from_events.sql
var guardsFromEventsSQL string

// guardsAreWhatTheEventsSay confirms an order, so that something is reserved, and compares
// every guard row of Northwind with what follows from the events alone.
func (m *machine) guardsAreWhatTheEventsSay() {
	m.Helper()
	m.confirmAnOrder()
	conn, err := pg.Connect(m.Context(), pg.Config{URL: m.env()["POLDER_CATALOG_URL"], Role: pg.Admin, Name: "test"})
	if err != nil {
		m.Fatal(err)
	}
	defer conn.Close(m.Context())
	rows, _ := conn.Query(m.Context(), guardsFromEventsSQL, m.env()["POLDER_ACCOUNT_ID"])
	differences, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		m.Fatal(err)
	}
	for _, difference := range differences {
		m.Errorf("guard %s", difference)
	}
	var guards int
	err = conn.QueryRow(m.Context(), `SELECT (SELECT count(*) FROM store.guard_unique) + (SELECT count(*) FROM store.guard_series)
		+ (SELECT count(*) FROM store.guard_limit WHERE used > 0)`).Scan(&guards)
	if err != nil || guards < 91*2+2 { // two keys for each customer, the orders' numbers, the order just confirmed
		m.Errorf("%d guards (%v): the comparison saw too little", guards, err)
	}
}

func (m *machine) confirmAnOrder() {
	m.Helper()
	var open struct {
		Items []struct{ OrderId, CustomerId string }
	}
	if err := m.ask("/v1/queries", `{"GetOrders": {"Status": "placed", "$size": 1}}`, &open); err != nil {
		m.Fatal(err)
	}
	if len(open.Items) != 1 || open.Items[0].CustomerId == "" {
		m.Fatalf("no open order of a customer: %+v", open)
	}
	var done json.RawMessage
	if err := m.ask("/v1/commands", fmt.Sprintf(`{"ConfirmOrderCommand": {"OrderId": %q}}`, open.Items[0].OrderId), &done); err != nil {
		m.Fatal(err)
	}
}
