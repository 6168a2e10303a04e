package traffic

import (
	"context"
	_ "embed" // the statement below
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
)

//go:embed stored.sql
var storedSQL string

// Stored compares the account's events with the book: how many of the commands that were
// acknowledged are not in the store, and how many are there more than once. The pool's role is builder.
func (b *Book) Stored(ctx context.Context, builder *pgxpool.Pool, id uuid.UUID, account Account) (lost, doubled int, err error) {
	b.mu.Lock()
	var commands []uuid.UUID
	for _, a := range b.known[account] {
		commands = append(commands, a.CommandID)
	}
	b.mu.Unlock()
	err = builder.QueryRow(ctx, storedSQL, id, commands).Scan(&lost, &doubled)
	return lost, doubled, err
}

// Shown asks for each of the orders, and counts those that are not shown once, as they are on the next
// release. The load may have ended before.
func (t *Traffic) Shown(ctx context.Context, orders []Order) (wrong int, err error) {
	for _, o := range orders {
		p := &party{Traffic: t, Account: o.Account}
		var found page
		if _, err := p.post(ctx, "/v1/queries", fmt.Sprintf(`{"GetOrders": {"Reference": %q}}`, o.Reference), &found); err != nil {
			return wrong, err
		}
		if len(found.Items) == 1 {
			row := found.Items[0]
			_, decimal := row["Freight"].(string)
			if row["OrderId"] == o.ID.String() && row["Status"] == "confirmed" && row["Priority"] == o.Priority && decimal {
				continue
			}
		}
		wrong++
		t.book.violated("order %s of %s is shown as %v", o.Reference, o.Account.Name, found.Items)
	}
	return wrong, nil
}
