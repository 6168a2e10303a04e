package upgrade

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
)

// rehearse rewrites the account's history as an upgrade on the route does, and stores
// nothing. It returns what there is by type and version as it is stored, those with failures
// first, and what it becomes, and enters that with the guards, which may be nil.
func rehearse(ctx context.Context, builder *pgxpool.Pool, account uuid.UUID, route *Route, g *guards) (stored, becomes []Decoded, err error) {
	release := route.to
	h, err := newHistory(release, route.Rewrite)
	if err != nil {
		return nil, nil, err
	}
	all := es.AccountRange{AccountID: account}
	if err := builder.QueryRow(ctx, headSQL, account).Scan(&all.Until); err != nil || all.Until == 0 {
		return nil, nil, err
	}
	unlearnt := map[int64]error{}
	err = es.StreamAccount(ctx, builder, all, func(e *es.Event) error {
		if err := h.learn(e); err != nil {
			unlearnt[e.SequenceNumber] = err
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	before, after := byType{}, byType{}
	err = es.StreamAccount(ctx, builder, all, func(e *es.Event) error {
		was := *e
		failure := unlearnt[e.SequenceNumber]
		if failure == nil {
			_, failure = h.next(e)
		}
		before.count(release, &was, failure)
		if failure == nil {
			after.count(release, e, nil)
		} else {
			g = nil // nobody asks what it holds then
		}
		if g == nil {
			return nil
		}
		return g.take(e)
	})
	return before.sorted(), after.sorted(), err
}
