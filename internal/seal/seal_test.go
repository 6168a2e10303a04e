package seal_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/seal"
	"github.com/polderhq/polder/internal/tenant"
)

// world is a store; it stands in for the pools of a process.
type world struct {
	*testing.T
	db    *pgtest.Database
	super *pgxpool.Pool
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	return worldOn(t, pgtest.Shared(t))
}

func worldOn(t *testing.T, db *pgtest.Database) *world {
	t.Helper()
	w := &world{T: t, db: db}
	super, err := pgxpool.New(t.Context(), w.db.OwnerURL)
	w.must(err)
	w.super = super
	t.Cleanup(super.Close)
	return w
}

func (w *world) Pool(_ context.Context, _ string, role pg.Role) (*pgxpool.Pool, error) {
	return w.db.Pool(w.T, role), nil
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) exec(sql string, args ...any) {
	w.Helper()
	_, err := w.super.Exec(w.Context(), sql, args...)
	w.must(err)
}

// account has so many events, in streams of ten.
func (w *world) account(events int) uuid.UUID {
	w.Helper()
	id := uuid.New()
	w.exec("INSERT INTO store.account_heads (account_id, epoch, sequence_number) VALUES ($1, 1, $2)", id, events)
	w.exec(`INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name,
		payload_version, payload, command_id, command_hash, actor, commit_time)
		SELECT $1, 0, n, md5(((n - 1) / 10)::text)::uuid, (n - 1) % 10 + 1, 'Order', 'OrderNotedEvent', 1, json_build_object('Note', n),
		md5(n::text)::uuid, n, 'key:k' || n % 7, '2026-01-01 00:00:00.123456+00'::timestamptz + n * interval '1 ms'
		FROM generate_series(1, $2::int) AS n`, id, events)
	return id
}

func (w *world) sealAll(account uuid.UUID) (seals int) {
	w.Helper()
	for {
		sealed, err := seal.Next(w.Context(), w.db.Pool(w, pg.Projector), account)
		w.must(err)
		if !sealed {
			return seals
		}
		seals++
	}
}

func (w *world) verify(v seal.Verification) seal.Report {
	w.Helper()
	r, err := v.Run(w.Context(), w.db.Pool(w, pg.Builder))
	w.must(err)
	return r
}

func TestAnAccountIsSealedUpToItsLastFullTenThousand(t *testing.T) {
	w := newWorld(t)
	account, short := w.account(25_003), w.account(9_999)
	if n := w.sealAll(account) + w.sealAll(short); n != 2 {
		t.Errorf("%d seals, want 2", n)
	}
	r := w.verify(seal.Verification{AccountID: account})
	if r.Altered != nil || r.Events != 25_003 || r.Sealed != 20_000 || r.Transformed != 0 {
		t.Errorf("%+v", r)
	}
	// A digest that was kept elsewhere is compared too, wherever it was taken.
	known := seal.Known{Number: 25_003, Digest: r.Digest}
	if again := w.verify(seal.Verification{AccountID: account, Known: known}); again.Altered != nil || again.Digest != r.Digest {
		t.Errorf("%+v", again)
	}
	if r := w.verify(seal.Verification{AccountID: short}); r.Altered != nil || r.Sealed != 0 {
		t.Errorf("%+v", r)
	}
	w.exec("DELETE FROM store.seals WHERE account_id = $1 AND sequence_number = 10000", account)
	if r := w.verify(seal.Verification{AccountID: account}); r.Altered == nil || r.Altered.SequenceNumber != 10_000 || !strings.Contains(r.Altered.What, "seal is gone") {
		t.Errorf("%+v", r.Altered)
	}
	_, err := seal.Verification{AccountID: short, Known: known}.Run(t.Context(), w.db.Pool(t, pg.Builder))
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("a digest of events that there are not: %v", err)
	}
}

