package tenant

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// resultDone is the result of a change that was committed with its entry.
const resultDone = "done"

// AuditEntry is a line of the audit log: who did what, with what result.
type AuditEntry struct {
	ID         int64           `json:"id"` // given by the log
	At         time.Time       `json:"at"` // given by the log
	Actor      string          `json:"actor"`
	Action     string          `json:"action"`             // e.g. "account create"
	AccountID  uuid.UUID       `json:"accountId,omitzero"` // zero: of no account
	Parameters json.RawMessage `json:"parameters"`         // a JSON object without secrets; empty stands for {}
	Result     string          `json:"result"`             // "done", or what went wrong
}

// Audit writes an entry of an action that is no change of the catalog, or that failed.
func (c *Catalog) Audit(ctx context.Context, e AuditEntry) error {
	return classify(writeAudit(ctx, c.pool, e))
}

// AuditLog returns the latest entries of the account, the newest first; zero: those of all, and of none.
func (c *Catalog) AuditLog(ctx context.Context, account uuid.UUID, limit int) ([]AuditEntry, error) {
	rows, _ := c.pool.Query(ctx, auditLatestSQL, limit, account)
	entries, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (AuditEntry, error) {
		var e AuditEntry
		var account *uuid.UUID
		err := row.Scan(&e.ID, &e.At, &e.Actor, &e.Action, &account, &e.Parameters, &e.Result)
		if account != nil {
			e.AccountID = *account
		}
		return e, err
	})
	return entries, classify(err)
}

// audit writes the entry of a change when the catalog knows its actor.
func (c *Catalog) audit(ctx context.Context, tx pgx.Tx, e AuditEntry) error {
	if c.actor == "" {
		return nil
	}
	e.Actor, e.Result = c.actor, resultDone
	return writeAudit(ctx, tx, e)
}

type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

func writeAudit(ctx context.Context, db execer, e AuditEntry) error {
	var account *uuid.UUID
	if e.AccountID != uuid.Nil {
		account = &e.AccountID
	}
	if len(e.Parameters) == 0 {
		e.Parameters = json.RawMessage("{}")
	}
	_, err := db.Exec(ctx, auditWriteSQL, e.Actor, e.Action, account, e.Parameters, e.Result)
	return err
}

// parameters makes a JSON object of names and values that always encode.
func parameters(namesAndValues ...any) json.RawMessage {
	object := map[string]any{}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		object[namesAndValues[i].(string)] = namesAndValues[i+1]
	}
	text, _ := json.Marshal(object) // strings and numbers
	return text
}
