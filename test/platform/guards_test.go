package platform_test

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/test/traffic"
)

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
	differences, err := traffic.Guards(m.Context(), conn, uuid.MustParse(m.env()["POLDER_ACCOUNT_ID"]))
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