// Whatever is altered, wherever: the first altered event is found, and nothing else is said.
func TestTheFirstAlteredEventIsFound(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		do    string
		first int64
		says  string
	}{
		"a payload":            {`UPDATE store.events SET payload = '{"Note": 4711}' WHERE account_id = $1 AND sequence_number IN (1, 8000)`, 1, "not as it was"},
		"a space in it":        {`UPDATE store.events SET payload = (payload::text || ' ')::json WHERE account_id = $1 AND sequence_number = 9999`, 9999, "not as it was"},
		"an actor":             {`UPDATE store.events SET actor = 'nobody' WHERE account_id = $1 AND sequence_number >= 10000`, 10_000, "not as it was"},
		"a time":               {`UPDATE store.events SET commit_time = commit_time + interval '1 us' WHERE account_id = $1 AND sequence_number = 5001`, 5_001, "not as it was"},
		"a version":            {`UPDATE store.events SET payload_version = 2 WHERE account_id = $1 AND sequence_number = 9998`, 9_998, "not as it was"},
		"a command":            {`UPDATE store.events SET command_hash = 0 WHERE account_id = $1 AND sequence_number = 10000`, 10_000, "not as it was"},
		"a cause":              {`UPDATE store.events SET causation_id = command_id WHERE account_id = $1 AND sequence_number = 77`, 77, "not as it was"},
		"an event is gone":     {`DELETE FROM store.events WHERE account_id = $1 AND sequence_number IN (2345, 10002)`, 2_345, "gone"},
		"the end is gone":      {`DELETE FROM store.events WHERE account_id = $1 AND sequence_number > 10001`, 10_002, "gone"},
		"a seal's digest":      {`UPDATE store.seals SET digest = sha256('') WHERE account_id = $1 AND sequence_number = 10000`, 10_000, "seal is not"},
		"an unsealed revision": {`UPDATE store.events SET stream_revision = 99 WHERE account_id = $1 AND sequence_number = 10003`, 10_003, "revision 99"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &world{T: t, db: w.db, super: w.super}
			account := w.account(10_005)
			w.sealAll(account)
			w.exec(c.do, account)
			r := w.verify(seal.Verification{AccountID: account})
			if r.Altered == nil || r.Altered.SequenceNumber != c.first || !strings.Contains(r.Altered.What, c.says) {
				t.Errorf("%+v, want %d: %s", r.Altered, c.first, c.says)
			}
		})
	}
}

// Who can alter seals as well is found out by a digest that was kept elsewhere.
func TestADigestThatWasKeptElsewhere(t *testing.T) {
	w := newWorld(t)
	account := w.account(10_000)
	was := w.verify(seal.Verification{AccountID: account})
	w.exec(`UPDATE store.events SET payload = '{}' WHERE account_id = $1 AND sequence_number = 5`, account)
	w.sealAll(account)
	if r := w.verify(seal.Verification{AccountID: account}); r.Altered != nil {
		t.Errorf("seals that were made afterwards tell of %+v", r.Altered)
	}
	r := w.verify(seal.Verification{AccountID: account, Known: seal.Known{Number: 10_000, Digest: was.Digest}})
	if r.Altered == nil || r.Altered.SequenceNumber != 10_000 {
		t.Errorf("%+v", r.Altered)
	}
}

// What the policy lets be changed in its place is no alteration, before or after it was sealed.
func TestLawfulChangesLeaveSealsRight(t *testing.T) {
	w := newWorld(t)
	account := w.account(20_000)
	transform := func(number int) {
		w.exec(`INSERT INTO store.transformed_events (account_id, generation, sequence_number, stream_type, payload_item_name, payload_version, payload, release, actor)
			SELECT account_id, generation, sequence_number, stream_type, payload_item_name, payload_version, payload, 'r', 'olga' FROM store.events
			WHERE account_id = $1 AND sequence_number = $2`, account, number)
		w.exec(`UPDATE store.events SET payload_item_name = 'OrderRemarkedEvent', payload = '{"Remark": 1}', payload_version = 2
			WHERE account_id = $1 AND sequence_number = $2`, account, number)
	}
	transform(3)
	w.sealAll(account)
	transform(15_000)
	if r := w.verify(seal.Verification{AccountID: account}); r.Altered != nil || r.Transformed != 2 {
		t.Errorf("%+v %+v", r, r.Altered)
	}
}

