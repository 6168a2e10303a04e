package es

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Copier takes rows by COPY; a transaction or a pool of role builder is one.
type Copier interface {
	CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error)
}

// Into is the history that events are copied into.
type Into struct {
	AccountID  uuid.UUID
	Generation int
}

var copyColumns = []string{"account_id", "generation", "sequence_number", "stream_id", "stream_revision", "stream_type", "payload_item_name",
	"payload_version", "payload", "command_id", "command_hash", "causation_id", "correlation_id", "actor", "commit_time"}

// CopyEvents stores n events as they are, under the numbers that they have, in another history.
// It is for copies of accounts and for histories that are rewritten: nothing is checked, no head
// moves. The error is PostgreSQL's own.
func CopyEvents(ctx context.Context, q Copier, to Into, n int, event func(i int) *Event) error {
	_, err := q.CopyFrom(ctx, pgx.Identifier{"store", "events"}, copyColumns, pgx.CopyFromSlice(n, func(i int) ([]any, error) {
		e := event(i)
		return []any{to.AccountID, to.Generation, e.SequenceNumber, e.StreamID, e.StreamRevision, e.StreamType, e.PayloadItemName, e.PayloadVersion,
			e.Payload, e.CommandID, e.CommandHash, orNull(e.CausationID), orNull(e.CorrelationID), e.Actor, e.CommitTime}, nil
	}))
	return err
}

func orNull(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
