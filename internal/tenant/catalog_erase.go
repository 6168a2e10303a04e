package tenant

import (
	"context"
	_ "embed" // the statements below

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
)

var (
	//go:embed sql/erase_begin.sql
	eraseBeginSQL string
	//go:embed sql/erase_work.sql
	eraseWorkSQL string
	//go:embed sql/erase_keys.sql
	eraseKeysSQL string
	//go:embed sql/erase_end.sql
	eraseEndSQL string
)

// BeginErasure ends the account in the catalog, for ever: nobody reads or writes it any more, and its keys are revoked.
// It returns the erasure, which may have begun, or ended, before. What else was under way with the account is over.
func (c *Catalog) BeginErasure(ctx context.Context, a Account) (w Work, err error) {
	entry := AuditEntry{Action: "account state", AccountID: a.ID, Parameters: parameters("name", a.Name, "state", string(Erased))}
	err = c.change(ctx, &entry, func(tx pgx.Tx, change int64) error {
		batch := &pgx.Batch{}
		batch.Queue(eraseBeginSQL, a.ID, change)
		batch.Queue(eraseKeysSQL, a.ID, change)
		batch.Queue(eraseWorkSQL, a.ID, c.actor)
		return tx.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return w, err
	}
	return c.Work(ctx, a.ID)
}

// EndErasure leaves a tombstone of the account: its id under a name that says that it was erased, and the work with its receipt. Its keys
// and its part in upgrades are gone, and its name is free.
func (c *Catalog) EndErasure(ctx context.Context, w Work) error {
	entry := AuditEntry{Action: "account erased", AccountID: w.AccountID}
	return c.change(ctx, &entry, func(tx pgx.Tx, change int64) error {
		tag, err := tx.Exec(ctx, workSetSQL, w.AccountID, w.State, w.Result, w.Signature)
		if err == nil && tag.RowsAffected() != 1 {
			return fault.New(fault.NotFound, "No erasure of account %s is under way", w.AccountID)
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, eraseEndSQL, w.AccountID, change)
		return err
	})
}
