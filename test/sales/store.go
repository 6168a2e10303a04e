package sales

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
)

// StoreID is the store that all accounts are on.
const StoreID = "one"

// Store is a test's database with the sales model expanded in it. It stands in for the
// catalog: it knows the accounts that it made, their release, and the pools.
type Store struct {
	DB      *pgtest.Database
	Release *model.Release
	Super   *pgxpool.Pool // superuser: sees and may do everything

	mu       sync.Mutex
	releases map[string]*model.Release // by digest
	accounts map[uuid.UUID]tenant.Account
	pools    map[pg.Role]*pgxpool.Pool
}

// Open expands the release in the database.
func Open(t testing.TB, db *pgtest.Database, release *model.Release) *Store {
	t.Helper()
	super, err := pgxpool.New(context.Background(), db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(super.Close)
	s := &Store{DB: db, Release: release, Super: super, accounts: map[uuid.UUID]tenant.Account{}, releases: map[string]*model.Release{}, pools: map[pg.Role]*pgxpool.Pool{}}
	for _, role := range []pg.Role{pg.Owner, pg.API, pg.Projector, pg.Builder, pg.Watcher, pg.Admin} {
		s.pools[role] = db.Pool(t, role)
	}
	s.Know(t, release)
	return s
}

// Know expands another release, and loads it from then on.
func (s *Store) Know(t testing.TB, release *model.Release) {
	t.Helper()
	if err := projection.Expand(t.Context(), s.pools[pg.Owner], release); err != nil {
		t.Fatalf("expand: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.releases[release.Digest()] = release
}

// Pool implements projection.Pools and query.Pools.
func (s *Store) Pool(_ context.Context, storeID string, role pg.Role) (*pgxpool.Pool, error) {
	if storeID != StoreID {
		return nil, fault.New(fault.NotFound, "There is no store %s", storeID)
	}
	return s.pools[role], nil
}

// Role returns the pool of the role.
func (s *Store) Role(role pg.Role) *pgxpool.Pool { return s.pools[role] }

// Account implements projection.Accounts.
func (s *Store) Account(id uuid.UUID) (tenant.Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	account, ok := s.accounts[id]
	if !ok {
		return account, fault.New(fault.NotFound, "There is no account %s", id)
	}
	return account, nil
}

// Refresh implements query.Accounts: what there is is known.
func (s *Store) Refresh(context.Context) error { return nil }

// Stores returns the one store.
func (s *Store) Stores() []tenant.Store { return []tenant.Store{{ID: StoreID}} }

// Get implements projection.Releases and query.Releases.
func (s *Store) Get(_ context.Context, digest string) (*model.Release, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.releases[digest] == nil {
		return nil, fault.New(fault.NotFound, "There is no release %s", digest)
	}
	return s.releases[digest], nil
}

// OnDrop does nothing: none is dropped.
func (*Store) OnDrop(func(func(string) bool)) {}

// NewAccount makes an account without events.
func (s *Store) NewAccount(t testing.TB) tenant.Account {
	t.Helper()
	account := tenant.Account{ID: uuid.New(), StoreID: StoreID, Release: s.Release.Digest(), Epoch: 1, State: tenant.Active}
	account.Name = "a-" + account.ID.String()
	s.Exec(t, "INSERT INTO store.account_heads (account_id, epoch) VALUES ($1, 1)", account.ID)
	s.Exec(t, "INSERT INTO store.live_cursors (account_id) VALUES ($1)", account.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts[account.ID] = account
	return account
}

// Runs puts the account on another release that the store knows, as the catalog does.
func (s *Store) Runs(id uuid.UUID, release *model.Release) {
	s.mu.Lock()
	defer s.mu.Unlock()
	account := s.accounts[id]
	account.Release = release.Digest()
	s.accounts[id] = account
}

// Exec runs a statement as superuser.
func (s *Store) Exec(t testing.TB, sql string, arguments ...any) {
	t.Helper()
	if _, err := s.Super.Exec(context.Background(), sql, arguments...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// Event is an event to be stored.
type Event struct {
	Type    string // of the stream
	Stream  uuid.UUID
	Name    string
	Version int // zero: the one that the release has
	Payload Fields
}

// Fields is a payload.
type Fields map[string]any

// Happened returns an event to be stored.
func Happened(streamType string, stream uuid.UUID, name string, payload Fields) Event {
	if payload == nil {
		payload = Fields{}
	}
	return Event{Type: streamType, Stream: stream, Name: name, Payload: payload}
}

// InsertEvents stores events: account, how many, and of each stream, type, name, payload and version.
const InsertEvents = `
WITH head AS (
  UPDATE store.account_heads SET sequence_number = sequence_number + $2, commit_time = now()
  WHERE account_id = $1 RETURNING sequence_number - $2 AS before, generation
)
INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type,
  payload_item_name, payload_version, payload, command_id, command_hash, actor, commit_time)
SELECT $1, head.generation, head.before + e.n, e.stream,
  (SELECT coalesce(max(o.stream_revision), 0) FROM store.events o WHERE o.account_id = $1 AND o.generation = head.generation AND o.stream_id = e.stream) +
  row_number() OVER (PARTITION BY e.stream ORDER BY e.n),
  e.type, e.name, e.version, e.payload::json, gen_random_uuid(), 0, 'test', now()
FROM head, unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[]) WITH ORDINALITY AS e (stream, type, name, payload, version, n)`

// Append stores the events in one transaction and returns the last one's number.
func (s *Store) Append(t testing.TB, account uuid.UUID, events ...Event) int64 {
	t.Helper()
	streams, types, names, payloads := make([]uuid.UUID, len(events)), make([]string, len(events)), make([]string, len(events)), make([]string, len(events))
	versions := make([]int, len(events))
	for i, e := range events {
		payload, err := json.Marshal(e.Payload)
		if err != nil {
			t.Fatal(err)
		}
		streams[i], types[i], names[i], payloads[i] = e.Stream, e.Type, e.Name, string(payload)
		versions[i] = s.version(e)
	}
	s.Exec(t, InsertEvents, account, len(events), streams, types, names, payloads, versions)
	return s.Number(t, "SELECT sequence_number FROM store.account_heads WHERE account_id = $1", account)
}

// version is the event's own, or what the release calls current; 1 of an unknown event.
func (s *Store) version(e Event) int {
	if e.Version > 0 {
		return e.Version
	}
	if stream := s.Release.Stream(e.Type); stream != nil {
		for _, known := range stream.Stream.Events {
			if known.Name == e.Name {
				return known.Version
			}
		}
	}
	return 1
}

// Number returns the one number that a statement, run as superuser, gives.
func (s *Store) Number(t testing.TB, sql string, arguments ...any) int64 {
	t.Helper()
	var n int64
	if err := s.Super.QueryRow(context.Background(), sql, arguments...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// Rows returns the account's rows of a projection as text without the account's id, in
// the order of their keys.
func (s *Store) Rows(t testing.TB, account uuid.UUID, name string) []string {
	t.Helper()
	return s.RowsOf(t, account, s.Release.Projection(name))
}

// RowsOf is Rows for a projection of any release.
func (s *Store) RowsOf(t testing.TB, account uuid.UUID, of *model.ProjectionType) []string {
	t.Helper()
	table := projection.TableOf(of).Quoted()
	rows, err := s.Super.Query(context.Background(), "SELECT t::text FROM "+table+" t WHERE account_id = $1 ORDER BY key", account)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for i := range texts {
		texts[i] = strings.ReplaceAll(texts[i], account.String(), "")
	}
	return texts
}