// A copy has the digests of what it was copied from; another history has others.
func TestADigestIsOfTheHistoryAndNotOfTheAccount(t *testing.T) {
	w := newWorld(t)
	one, two := w.verify(seal.Verification{AccountID: w.account(100)}), w.verify(seal.Verification{AccountID: w.account(100)})
	if one.Digest != two.Digest {
		t.Error("the same history has two digests")
	}
	// What the documentation says of the encoding, to the byte.
	var c seal.Chain
	w.must(c.Add(&es.Event{SequenceNumber: 1, StreamID: uuid.MustParse("11111111-1111-4111-8111-111111111111"), StreamRevision: 1, StreamType: "Order",
		PayloadItemName: "OrderPlacedEvent", PayloadVersion: 2, Payload: []byte(`{"a":1}`), CommandHash: -1, Actor: "é", CommitTime: time.UnixMicro(1)}))
	if c.Digest.String() != "c30f35dca9671c174059a4ded3a978d90ebe3586fa8b08596bf2c42f5c3eab67" {
		t.Errorf("the digest is %s: seals of all installations would be void", c.Digest)
	}
}

// Two accounts: a projector that is bound to one neither reads nor makes seals of the other.
func TestSealsOfAnotherAccountAreOutOfReach(t *testing.T) {
	w := newWorld(t)
	mine, theirs := w.account(10_000), w.account(10_000)
	w.sealAll(theirs)
	projector := w.db.Pool(t, pg.Projector)
	tx, err := projector.Begin(t.Context())
	w.must(err)
	defer func() { _ = tx.Rollback(context.Background()) }()
	_, err = tx.Exec(t.Context(), "SELECT set_config('polder.account_id', $1, true)", mine.String())
	w.must(err)
	var seen int
	w.must(tx.QueryRow(t.Context(), "SELECT count(*) FROM store.seals WHERE account_id = $1", theirs).Scan(&seen))
	if seen != 0 {
		t.Errorf("%d seals of another account are seen", seen)
	}
	err = seal.Put(t.Context(), tx, theirs, 0, &seal.Seal{Number: 20_000, Checks: make([]byte, 40_000)})
	if err == nil {
		w.must(tx.QueryRow(t.Context(), "SELECT 1").Scan(&seen))
	}
	var made int
	w.must(w.super.QueryRow(t.Context(), "SELECT count(*) FROM store.seals WHERE account_id = $1", theirs).Scan(&made))
	if made != 1 {
		t.Errorf("%d seals, one of them made by another account", made)
	}
}

// Seals are changed and removed by nobody who serves accounts.
func TestSealsAreKept(t *testing.T) {
	w := newWorld(t)
	account := w.account(10_000)
	w.sealAll(account)
	for _, role := range []pg.Role{pg.API, pg.Appender, pg.Projector, pg.Watcher, pg.Admin} {
		for _, sql := range []string{"DELETE FROM store.seals", "UPDATE store.seals SET digest = sha256('')"} {
			if _, err := w.db.Pool(t, role).Exec(t.Context(), sql); pg.Code(err) != "42501" {
				t.Errorf("%s as %s: %v", sql, role, err)
			}
		}
	}
}

// Workers of several processes seal all that there is to seal, each block once.
func TestWorkersSealWhatThereIs(t *testing.T) {
	t.Parallel()
	w := worldOn(t, pgtest.New(t)) // workers seal the accounts of all tests on the database
	accounts := []uuid.UUID{w.account(10_000), w.account(20_500), w.account(500)}
	stores := func() []tenant.Store { return []tenant.Store{{ID: "one"}} }
	for range 2 {
		worker := seal.New(seal.Config{Pools: w, Stores: stores, Rate: 1_000_000, Pause: 10 * time.Millisecond})
		w.must(worker.Start(t.Context()))
		defer worker.Stop()
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		var seals int
		w.must(w.super.QueryRow(t.Context(), "SELECT count(*) FROM store.seals WHERE account_id = ANY ($1)", accounts).Scan(&seals))
		if seals == 3 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d seals", seals)
		}
	}
	for _, account := range accounts {
		if r := w.verify(seal.Verification{AccountID: account}); r.Altered != nil {
			t.Errorf("%+v", r.Altered)
		}
	}
}
