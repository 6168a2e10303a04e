package audit

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/projection"
)

// VerifyInLooks is Verify in looks of another size.
func VerifyInLooks(ctx context.Context, projector *pgxpool.Pool, account uuid.UUID, size int, units ...*projection.Unit) (*Report, error) {
	return verify(ctx, projector, account, size, units)
}

// Look has the auditor look once, as when it is time, and returns how much it read.
func (a *Auditor) Look(ctx context.Context, store string, last time.Time) (int64, error) {
	return a.look(ctx, store, last)
}
