package tenant

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
)

const (
	setStateSQL   = "UPDATE catalog.accounts SET state = $2, change = $3 WHERE account_id = $1 AND state <> 'erased'"
	setReleaseSQL = "UPDATE catalog.accounts SET release = $2, epoch = greatest(epoch, $4), change = $3 WHERE account_id = $1 AND state <> 'erased'"
)

// NewAccount says what account to create.
type NewAccount struct {
	ID      uuid.UUID // zero: a new one
	Name    string    // lower-case letters, digits and -, unique
	StoreID string
	Release string // digest
	Limits
}

// CreateAccount enters an account, active and at epoch 1. The caller creates its head in the
// store first (es.CreateAccount), so that nobody finds an account without one. A name or id
// that is taken is Rejected, an unknown store or release NotFound, a release that was withdrawn
// Precondition, limits that cannot be Invalid.
func (c *Catalog) CreateAccount(ctx context.Context, a NewAccount) (Account, error) {
	if err := a.Limits.Check(); err != nil {
		return Account{}, err
	}
	if a.ID == uuid.Nil {
		id, err := uuid.NewV7()
		if err != nil {
			return Account{}, err
		}
		a.ID = id
	}
	var created Account
	entry := AuditEntry{Action: "account create", AccountID: a.ID,
		Parameters: parameters("name", a.Name, "store", a.StoreID, "release", a.Release)}
	err := c.change(ctx, &entry, func(tx pgx.Tx, change int64) error {
		err := HoldReleases(ctx, tx, a.Release)
		if err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, accountCreateSQL, a.ID, a.Name, a.StoreID, a.Release, a.RequestsPerSecond, a.RequestBurst, change)
		created, err = pgx.CollectExactlyOneRow(rows, scanAccount)
		return err
	})
	return created, err
}

// Accounts returns all accounts by name.
func (c *Catalog) Accounts(ctx context.Context) ([]Account, error) {
	rows, _ := c.pool.Query(ctx, accountsSinceSQL+" ORDER BY name", 0) // CollectRows returns the query's error
	accounts, err := pgx.CollectRows(rows, scanAccount)
	return accounts, classify(err)
}

// AccountByName returns the account of the name, or NotFound.
func (c *Catalog) AccountByName(ctx context.Context, name string) (Account, error) {
	rows, _ := c.pool.Query(ctx, accountByNameSQL, name)
	account, err := pgx.CollectExactlyOneRow(rows, scanAccount)
	return account, notFound(err, "Account %q does not exist", name)
}

// SetState changes the account's state. Processes follow within moments; who must be sure
// that no write is under way sets it on the head first (es.SetState). Erased is for ever:
// later changes are NotFound.
func (c *Catalog) SetState(ctx context.Context, account uuid.UUID, state State) error {
	entry := AuditEntry{Action: "account state", AccountID: account, Parameters: parameters("state", string(state))}
	return c.changeAccount(ctx, entry, func(tx pgx.Tx, change int64) (bool, error) {
		tag, err := tx.Exec(ctx, setStateSQL, account, state, change)
		return tag.RowsAffected() == 1, err
	})
}

// SetLimits has every process hold the account to the limits, within moments. Invalid: they cannot be.
func (c *Catalog) SetLimits(ctx context.Context, account uuid.UUID, l Limits) error {
	if err := l.Check(); err != nil {
		return err
	}
	entry := AuditEntry{Action: "account limits", AccountID: account,
		Parameters: parameters("requestsPerSecond", l.RequestsPerSecond, "requestBurst", l.RequestBurst)}
	return c.changeAccount(ctx, entry, func(tx pgx.Tx, change int64) (bool, error) {
		tag, err := tx.Exec(ctx, accountLimitsSQL, account, l.RequestsPerSecond, l.RequestBurst, change)
		return tag.RowsAffected() == 1, err
	})
}

// SetRelease notes that the account's store has put it on the release of the digest, which must be
// published, under the epoch.
func (c *Catalog) SetRelease(ctx context.Context, account uuid.UUID, digest string, epoch int64) error {
	entry := AuditEntry{Action: "account release", AccountID: account, Parameters: parameters("release", digest)}
	return c.changeAccount(ctx, entry, func(tx pgx.Tx, change int64) (bool, error) {
		tag, err := tx.Exec(ctx, setReleaseSQL, account, digest, change, epoch)
		return tag.RowsAffected() == 1, err
	})
}

// Route sends the account to the store under the epoch, which is the head's there. Appends of processes that
// still follow an older route are refused by the epoch. A move of the account to the store has then been made.
// Conflict: the account has a later epoch already.
func (c *Catalog) Route(ctx context.Context, account uuid.UUID, storeID string, epoch int64) error {
	entry := AuditEntry{Action: "account route", AccountID: account, Parameters: parameters("store", storeID, "epoch", epoch)}
	return c.change(ctx, &entry, func(tx pgx.Tx, change int64) error {
		var had int64
		err := tx.QueryRow(ctx, "SELECT epoch FROM catalog.accounts WHERE account_id = $1 AND state <> 'erased' FOR UPDATE", account).Scan(&had)
		if err != nil {
			return notFound(err, "Account %s does not exist", account)
		}
		if had > epoch {
			return fault.New(fault.Conflict, "Account %s is at epoch %d already, after %d", account, had, epoch)
		}
		_, err = tx.Exec(ctx, accountRouteSQL, account, storeID, change, epoch)
		return err
	})
}

func scanAccount(row pgx.CollectableRow) (Account, error) {
	var a Account
	err := row.Scan(&a.ID, &a.Name, &a.StoreID, &a.Release, &a.Epoch, &a.State,
		&a.RequestsPerSecond, &a.RequestBurst, &a.CreatedAt)
	return a, err
}
