package traffic

import (
	"context"
	_ "embed" // the statement below
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/test/history"
)

//go:embed guards_from_events.sql
var guardsSQL string

// Guards derives the guard tables of an account on the ERP from its events, knowing the ERP's
// rules, and tells each difference from the tables. The connection's role is admin.
func Guards(ctx context.Context, db querier, account uuid.UUID) ([]string, error) {
	rows, err := db.Query(ctx, guardsSQL, account)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// querier is a connection, or a pool of them.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// Check holds the account's recorded operations against its events, of which those up to the
// number before are none of the load's. The load has ended. The pool's role is builder.
func (t *Traffic) Check(ctx context.Context, builder *pgxpool.Pool, account Account, before int64) (*history.Findings, error) {
	return history.Check(t.Recorder.Operations(account.Name), history.Stored(ctx, builder, account.ID), before)
}

// Shown asks for each of the orders, and counts those that are not shown once, as they are on the ERP
// or on the next release. The load may have ended before.
func (t *Traffic) Shown(ctx context.Context, orders []Order, next bool) (wrong int, err error) {
	for _, o := range orders {
		var found page
		r := request{path: "/v1/queries", token: o.Account.Token, body: fmt.Sprintf(`{"GetOrders": {"Reference": %q}}`, o.Reference)}
		if err := t.post(ctx, t.URLs[0], r, &found); err != nil {
			return wrong, err
		}
		if len(found.Items) == 1 {
			row := found.Items[0]
			_, decimal := row["Freight"].(string)
			if row["OrderId"] == o.ID.String() && row["Status"] == "confirmed" && decimal == next && (!next || row["Priority"] == o.Priority) {
				continue
			}
		}
		wrong++
		t.book.violated("order %s of %s is shown as %v", o.Reference, o.Account.Name, found.Items)
	}
	return wrong, nil
}
