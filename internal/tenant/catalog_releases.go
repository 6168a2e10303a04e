package tenant

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
)

const (
	releaseByVersionSQL = "SELECT digest, version, ir, published_by, published_at, withdrawn_at FROM catalog.releases WHERE version = $1"
	releaseAgainSQL     = "UPDATE catalog.releases SET withdrawn_at = NULL WHERE digest = $1"
)

// Release is a published IR.
type Release struct {
	Digest      string    `json:"digest"`  // sha256 of IR, hex
	Version     string    `json:"version"` // given by the publisher, unique
	IR          []byte    `json:"-"`       // canonical JSON; empty in lists
	PublishedBy string    `json:"publishedBy"`
	PublishedAt time.Time `json:"publishedAt"`          // given by the catalog
	WithdrawnAt time.Time `json:"withdrawnAt,omitzero"` // no account can be put on it; zero: accounts can
}

// Withdrawn reports whether the release is out of use.
func (r Release) Withdrawn() bool { return !r.WithdrawnAt.IsZero() }

// PublishRelease enters a release. Publishing the same content under the same version again
// changes nothing, but that one which was withdrawn is in use again; under another version, or
// another content under the same one, is Rejected. A digest that is not that of the IR is Invalid.
func (c *Catalog) PublishRelease(ctx context.Context, r Release) error {
	return c.PublishReleaseWith(ctx, r, func() error { return nil })
}

// PublishReleaseWith is PublishRelease that first runs ready, which makes the release's tables: nobody
// drops those of a withdrawn release meanwhile.
func (c *Catalog) PublishReleaseWith(ctx context.Context, r Release, ready func() error) error {
	if sum := sha256.Sum256(r.IR); hex.EncodeToString(sum[:]) != r.Digest {
		return fault.New(fault.Invalid, "The release's digest is not that of its content")
	}
	return c.publishing(ctx, func() error {
		if err := ready(); err != nil {
			return err
		}
		return c.enterRelease(ctx, r)
	})
}

func (c *Catalog) enterRelease(ctx context.Context, r Release) error {
	known, err := c.ReleaseByVersion(ctx, r.Version)
	same := err == nil && known.Digest == r.Digest
	if same && !known.Withdrawn() {
		return nil
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	entry := AuditEntry{Action: "model publish", Parameters: parameters("version", r.Version, "digest", r.Digest)}
	return c.change(ctx, &entry, func(tx pgx.Tx, change int64) error {
		if same {
			_, err := tx.Exec(ctx, releaseAgainSQL, r.Digest)
			return err
		}
		_, err := tx.Exec(ctx, releasePublishSQL, r.Digest, r.Version, string(r.IR), change, r.PublishedBy)
		return err
	})
}

// Releases returns all releases, the newest first, without their IR.
func (c *Catalog) Releases(ctx context.Context) ([]Release, error) {
	rows, _ := c.pool.Query(ctx, releasesSQL)
	releases, err := pgx.CollectRows(rows, scanRelease)
	return releases, classify(err)
}

// ReleaseByVersion returns the release with its IR, or NotFound.
func (c *Catalog) ReleaseByVersion(ctx context.Context, version string) (Release, error) {
	rows, _ := c.pool.Query(ctx, releaseByVersionSQL, version)
	release, err := pgx.CollectExactlyOneRow(rows, scanRelease)
	if errors.Is(err, pgx.ErrNoRows) {
		return Release{}, fault.New(fault.NotFound, "Release %q was not published", version)
	}
	return release, classify(err)
}

func scanRelease(row pgx.CollectableRow) (Release, error) {
	var r Release
	var ir string
	var withdrawn *time.Time
	err := row.Scan(&r.Digest, &r.Version, &ir, &r.PublishedBy, &r.PublishedAt, &withdrawn)
	r.IR = []byte(ir)
	if withdrawn != nil {
		r.WithdrawnAt = *withdrawn
	}
	return r, err
}
