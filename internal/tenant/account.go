package tenant

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
)

// movingRetryAfter is what a writer is told while the account moves to another store.
const movingRetryAfter = 2 * time.Second

// State is what an account may do.
type State string

// The states. A move ends in Active, on the new store and under the next epoch.
const (
	Active    State = "active"    // reads and writes
	Suspended State = "suspended" // reads; writes are Forbidden
	Moving    State = "moving"    // reads; writes are Unavailable for the seconds of the switch
	Erased    State = "erased"    // nothing is left: NotFound
)

// Account is a customer company as the catalog knows it.
type Account struct {
	ID      uuid.UUID `json:"id"`
	Name    string    `json:"name"`
	StoreID string    `json:"storeId"`
	Release string    `json:"release"` // digest of the release it runs on
	Epoch   int64     `json:"epoch"`   // of its routing; appends under another epoch are refused
	State   State     `json:"state"`
	Limits
	CreatedAt time.Time `json:"createdAt"`
}

// MayRead returns nil when the account may be read, else NotFound.
func (a Account) MayRead() error {
	if a.State == Erased {
		return fault.New(fault.NotFound, "Account %s does not exist", a.ID)
	}
	return nil
}

// MayWrite returns nil when the account takes commands, else Forbidden (suspended),
// Unavailable with RetryAfter (moving) or NotFound (erased).
func (a Account) MayWrite() error {
	switch a.State {
	case Suspended:
		return fault.New(fault.Forbidden, "Account %s is suspended: it can be read, not changed", a.Name)
	case Moving:
		return fault.New(fault.Unavailable, "Account %s is moving to another store; try again", a.Name).After(movingRetryAfter)
	}
	return a.MayRead()
}

// Principal is who a request comes from: an account, through one of its keys.
type Principal struct {
	Account Account
	KeyID   string
	Roles   []string // roles of the model; "*" stands for all
}

// HasRole reports whether the principal has the model's role.
func (p Principal) HasRole(role string) bool {
	return slices.Contains(p.Roles, "*") || slices.Contains(p.Roles, role)
}
