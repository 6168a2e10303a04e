package es

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
)

// Snapshot is the folded state of a stream. It is a cache: a release reads only its own.
type Snapshot struct {
	StreamID uuid.UUID
	Release  string // digest of the release that folded it
	Revision int    // of the last event that is folded in
	State    json.RawMessage
}

// Load returns the stream's newest snapshot of the release, nil if there is none, and the
// events after it, in one round trip. No snapshot and no events: the stream does not exist.
func (s *Store) Load(ctx context.Context, account, stream uuid.UUID, release string) (*Snapshot, []Event, error) {
	var c collector
	err := pg.Read(ctx, s.reader, account, c.collect, loadStreamSQL, account, stream, release)
	if err != nil || len(c.events) == 0 || c.events[0].SequenceNumber > 0 {
		return nil, c.events, pg.Fault(err)
	}
	first := c.events[0]
	return &Snapshot{StreamID: stream, Release: release, Revision: first.StreamRevision, State: first.Payload}, c.events[1:], nil
}

// SaveSnapshot keeps the snapshot, unless a newer one of its release is there.
func (s *Store) SaveSnapshot(ctx context.Context, account uuid.UUID, snapshot Snapshot) error {
	none := func(rows pgx.Rows) error { rows.Close(); return rows.Err() }
	return pg.Fault(pg.Read(ctx, s.reader, account, none, saveSnapshotSQL,
		account, snapshot.StreamID, snapshot.Release, snapshot.Revision, snapshot.State))
}
