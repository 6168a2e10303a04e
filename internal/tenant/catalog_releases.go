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

const releaseByVersionSQL = "SELECT digest, version, ir, published_by, published_at FROM catalog.releases WHERE version = $1"

// Release is a published IR.
type Release struct {
	Digest      string    `json:"digest"`  // sha256 of IR, hex
	Version     string    `json:"version"` // given by the publisher, unique
	IR          []byte    `json:"-"`       // canonical JSON; empty in lists
	PublishedBy string    `json:"publishedBy"`
	PublishedAt time.Time `json:"publishedAt"` // given by the catalog
}

// PublishRelease enters a release. Publishing the same content under the same version again
// changes nothing; under another version, or another content under the same one, is Rejected.
// A digest that is not that of the IR is Invalid.
func (c *Catalog) PublishRelease(ctx context.Context, r Release) error {
	if sum := sha256.Sum256(r.IR); hex.EncodeToString(sum[:]) != r.Digest {
		return fault.New(fault.Invalid, "The release's digest is not that of its content")
	}
	known, err := c.ReleaseByVersion(ctx, r.Version)
	if err == nil && known.Digest == r.Digest {
		return nil
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	entry := AuditEntry{Action: "model publish", Parameters: parameters("version", r.Version, "digest", r.Digest)}
	return c.change(ctx, entry, func(tx pgx.Tx, change int64) error {
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
	err := row.Scan(&r.Digest, &r.Version, &ir, &r.PublishedBy, &r.PublishedAt)
	r.IR = []byte(ir)
	return r, err
}
