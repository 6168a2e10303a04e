package doctor

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

const (
	lagWarn = 30 * time.Second
	lagFail = 10 * time.Minute
)

var (
	//go:embed sql/accounts.sql
	accountsSQL string
	//go:embed sql/tables.sql
	tablesSQL string
	//go:embed sql/parked.sql
	parkedSQL string
	//go:embed sql/lag.sql
	lagSQL string
)

type head struct {
	Account uuid.UUID
	Exists  bool
	Cursor  bool
	Epoch   int64
	State   string
}

// checkAccounts compares the catalog's accounts with their heads on the store.
func checkAccounts(ctx context.Context, s *session) error {
	ids := make([]uuid.UUID, len(s.Accounts))
	for i, a := range s.Accounts {
		ids[i] = a.ID
	}
	admin, err := s.as(ctx, pg.Admin)
	if err != nil {
		return err
	}
	rows, err := admin.Query(ctx, accountsSQL, ids)
	if err != nil {
		return err
	}
	heads, err := pgx.CollectRows(rows, pgx.RowToStructByPos[head])
	if err != nil {
		return err
	}
	for i, h := range heads { // in the order of the ids
		s.compare(s.Accounts[i], h)
	}
	if s.bad() == 0 {
		s.ok("%d of %d accounts have their head and cursor, with the catalog's epoch and state", len(heads), len(s.Accounts))
	}
	return nil
}

func (s *session) compare(a tenant.Account, h head) {
	switch {
	case a.State == tenant.Erased || s.UnderWay[a.ID]:
	case !h.Exists || !h.Cursor:
		s.fail("admin account create "+a.Name, "account %s has no head or cursor here, so it takes no commands", a.Name)
	case h.State == string(tenant.Moving):
		s.fail("admin doctor names the move, and the command that goes on with it", "account %s is fenced for a move: its commands wait", a.Name)
	case h.Epoch != a.Epoch:
		mend := "admin account resume " + a.Name + ", by which the catalog follows the store"
		if h.Epoch < a.Epoch {
			mend = "admin store restored " + a.StoreID + " --yes, when the store was restored to an earlier moment"
		}
		s.fail(mend, "account %s is routed here under epoch %d, and the store has %d: its commands are refused",
			a.Name, a.Epoch, h.Epoch)
	case h.State != string(a.State):
		mend := "admin account resume " + a.Name
		if a.State == tenant.Suspended || h.State == string(tenant.Suspended) {
			mend = fmt.Sprintf("admin account suspend %s --yes, or admin account resume %s", a.Name, a.Name)
		}
		s.warn(mend, "account %s is %s in the catalog and %s on the store", a.Name, a.State, h.State)
	}
}

// checkTables looks for tables of read models that a published release needs.
func checkTables(ctx context.Context, s *session) error {
	names := make([]string, 0, len(s.Tables))
	for name := range s.Tables {
		names = append(names, name)
	}
	rows, err := s.plain.Query(ctx, tablesSQL, names)
	if err != nil {
		return err
	}
	missing, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range missing {
		s.fail(migrateUp, "table read_models.%s of release %s is missing", name, s.Tables[name])
	}
	if s.bad() == 0 {
		s.ok("all %d tables of the published releases are there", len(names))
	}
	return nil
}

func checkParked(ctx context.Context, s *session) error {
	admin, err := s.as(ctx, pg.Admin)
	if err != nil {
		return err
	}
	rows, err := admin.Query(ctx, parkedSQL)
	if err != nil {
		return err
	}
	type parked struct {
		Account uuid.UUID
		Tables  int
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[parked])
	if err != nil {
		return err
	}
	for _, p := range list {
		name := s.accountName(p.Account)
		s.warn(fmt.Sprintf("admin deadletter list --account %s; mend the cause; admin deadletter retry --account %s", name, name),
			"account %s has parked projections, which show old data: %d", name, p.Tables)
	}
	if s.bad() == 0 {
		s.ok("no projection is parked")
	}
	return nil
}

func checkLag(ctx context.Context, s *session) error {
	admin, err := s.as(ctx, pg.Admin)
	if err != nil {
		return err
	}
	rows, err := admin.Query(ctx, lagSQL, lagWarn.Seconds())
	if err != nil {
		return err
	}
	type lag struct {
		Account uuid.UUID
		Events  int64
		Seconds float64
	}
	behind, err := pgx.CollectRows(rows, pgx.RowToStructByPos[lag])
	if err != nil {
		return err
	}
	const mend = "see that a projector runs and what it logs; admin projection list"
	for _, l := range behind {
		age := time.Duration(l.Seconds) * time.Second
		if age > lagFail {
			s.fail(mend, "account %s is %s behind, events not applied: %d", s.accountName(l.Account), age, l.Events)
		} else {
			s.warn(mend, "account %s is %s behind, events not applied: %d", s.accountName(l.Account), age, l.Events)
		}
	}
	if s.bad() == 0 {
		s.ok("live projections are at most %s behind", lagWarn)
	}
	return nil
}

// accountName is the account's name, or its id when the catalog does not know it here.
func (s *session) accountName(id uuid.UUID) string {
	for _, a := range s.Accounts {
		if a.ID == id {
			return a.Name
		}
	}
	return id.String()
}
