package es

import (
	"fmt"

	"github.com/google/uuid"
)

// ConflictError says that a stream was not where the append expected it.
// The caller loads it again and decides again.
type ConflictError struct {
	StreamID uuid.UUID
	Revision int // where the stream is; 0: it does not exist
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("stream %s is at revision %d", e.StreamID, e.Revision)
}

// GuardError says that a guard refused a claim.
type GuardError struct {
	Guard string
	Kind  string    // "unique" or "limit"
	Key   string    // the key that was asked for
	Owner uuid.UUID // unique: the stream that has it
	Room  string    // limit: what may still be claimed, a decimal
}

func (e *GuardError) Error() string {
	return fmt.Sprintf("%s guard %s refuses %q", e.Kind, e.Guard, e.Key)
}

// CommandReusedError says that the command id was used on the stream with another request.
type CommandReusedError struct{ CommandID uuid.UUID }

func (e *CommandReusedError) Error() string {
	return fmt.Sprintf("command id %s was used with another request", e.CommandID)
}

// AccountError says that the account does not take appends: it is not on this store, its
// epoch is another (the caller's routing is stale), or its state forbids writes.
type AccountError struct {
	AccountID uuid.UUID
	Epoch     int64  // the stored one; 0: the account is not here
	State     string // the stored one
	Release   string // digest of the one that appends under Epoch are decided on; empty: the catalog's
}

func (e *AccountError) Error() string {
	return fmt.Sprintf("account %s takes no appends here (epoch %d, state %q)", e.AccountID, e.Epoch, e.State)
}
