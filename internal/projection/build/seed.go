package build

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/release"
)

// seed says that a unit's rows are made of those that a live table has already: that of the
// projection in a release beside, or its own, when only what it feeds is missing.
type seed struct {
	*model.Seed
	from *projection.Target
	of   *model.Release // whose table it is
}

// errSeedGone says that a table is not live any more, and its rows may stand anywhere.
var errSeedGone = errors.New("the rows to begin with are not live any more")

// findSeeds finds what the rows of the units can be made of that are to be built one by one.
func (b *build) findSeeds() {
	for _, u := range b.units {
		if !u.result.Live {
			u.seed = b.seedOf(u, b.at)
		}
	}
}

// seedOf finds the table that the unit's rows can be made of; nil when there is none, and all
// of its events have to be folded: it is built ahead, to be mended, appends write it, events were left out,
// or no release beside has a live table whose rows tell enough.
func (b *build) seedOf(u *unit, at standing) *seed {
	if b.job.All || b.job.Ahead != nil || len(u.skipped) > 0 || u.shadow && !at.missing(u.live) {
		return nil
	}
	candidates := b.job.Beside
	if u.shadow {
		candidates = []*model.Release{b.job.Release}
	}
	for _, beside := range candidates {
		old := beside.Projection(u.name())
		if old == nil || len(at.skipped[old.Table]) > 0 {
			continue
		}
		s := &seed{from: b.plan.TargetOf(old), of: beside}
		if s.Seed = model.NewSeed(s.from.Projection, u.live.Root.Projection); s.Seed != nil && at.holds(s) {
			return s
		}
	}
	return nil
}

// holds reports whether the seed's rows stand where the live cursor does. A table without a
// cursor of its own is live in the releases that the live cursor stands for; of an account that
// has left a release the rows may be gone.
func (at standing) holds(s *seed) bool {
	for _, digest := range at.runs {
		if digest != nil && *digest == s.of.Digest() {
			return at.states[s.from.Table.Name] == ""
		}
	}
	return false
}

// storedEvents are the names of the events that the unit's rows are folded from.
func (u *unit) storedEvents() []string {
	if u.seed != nil {
		return u.seed.StoredEvents()
	}
	return u.live.Root.Projection.StoredEvents()
}

// dropSeeds has units that met an event that they cannot take folded from all events: what they
// are parked with is rows up to that event, and old rows have gone past it.
func (p *pass) dropSeeds() {
	for _, u := range p.units {
		if u.seed != nil && u.refusedAt > 0 {
			p.withoutSeed(u)
		}
	}
}

// withoutSeed leaves the unit to a further pass, which folds all of its events in this range.
func (p *pass) withoutSeed(u *unit) {
	u.seed, u.refusedAt, p.left[u] = nil, 0, true
}

// inSnapshot runs do where nothing changes, with how far the account's tables are. It is
// errSeedGone when the seed's rows do not stand at the live cursor there.
func (b *build) inSnapshot(ctx context.Context, s *seed, do func(pgx.Tx) error) error {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return pgx.BeginTxFunc(ctx, b.Builder, options, func(tx pgx.Tx) error {
		at, err := b.stand(ctx, tx, standSQL)
		if err == nil && !at.holds(s) {
			err = errSeedGone
		}
		if err != nil {
			return err
		}
		return do(tx)
	})
}

// seeding makes the rows of a range of keys out of old rows. An old row that no event after
// the unit's until has changed is as it was there, wherever the live cursor has gone: it and
// what its stream's replayed events come to make the row. Any other stream is folded whole.
type seeding struct {
	*pass
	unit    *unit
	folding *folding
	keys    []uuid.UUID // of the states that are left, in order
	whole   []uuid.UUID
}

// oldRow is a row of the seed, and the last event that changed it.
type oldRow struct {
	*model.Row
	sequence int64
}

