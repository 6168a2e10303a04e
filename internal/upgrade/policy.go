package upgrade

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

// The policies of an account: whether its stored events may be changed at all. The store holds
// the policy, and the statement that changes events obeys it.
const (
	Strict  = "strict"  // never; what every account begins with
	CutOff  = "cut-off" // those that were stored after a moment, such as the end of the last closed year
	Mutable = "mutable" // all
)

// Policy says which stored events of an account may be changed.
type Policy struct {
	Immutability string     `json:"immutability"`          // strict, cut-off or mutable
	ClosedUntil  *time.Time `json:"closedUntil,omitempty"` // of a cut-off: what was stored by then stays
}

// closes reports whether the policy keeps an event from that time as it is.
func (p Policy) closes(stored time.Time) bool {
	return p.Immutability == Strict || p.ClosedUntil != nil && !stored.After(*p.ClosedUntil)
}

// ReadPolicy returns the account's policy, or NotFound. The pool's role is admin.
func ReadPolicy(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID) (p Policy, err error) {
	err = admin.QueryRow(ctx, policySQL, account).Scan(&p.Immutability, &p.ClosedUntil)
	if errors.Is(err, pgx.ErrNoRows) {
		return p, fault.New(fault.NotFound, "Account %s is not on this store", account)
	}
	return p, pg.Fault(err)
}

// SetPolicy changes the account's policy. Invalid: it is none of the three, or a cut-off without
// its moment. NotFound. The pool's role is admin.
func SetPolicy(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID, p Policy) error {
	switch {
	case p.Immutability != Strict && p.Immutability != CutOff && p.Immutability != Mutable:
		return fault.New(fault.Invalid, "A policy is strict, cut-off or mutable, not %q", p.Immutability)
	case (p.Immutability == CutOff) != (p.ClosedUntil != nil):
		return fault.New(fault.Invalid, "A cut-off names the moment until which events are closed, and no other policy does")
	}
	tag, err := admin.Exec(ctx, setPolicySQL, account, p.Immutability, p.ClosedUntil)
	if err == nil && tag.RowsAffected() == 0 {
		return fault.New(fault.NotFound, "Account %s is not on this store", account)
	}
	return pg.Fault(err)
}
