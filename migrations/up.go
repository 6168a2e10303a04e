package migrations

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/golang-migrate/migrate/v4"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
)

const (
	defaultLockTimeout = 2 * time.Second
	defaultAttempts    = 30
	defaultPause       = 5 * time.Second

	// turnTimeout is how long a migration waits for another one of the same schema, and turnPoll how often it looks.
	turnTimeout = 10 * time.Minute
	turnPoll    = 100 * time.Millisecond
	// turnLock is the advisory lock of the catalog's migrations; that of the store's is the next.
	turnLock = 7305796871101
)

// Config says how migrations run. The zero value is how they run in production.
type Config struct {
	Files       fs.FS             // folders catalog and store; nil: those of this binary
	LockTimeout time.Duration     // how long a statement may wait for a lock, and others behind it; zero: 2 s
	Attempts    int               // of a migration that does not get its locks; zero: 30
	Pause       time.Duration     // between two attempts; zero: 5 s
	Progress    func(line string) // told what begins and what waits; nil: nobody is
}

func (c Config) withDefaults() Config {
	if c.Files == nil {
		c.Files = files
	}
	if c.LockTimeout == 0 {
		c.LockTimeout = defaultLockTimeout
	}
	if c.Attempts == 0 {
		c.Attempts = defaultAttempts
	}
	if c.Pause == 0 {
		c.Pause = defaultPause
	}
	if c.Progress == nil {
		c.Progress = func(string) {}
	}
	return c
}

// Up creates the roles where they are missing and applies all outstanding migrations
// of the schema to the database at url. The login must be a member of polder_owner and,
// on a cluster without the roles, be allowed to create them. Running it twice, also at
// once from two processes, changes nothing; run again after a failure it goes on.
//
// A migration that does not get a lock in time steps back, so that nobody queues behind it
// for long, and tries again; the error of the last attempt has SQLSTATE 55P03. A database
// that is newer than the binary is left as it is, or is an *OutsideError when the binary
// cannot work on it.
func (c Config) Up(ctx context.Context, url string, schema Schema) error {
	if err := createRoles(ctx, url); err != nil {
		return fmt.Errorf("roles: %w", err)
	}
	r := &run{Config: c.withDefaults(), schema: schema}
	if err := r.up(ctx, url); err != nil {
		return fmt.Errorf("migrate %s: %w", schema, err)
	}
	return nil
}

// run is a schema being migrated.
type run struct {
	Config
	schema   Schema
	versions []uint    // that there are migrations for
	conn     *pgx.Conn // holds the turn, and runs the migrations
	migrate  *migrate.Migrate
}

func (r *run) up(ctx context.Context, url string) (err error) {
	if r.versions, err = versionsOf(r.Files, r.schema); err != nil {
		return err
	}
	config, err := owner(url, r.LockTimeout)
	if err != nil {
		return err
	}
	if r.conn, err = pgx.ConnectConfig(ctx, config); err != nil {
		return err
	}
	defer r.conn.Close(context.WithoutCancel(ctx))
	if err := r.takeTurn(ctx); err != nil {
		return err
	}
	if r.migrate, err = r.open(ctx, config); err != nil {
		return err
	}
	defer func() {
		sourceErr, targetErr := r.migrate.Close()
		err = errors.Join(err, sourceErr, targetErr)
	}()
	for more := true; more && err == nil; {
		more, err = r.next(ctx)
	}
	return err
}

// takeTurn waits until no other process migrates the schema. It asks again and again instead
// of waiting in a statement: a statement that waits has a snapshot, which the other's
// CREATE INDEX CONCURRENTLY would wait for in turn.
func (r *run) takeTurn(ctx context.Context) error {
	lock := int64(turnLock)
	if r.schema == Store {
		lock++
	}
	waiting, cancel := context.WithTimeout(ctx, turnTimeout)
	defer cancel()
	for {
		var mine bool
		if err := r.conn.QueryRow(waiting, "SELECT pg_try_advisory_lock($1)", lock).Scan(&mine); err != nil || mine {
			return err
		}
		if err := pause(waiting, turnPoll); err != nil {
			return fmt.Errorf("another process migrates the database: %w", err)
		}
	}
}

// next applies the first outstanding migration, and reports whether there may be more.
func (r *run) next(ctx context.Context) (more bool, err error) {
	version, err := r.version(ctx)
	if err != nil {
		return false, err
	}
	if len(r.versions) == 0 || version > r.versions[len(r.versions)-1] {
		window := windowOf(r.schema)
		window.Built = latest(r.Files, r.schema)
		return false, window.Accept(ctx, r.conn)
	}
	next, found := slices.BinarySearch(r.versions, version)
	if found {
		next++
	}
	if next == len(r.versions) {
		return false, nil
	}
	return true, r.insist(ctx, r.versions[next])
}

// version is where the schema is. A concurrent index that was cut off counts as not begun.
func (r *run) version(ctx context.Context) (uint, error) {
	version, dirty, err := r.migrate.Version()
	if errors.Is(err, migrate.ErrNilVersion) {
		return 0, nil
	}
	if err != nil || !dirty {
		return version, err
	}
	index, err := concurrentIndex(r.Files, r.schema, version)
	if err != nil || index == nil {
		return 0, fmt.Errorf("version %d failed half-way; mend what it left, then set dirty to false in polder_migrations.%s: %w",
			version, r.schema, migrate.ErrDirty{Version: int(version)})
	}
	at, _ := slices.BinarySearch(r.versions, version)
	if at == 0 {
		return 0, fmt.Errorf("version %d is the first one and cannot be an index", version)
	}
	r.Progress(fmt.Sprintf("%s: version %d was cut off, its index is made again", r.schema, version))
	return r.versions[at-1], setVersion(ctx, r.conn, r.schema, int(r.versions[at-1]), false)
}

// insist applies the migration, again where it did not get its locks.
func (r *run) insist(ctx context.Context, version uint) error {
	for attempt := 1; ; attempt++ {
		r.Progress(fmt.Sprintf("%s: migrating to version %d", r.schema, version))
		err := r.migrate.Steps(1)
		if err == nil || !lacksLock(err) {
			return err
		}
		if attempt == r.Attempts {
			return fmt.Errorf("version %d did not get its locks in %d attempts; end the transactions that are open for long and run it again: %w",
				version, attempt, err)
		}
		r.Progress(fmt.Sprintf("%s: version %d waits for a lock that others hold, attempt %d of %d in %v",
			r.schema, version, attempt+1, r.Attempts, r.Pause))
		if err := pause(ctx, r.Pause); err != nil {
			return err
		}
		if _, err := r.version(ctx); err != nil {
			return err
		}
	}
}

func lacksLock(err error) bool {
	return pg.Code(err) == pgerrcode.LockNotAvailable || pg.Code(err) == pgerrcode.DeadlockDetected
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
