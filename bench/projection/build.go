package projectionbench

import (
	"context"
	"io"
	"maps"

	"github.com/google/uuid"
)

const (
	buildRounds    = 3
	upsertEvents   = 20_000 // a slice is enough: the rate of upserts falls as their table grows
	batchedUpserts = 60_000
)

// building builds the order projection of one account in several ways.
type building struct {
	*world
	account uuid.UUID
	events  int
}

// Build measures how fast the order projection is built from all events of an account,
// beside a projector written by hand for just this table.
func Build(ctx context.Context, out io.Writer) (map[string]float64, error) {
	w, err := openERP(ctx, out, "join")
	defer w.close(ctx)
	if err != nil {
		return nil, err
	}
	b := building{world: w, account: accountID(0)}
	if b.events, err = size(); err != nil {
		return nil, err
	}
	if err := w.fresh(ctx, b.account, b.events); err != nil {
		return nil, err
	}
	hand, err := w.byHand(ctx, b.account)
	if err != nil {
		return nil, err
	}
	ours := &bulk{building: &b}
	m, err := inRounds(ctx, out, buildRounds, []part{
		{"build", ours.measure},
		{"row upserts", hand.upserts(min(upsertEvents, b.events))},
		{"batched upserts", hand.batches(min(batchedUpserts, b.events))},
	})
	if err != nil {
		return nil, err
	}
	numbers := ours.figures()
	maps.Copy(numbers, map[string]float64{
		"build.1m.events_per_s":          m.median("build"),
		"build.1m.ratio_row_upsert":      m.ratio("build", "row upserts"),
		"build.1m.ratio_batched_upsert":  m.ratio("build", "batched upserts"),
		"build.1m.row_upserts_per_s":     m.median("row upserts"),
		"build.1m.batched_upserts_per_s": m.median("batched upserts"),
	})
	return numbers, nil
}
