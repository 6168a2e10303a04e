package tenant

import (
	"context"
	"errors"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

const (
	// catalogChannel is notified of every change, with its number, when it is committed.
	catalogChannel = "polder_catalog"

	nextChangeSQL = "UPDATE catalog.change_counter SET last = last + 1 RETURNING last"
	notifySQL     = "SELECT pg_catalog.pg_notify($1, $2)"
)

// Catalog changes and reads the catalog, in role admin. Each change is one transaction that
// takes the next change number, stamps the row with it, writes the audit log and tells the
// directories.
type Catalog struct {
	pool  *pgxpool.Pool
	actor string
}

// NewCatalog returns the catalog behind the pool, whose role is admin. Its changes are not
// audited; see As.
func NewCatalog(pool *pgxpool.Pool) *Catalog { return &Catalog{pool: pool} }

// As returns the catalog with every change written to the audit log under the actor's name.
func (c *Catalog) As(actor string) *Catalog { return &Catalog{pool: c.pool, actor: actor} }

// change runs do in a transaction of its own with the next change number. The counter's row
// stays locked to the commit, so changes become visible in the order of their numbers. do may complete the entry.
func (c *Catalog) change(ctx context.Context, entry *AuditEntry, do func(tx pgx.Tx, change int64) error) error {
	err := pgx.BeginFunc(ctx, c.pool, func(tx pgx.Tx) error {
		var change int64
		if err := tx.QueryRow(ctx, nextChangeSQL).Scan(&change); err != nil {
			return err
		}
		if err := do(tx, change); err != nil {
			return err
		}
		if err := c.audit(ctx, tx, *entry); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, notifySQL, catalogChannel, strconv.FormatInt(change, 10))
		return err
	})
	return classify(err)
}

// changeAccount runs one statement with the account as $1 that must hit it.
func (c *Catalog) changeAccount(ctx context.Context, entry AuditEntry, do func(tx pgx.Tx, change int64) (hit bool, err error)) error {
	return c.change(ctx, &entry, func(tx pgx.Tx, change int64) error {
		hit, err := do(tx, change)
		if err == nil && !hit {
			return noAccount(entry.AccountID)
		}
		return err
	})
}

func noAccount(id uuid.UUID) error {
	return fault.New(fault.NotFound, "Account %s does not exist", id)
}

// refusals says in words what a named constraint of the catalog refuses.
var refusals = map[string]struct {
	kind    fault.Kind
	message string
}{
	"stores_store_id_check":              {fault.Invalid, "A store's id is lower-case letters, digits, - and _, begins with a letter and has 63 characters at most"},
	"accounts_pkey":                      {fault.Rejected, "An account of this id exists already"},
	"accounts_name_key":                  {fault.Rejected, "An account of this name exists already"},
	"accounts_name_check":                {fault.Invalid, "An account's name is lower-case letters, digits and -, begins with a letter and has 63 characters at most"},
	"accounts_store_id_fkey":             {fault.NotFound, "The store does not exist"},
	"accounts_release_fkey":              {fault.NotFound, "The release was not published"},
	"accounts_state_check":               {fault.Invalid, "A state is active, suspended, moving or erased"},
	"accounts_requests_per_second_check": {fault.Invalid, "Requests per second are positive; 0 stands for the platform's default"},
	"accounts_request_burst_check":       {fault.Invalid, "A burst is positive; 0 stands for the platform's default"},
	"releases_pkey":                      {fault.Rejected, "The release was published under another version"},
	"releases_version_key":               {fault.Rejected, "The version was published with another content; give the new release a version of its own"},
	"api_keys_account_id_fkey":           {fault.NotFound, "The account does not exist"},
}

// classify turns what the catalog refused into a fault.
func classify(err error) error {
	for constraint, refusal := range refusals {
		if pg.Violates(err, constraint) {
			return fault.Wrap(err, refusal.kind, "%s", refusal.message)
		}
	}
	return pg.Fault(err)
}

func notFound(err error, format string, args ...any) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.New(fault.NotFound, format, args...)
	}
	return classify(err)
}
