package tenant

import (
	"context"
	_ "embed" // the statements below
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

var (
	//go:embed sql/release_hold.sql
	releaseHoldSQL string
	//go:embed sql/release_uses.sql
	releaseUsesSQL string
)

const (
	releaseTakeSQL     = "SELECT withdrawn_at IS NOT NULL FROM catalog.releases WHERE digest = $1 FOR NO KEY UPDATE"
	releaseWithdrawSQL = "UPDATE catalog.releases SET withdrawn_at = now() WHERE digest = $1"

	// namedUses is how many accounts, and how many upgrades, a refusal names.
	namedUses = 3
)

// Use is what needs a release.
type Use struct {
	Kind string // account, upgrade or copy
	Name string // of the account or copy; the upgrade's id
	More int    // of the kind there are that are not named
}

// HoldReleases keeps the releases from being withdrawn to the end of the transaction: whoever begins to use some does so in it.
// The empty digest is none. Precondition: one was withdrawn. The transaction is of the catalog, and its role is admin.
func HoldReleases(ctx context.Context, tx pgx.Tx, digests ...string) error {
	rows, err := tx.Query(ctx, releaseHoldSQL, digests)
	if err != nil {
		return err
	}
	var version string
	var withdrawn bool
	var gone []string
	_, err = pgx.ForEachRow(rows, []any{&version, &withdrawn}, func() error {
		if withdrawn {
			gone = append(gone, version)
		}
		return nil
	})
	if err == nil && len(gone) > 0 {
		err = fault.New(fault.Precondition, "Release %s was withdrawn", strings.Join(gone, ", "))
	}
	return err
}

// WithRelease runs do, by which an account begins to use the release, while it cannot be withdrawn. Precondition: it was.
func (c *Catalog) WithRelease(ctx context.Context, digest string, do func() error) error {
	return classify(pgx.BeginFunc(ctx, c.pool, func(tx pgx.Tx) error {
		if err := HoldReleases(ctx, tx, digest); err != nil {
			return err
		}
		return do()
	}))
}

// WithdrawRelease takes the release out of use: from then on no account can be put on it, until it is published again. needed is
// asked, while nobody can begin to use it, who needs it according to the stores; they know of a switch before the catalog does.
// One that is withdrawn already stays so. Conflict: something needs it; Details say what. NotFound: it was not published.
func (c *Catalog) WithdrawRelease(ctx context.Context, r Release, needed func(ctx context.Context) ([]Use, error)) error {
	return classify(pgx.BeginFunc(ctx, c.pool, func(tx pgx.Tx) error {
		var withdrawn bool
		err := tx.QueryRow(ctx, releaseTakeSQL, r.Digest).Scan(&withdrawn)
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.New(fault.NotFound, "Release %s was not published", r.Version)
		}
		if err != nil || withdrawn {
			return err
		}
		uses, err := releaseUses(ctx, tx, r.Digest)
		if err == nil && len(uses) == 0 {
			uses, err = needed(ctx)
		}
		if err != nil {
			return err
		}
		if len(uses) > 0 {
			return inUse(r, uses)
		}
		if _, err := tx.Exec(ctx, releaseWithdrawSQL, r.Digest); err != nil {
			return err
		}
		return c.audit(ctx, tx, AuditEntry{Action: "release withdraw", Parameters: parameters("version", r.Version, "digest", r.Digest)})
	}))
}

func releaseUses(ctx context.Context, tx pgx.Tx, digest string) ([]Use, error) {
	rows, err := tx.Query(ctx, releaseUsesSQL, digest, namedUses)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Use])
}

func inUse(r Release, uses []Use) error {
	refused := fault.New(fault.Conflict, "Release %s is needed", r.Version)
	for _, u := range uses {
		text := map[string]string{
			"account": "account %s runs on it", "upgrade": "upgrade %s has accounts on the way to it, from it, or back to it",
			"copy": "account %s is being made on it",
		}[u.Kind]
		detail := fmt.Sprintf(text, u.Name)
		if u.More > 0 {
			detail += fmt.Sprintf(", as do %d more", u.More)
		}
		refused.Details = append(refused.Details, fault.Detail{Rule: "release", Message: detail})
	}
	return refused
}

// publishingLock is the advisory lock that publishing a release shares with others that do, and that whoever drops what no
// release needs has alone.
const publishingLock = 0x706f6c64657272 // "polderr"

// publishing runs do, which makes what a release needs and enters it, while nobody drops what only this release needs.
func (c *Catalog) publishing(ctx context.Context, do func() error) error {
	return c.locked(ctx, true, do)
}

// Dropping runs do while no release is being entered: what no release needs then, none does after it. It waits until it can.
func (c *Catalog) Dropping(ctx context.Context, do func() error) error {
	return c.locked(ctx, false, do)
}

func (c *Catalog) locked(ctx context.Context, shared bool, do func() error) error {
	conn, err := c.pool.Acquire(ctx)
	if err != nil {
		return classify(err)
	}
	// The lock ends with the connection, whatever becomes of it.
	defer func() {
		_ = conn.Conn().Close(context.WithoutCancel(ctx))
		conn.Release()
	}()
	if err := pg.Lock(ctx, conn.Conn(), publishingLock, shared); err != nil {
		return classify(err)
	}
	return do()
}
