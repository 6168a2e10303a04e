package archive

import (
	"bytes"
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
)

// Verification compares an account's archived states with the events that they stand for.
type Verification struct {
	Builder   *pgxpool.Pool // role builder
	AccountID uuid.UUID
	Release   *model.Release
}

// Verified is what a Verification found.
type Verified struct {
	Streams int64       `json:"streams"`         // that were compared
	Others  int64       `json:"others"`          // archived under a fingerprint that the release has not: its builds do not read them
	Wrong   []uuid.UUID `json:"wrong,omitempty"` // some of the streams whose states are not what their events come to
}

// Run compares all of them. It changes nothing.
func (v Verification) Run(ctx context.Context) (found Verified, err error) {
	for after := uuid.Nil; ; {
		more := false
		options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly} // a state may go, with an event that changes
		err := pgx.BeginTxFunc(ctx, v.Builder, options, func(tx pgx.Tx) error {
			states, err := es.ReadArchived(ctx, tx, es.ArchivedRange{AccountID: v.AccountID, After: after, Limit: batchStreams})
			if err != nil || len(states) == 0 {
				return err
			}
			more, after = true, states[len(states)-1].StreamID
			return v.compare(ctx, tx, states, &found)
		})
		if err != nil || !more {
			return found, pg.Fault(err)
		}
	}
}

func (v Verification) compare(ctx context.Context, q es.Querier, states []es.ArchivedStream, found *Verified) error {
	var streams []uuid.UUID
	for i := range states {
		if v.Release.ArchiveFingerprint(states[i].StreamType) == states[i].Fingerprint {
			streams = append(streams, states[i].StreamID)
		} else {
			found.Others++
		}
	}
	if len(streams) == 0 {
		return nil
	}
	events, err := es.ReadStreams(ctx, q, es.StreamsRange{AccountID: v.AccountID, Only: streams})
	if err != nil {
		return err
	}
	whole := map[uuid.UUID][]es.Event{}
	for own := range streamsOf(events) {
		whole[own[0].StreamID] = own
	}
	for i := range states {
		s := &states[i]
		if v.Release.ArchiveFingerprint(s.StreamType) != s.Fingerprint {
			continue
		}
		found.Streams++
		if !v.right(s, whole[s.StreamID]) && len(found.Wrong) < mostTold {
			found.Wrong = append(found.Wrong, s.StreamID)
		}
	}
	return nil
}

// right reports whether the state is what the stream's events come to, and none is missing.
func (v Verification) right(s *es.ArchivedStream, events []es.Event) bool {
	if s.Revision > len(events) || s.Revision < len(events) && events[s.Revision].SequenceNumber <= s.Until {
		return false
	}
	made, err := Condense(v.Release, events[:s.Revision])
	return err == nil && made.SequenceNumber == s.SequenceNumber && made.StreamType == s.StreamType &&
		bytes.Equal(made.State, s.State) && slices.Equal(made.Events, s.Events)
}
