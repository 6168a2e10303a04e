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

// LookTwice looks at what follows from the account's events, and once more at what differs.
// The second report is nil when somebody looked in between.
func LookTwice(ctx context.Context, projector *pgxpool.Pool, plan *projection.Plan, account uuid.UUID, between func()) (first, second *Report, err error) {
	t := turn{account: account, plan: plan, pool: projector, looked: time.Unix(0, 0)}
	found, err := t.look(ctx)
	if err != nil {
		return nil, nil, err
	}
	between()
	second, err = t.lookAgain(ctx, found)
	return &found.Report, second, err
}

// Look has the auditor look once, as when it is time, and returns how much it read.
func (a *Auditor) Look(ctx context.Context, store string, last time.Time) (int64, error) {
	return a.look(ctx, store, last)
}
