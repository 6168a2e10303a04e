package audit

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/projection"
)

// VerifyInLooks is Verify in looks of another size.
func VerifyInLooks(ctx context.Context, projector *pgxpool.Pool, account uuid.UUID, size int, units ...*projection.Unit) (*Report, error) {
	return verify(ctx, projector, account, size, units)
}
