package tenant

import (
	"context"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
)

// Store is a database that holds the events of many accounts.
type Store struct {
	ID        string    `json:"id"`
	Location  string    `json:"location"` // postgres://host:port/database?sslmode=..., never with credentials
	CreatedAt time.Time `json:"createdAt"`
}

const (
	storesSQL      = "SELECT store_id, location, created_at FROM catalog.stores ORDER BY store_id"
	storesSinceSQL = "SELECT store_id, location, created_at FROM catalog.stores WHERE change > $1"
)

// AddStore enters a store, or changes the location of a known one; processes that use the
// store already see a new location when they start again. A location that is no postgres URL
// or holds credentials is Invalid.
func (c *Catalog) AddStore(ctx context.Context, id, location string) error {
	if err := checkLocation(location); err != nil {
		return err
	}
	entry := AuditEntry{Action: "store add", Parameters: parameters("store", id, "location", location)}
	return c.change(ctx, &entry, func(tx pgx.Tx, change int64) error {
		_, err := tx.Exec(ctx, storePutSQL, id, location, change)
		return err
	})
}

// Stores returns all stores by id.
func (c *Catalog) Stores(ctx context.Context) ([]Store, error) {
	rows, _ := c.pool.Query(ctx, storesSQL) // CollectRows returns the query's error
	stores, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Store])
	return stores, classify(err)
}

func checkLocation(location string) error {
	parsed, err := url.Parse(location)
	switch {
	case err != nil || (parsed.Scheme != "postgres" && parsed.Scheme != "postgresql") || len(parsed.Path) < 2:
		return fault.New(fault.Invalid, "A store's location is postgres://host:port/database")
	case parsed.User != nil || parsed.Query().Has("user") || parsed.Query().Has("password"):
		return fault.New(fault.Invalid, "A store's location names no login: each process brings its own")
	}
	return nil
}