func (s *seeding) rows(ctx context.Context, put putting) error {
	if s.until == 0 {
		return nil
	}
	err := s.inSnapshot(ctx, s.folding.seed, func(tx pgx.Tx) error { return s.old(ctx, tx, put) })
	if err != nil {
		return err
	}
	return eachChunk(append(s.whole, s.keys...), wholeStreams, func(keys []uuid.UUID) error {
		rows, err := s.foldWhole(ctx, keys)
		if err != nil {
			return err
		}
		return put(rows)
	})
}

// old puts what follows from old rows.
func (s *seeding) old(ctx context.Context, tx pgx.Tx, put putting) error {
	chunk := make([]oldRow, 0, chunkRows)
	flush := func() error {
		rows := chunk
		chunk = make([]oldRow, 0, chunkRows)
		return put(s.fromOld(rows))
	}
	err := s.span().scanSequenced(ctx, tx, s.folding.seed.from, func(row *model.Row, sequence int64) error {
		s.skipTo(row.Key)
		if sequence > s.until {
			s.whole = append(s.whole, row.Key)
			return nil
		}
		if chunk = append(chunk, oldRow{row, sequence}); len(chunk) < chunkRows {
			return nil
		}
		return flush()
	})
	if err == nil && len(chunk) > 0 {
		err = flush()
	}
	return err
}

// skipTo goes past the states up to the key; streams of those before it have no old row.
func (s *seeding) skipTo(key uuid.UUID) {
	for len(s.keys) > 0 && compareIDs(s.keys[0], key) <= 0 {
		if s.keys[0] != key {
			s.whole = append(s.whole, s.keys[0])
		}
		s.keys = s.keys[1:]
	}
}

func (s *seeding) fromOld(rows []oldRow) making {
	return careful(func() ([]made, error) {
		out := make([]made, len(rows))
		for i, old := range rows {
			row, sequence, err := s.folding.seed.Row(old.Row, old.sequence, s.folding.states[old.Key])
			if err != nil {
				return nil, &rowError{err}
			}
			out[i] = made{row, sequence}
		}
		return out, nil
	})
}

// wholeStreams is how many streams are read together from their first event on.
const wholeStreams = 20

// foldWhole folds all events of the streams up to until.
func (s *seeding) foldWhole(ctx context.Context, keys []uuid.UUID) (making, error) {
	events, err := s.allOf(ctx, &s.unit.result.EventsRead, keys, s.until)
	if err != nil {
		return nil, err
	}
	return careful(func() ([]made, error) { return s.unit.fromAll(keys, events) }), nil
}

// allOf reads all events of the streams, up to a number that is not zero.
func (b *build) allOf(ctx context.Context, count *int64, keys []uuid.UUID, until int64) ([]es.Event, error) {
	events, err := es.ReadStreams(ctx, b.Builder, es.StreamsRange{AccountID: b.job.AccountID, Only: keys, Until: until})
	if err != nil {
		return nil, err
	}
	b.came(count, len(events))
	return events, b.Throttle.Take(ctx, len(events))
}

// fromAll makes the rows of streams out of all of their events.
func (u *unit) fromAll(keys []uuid.UUID, events []es.Event) ([]made, error) {
	root := u.live.Root.Projection
	folder := model.NewFolder([]*model.ProjectionType{root})
	states := make(map[uuid.UUID]*model.FoldState, len(keys))
	for i := range events {
		e := &events[i]
		if !folder.Handles(e.StreamType, e.PayloadItemName, e.PayloadVersion) {
			continue
		}
		if states[e.StreamID] == nil {
			states[e.StreamID] = folder.New(e.StreamID)
		}
		if refusals := folder.FoldStored(states[e.StreamID], release.Stored(e), e.SequenceNumber); len(refusals) > 0 {
			return nil, &rowError{refusals[0].Cause}
		}
	}
	keys = slices.DeleteFunc(slices.Clone(keys), func(key uuid.UUID) bool { return states[key] == nil })
	return makeEach(keys, func(key uuid.UUID) (*model.Row, int64, error) { return folder.Row(0, states[key]) })()
}
