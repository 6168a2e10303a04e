package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

const (
	coldStreams     = 4000 // many times what one transaction archives, and several times what one takes back
	eventsPerStream = 3
	archiveKills    = 4
)

// cold is an account with many streams, each with more events than what they come to, and the operator who archives them.
type cold struct {
	operator
	account tenant.Account
	client  *client
	builder *pgxpool.Pool
	owner   *pgx.Conn
	streams []uuid.UUID
}

func newCold(t *testing.T) *cold {
	p := newPlatform(t)
	c := &cold{operator: p.operator(t), account: p.account(t, mainStore), builder: p.main.Pool(t, pg.Builder)}
	c.client = p.client(t, c.account)
	const insert = `
	WITH head AS (
	  UPDATE store.account_heads SET sequence_number = sequence_number + $2::int * $3::int, commit_time = now() WHERE account_id = $1
	  RETURNING sequence_number - $2::int * $3::int AS before
	), streams AS (
	  SELECT n, gen_random_uuid() AS id FROM generate_series(1, $2::int) AS n
	), stored AS (
	  INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version, payload,
	    command_id, command_hash, actor, commit_time)
	  SELECT $1, 0, head.before + (r - 1) * $2::int + s.n, s.id, r, 'Person', CASE WHEN r = 1 THEN 'PersonRegisteredEvent' ELSE 'PersonRenamedEvent' END, 1,
	         json_build_object('Name', 'Person ' || s.n || ', ' || r), gen_random_uuid(), 0, 'test', now()
	    FROM head, streams s, generate_series(1, $3::int) AS r
	)
	SELECT id FROM streams`
	var err error
	if c.owner, err = pgx.Connect(t.Context(), p.main.OwnerURL); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.owner.Close(context.Background()) })
	rows, err := c.owner.Query(t.Context(), insert, c.account.ID, coldStreams, eventsPerStream)
	if err == nil {
		c.streams, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	}
	if err != nil {
		t.Fatal(err)
	}
	c.applied()
	return c
}

// The operator who archives streams is killed with SIGKILL amid his work, again and again, while clients write to these streams, and so is the one who
// takes it back: the same command goes on, each state is what its events come to, and a build from states makes the rows that events make.
func TestArchivingWhoseOperatorIsKilled(t *testing.T) {
	c := newCold(t)
	c.killed(archiveKills, func(states int64) int64 { return states }, "--idle", "0s")
	var report []struct{ Streams, Archived, Already, Unfit int64 }
	c.into(&report, c.archive("--idle", "0s")...)
	if r := report[0]; r.Streams != coldStreams || r.Archived+r.Already != coldStreams || r.Archived == 0 || r.Already == 0 || c.states() != coldStreams {
		c.Errorf("%+v, and %d states", r, c.states())
	}
	c.isRight(coldStreams)

	c.slowly(func() { c.killed(1, func(states int64) int64 { return coldStreams - states }, "--undo") })
	before := c.states()
	var undone []struct{ Removed int64 }
	c.into(&undone, c.archive("--undo")...)
	if undone[0].Removed != before || before == 0 || c.states() != 0 {
		c.Errorf("%d of %d were removed, %d are left", undone[0].Removed, before, c.states())
	}
	c.isRight(0)
}

func (c *cold) archive(flags ...string) []string {
	return append([]string{"stream", "archive", "--account", c.account.Name}, flags...)
}

func (c *cold) states() (n int64) {
	c.Helper()
	if err := c.builder.QueryRow(c.Context(), "SELECT count(*) FROM store.archived_streams WHERE account_id = $1", c.account.ID).Scan(&n); err != nil {
		c.Fatal(err)
	}
	return n
}

// slowly has each removal of states take a moment, so that whoever removes them can be met amid it. What a killed operator has
// asked for is done to its end all the same.
func (c *cold) slowly(do func()) {
	c.Helper()
	for _, sql := range []string{
		"CREATE FUNCTION store.take_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$",
		"CREATE TRIGGER slow AFTER DELETE ON store.archived_streams FOR EACH STATEMENT EXECUTE FUNCTION store.take_time()",
	} {
		if _, err := c.owner.Exec(c.Context(), sql); err != nil {
			c.Fatal(err)
		}
	}
	do()
	// It waits for the statement that the killed one has left behind.
	if _, err := c.owner.Exec(c.Context(), "DROP TRIGGER slow ON store.archived_streams"); err != nil {
		c.Fatal(err)
	}
}

// killed runs the command and kills it when it has come further by a part, several times. Work that ends before is blind.
func (c *cold) killed(times int, done func(states int64) int64, flags ...string) {
	c.Helper()
	for kill := range times {
		admin, _, errs := c.command(c.archive(flags...)...)
		wanted := done(c.states()) + 1 + rand.Int64N(coldStreams/(3*archiveKills))
		if err := admin.Start(); err != nil {
			c.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			_ = admin.Wait()
			close(ended)
		}()
		for look := time.NewTicker(time.Millisecond); done(c.states()) < wanted; { // what another process does gives no signal here
			select {
			case <-ended:
				c.Fatalf("it had ended before kill %d: this is blind\n%s", kill, errs)
			case <-look.C:
			}
		}
		_ = admin.Process.Kill()
		<-ended
		if admin.ProcessState.Exited() {
			c.Fatalf("it had ended at kill %d: %v\n%s", kill, admin.ProcessState, errs)
		}
		c.Logf("figure: killed at %d of %d streams", done(c.states()), coldStreams)
		for range 20 { // to streams that are archived, and others
			stream := c.streams[rand.IntN(len(c.streams))]
			c.client.command(`{"RenamePersonCommand": {"PersonId": %q, "Name": %q}}`, stream, fmt.Sprintf("Renamed %d %s", kill, uuid.NewString()[:8]))
		}
	}
}

// applied waits until the projector has applied all events: a build reads states of what its rows are to have.
func (c *cold) applied() {
	c.Helper()
	eventually(c.T, "all events are applied", func() (all bool) {
		const sql = "SELECT l.sequence_number = h.sequence_number FROM store.live_cursors l JOIN store.account_heads h USING (account_id) WHERE account_id = $1"
		if err := c.builder.QueryRow(c.Context(), sql, c.account.ID).Scan(&all); err != nil {
			c.Fatal(err)
		}
		return all
	})
}

// isRight holds that as many states are compared with their events, that a build reads them, and that its rows are those of a fold.
func (c *cold) isRight(states int64) {
	c.Helper()
	var verified struct{ Archived struct{ Streams int64 } }
	c.into(&verified, "account", "verify", c.account.Name) // fails when a state is wrong
	c.applied()
	var built []struct {
		Live       bool
		StatesRead int64
	}
	c.into(&built, "projection", "build", "People", "--account", c.account.Name)
	if verified.Archived.Streams != states || len(built) != 1 || !built[0].Live || built[0].StatesRead != states {
		c.Errorf("%d states are compared and %+v, want %d", verified.Archived.Streams, built, states)
	}
	c.ok("projection", "verify", "--account", c.account.Name) // fails when a row is wrong
}
