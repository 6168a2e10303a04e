package tenant

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
)

// Key is an API key without its secret.
type Key struct {
	ID         string    `json:"id"`
	AccountID  uuid.UUID `json:"accountId"`
	Name       string    `json:"name"`
	Roles      []string  `json:"roles"` // of the model; "*" stands for all
	CreatedAt  time.Time `json:"createdAt"`
	RevokedAt  time.Time `json:"revokedAt,omitzero"`  // zero: valid
	LastUsedAt time.Time `json:"lastUsedAt,omitzero"` // zero: never; a minute late at most
}

// CreateKey makes a key for the account and returns it with its token, which is stored
// nowhere: whoever loses it makes a new key. It is valid at once. A key without a role is Invalid.
func (c *Catalog) CreateKey(ctx context.Context, account uuid.UUID, name string, roles []string) (Key, string, error) {
	if len(roles) == 0 {
		return Key{}, "", fault.New(fault.Invalid, "A key needs a role; * stands for all")
	}
	made := newToken()
	hash := made.hash()
	var key Key
	entry := AuditEntry{Action: "key create", AccountID: account,
		Parameters: parameters("key", made.keyID, "name", name, "roles", roles)}
	err := c.change(ctx, &entry, func(tx pgx.Tx, change int64) error {
		rows, _ := tx.Query(ctx, keyCreateSQL, made.keyID, account, name, hash[:], roles, change)
		var err error
		key, err = pgx.CollectExactlyOneRow(rows, scanKey)
		return err
	})
	if err != nil {
		return Key{}, "", err
	}
	return key, made.String(), nil
}

// Keys returns the account's keys, revoked ones included, the newest first.
func (c *Catalog) Keys(ctx context.Context, account uuid.UUID) ([]Key, error) {
	rows, _ := c.pool.Query(ctx, keysOfAccountSQL, account)
	keys, err := pgx.CollectRows(rows, scanKey)
	return keys, classify(err)
}

// RevokeKey ends a key at once, for ever. Revoking twice is fine; an unknown key is NotFound.
func (c *Catalog) RevokeKey(ctx context.Context, keyID string) error {
	entry := AuditEntry{Action: "key revoke", Parameters: parameters("key", keyID)}
	return c.change(ctx, &entry, func(tx pgx.Tx, change int64) error {
		err := tx.QueryRow(ctx, keyRevokeSQL, keyID, change).Scan(&entry.AccountID)
		return notFound(err, "Key %q does not exist", keyID)
	})
}

func scanKey(row pgx.CollectableRow) (Key, error) {
	var k Key
	var revoked, used *time.Time
	err := row.Scan(&k.ID, &k.AccountID, &k.Name, &k.Roles, &k.CreatedAt, &revoked, &used)
	if revoked != nil {
		k.RevokedAt = *revoked
	}
	if used != nil {
		k.LastUsedAt = *used
	}
	return k, err
}
