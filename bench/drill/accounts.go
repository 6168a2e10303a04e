package drill

import (
	"context"
	_ "embed" // the statement below
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/traffic"
)

//go:embed crowd.sql
var crowdSQL string

// Found makes so many accounts on the release, each with a key that may do everything.
func (s *Site) Found(ctx context.Context, number int, digest string) ([]traffic.Account, error) {
	var all []traffic.Account
	for i := range number {
		id := uuid.New()
		if err := es.CreateAccount(ctx, s.Pool, id, 1); err != nil {
			return nil, err
		}
		account, err := s.Catalog.CreateAccount(ctx, tenant.NewAccount{ID: id, Name: fmt.Sprintf("company-%d", i), StoreID: storeID, Release: digest})
		if err != nil {
			return nil, err
		}
		if err := s.Catalog.SetLimits(ctx, id, tenant.Limits{RequestsPerSecond: 100_000, RequestBurst: 100_000}); err != nil {
			return nil, err
		}
		_, token, err := s.Catalog.CreateKey(ctx, id, "drill", []string{"*"})
		if err != nil {
			return nil, err
		}
		all = append(all, traffic.Account{ID: id, Name: account.Name, Token: token})
	}
	return all, nil
}

// Crowd enters so many accounts more that are like the named one, in one statement, and without
// events: their number is what a process starts with. The connection is a superuser's.
func Crowd(ctx context.Context, conn *pgx.Conn, like string, number int) error {
	if _, err := conn.Exec(ctx, crowdSQL, like, number); err != nil {
		return fmt.Errorf("accounts: %w", err)
	}
	_, err := conn.Exec(ctx, "ANALYZE") // as it would be on a database that grew over time
	return err
}
