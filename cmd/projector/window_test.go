package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/migrations"
	"github.com/polderhq/polder/test/binaries"
)

// later are the files of a release that has the given migrations of the store after those of this one.
func later(t *testing.T, further ...string) fs.FS {
	t.Helper()
	files, root := fstest.MapFS{}, "../../migrations"
	paths, err := filepath.Glob(root + "/*/*.up.sql")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[strings.TrimPrefix(path, root+"/")] = &fstest.MapFile{Data: text}
	}
	for i, sql := range further {
		name := fmt.Sprintf("store/%06d_later.up.sql", int(migrations.Windows{}.Of(migrations.Store).Built)+i+1)
		files[name] = &fstest.MapFile{Data: []byte(sql)}
	}
	return files
}

func migrate(t *testing.T, db *pgtest.Database, further ...string) {
	t.Helper()
	if err := (migrations.Config{Files: later(t, further...)}).Up(t.Context(), db.OwnerURL, migrations.Store); err != nil {
		t.Fatal(err)
	}
}

// runsAs runs a projector in this process that takes itself for one with the window.
func (w *world) runsAs(t *testing.T, window migrations.Window) (stop func() error) {
	t.Helper()
	_, stop = w.runWith(t, func(c *Config) { c.Windows = migrations.WindowsOf(migrations.Window{}, window) })
	return stop
}

// A release adds a column, and the next takes away what the release before used: at no time
// does a projector of the one keep one of the other from its work.
func TestProjectorsOfTwoReleasesWorkSideBySide(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.account(t)
	applies := func(who string) {
		t.Helper()
		last := w.Append(t, account, orders(2)...)
		waitFor(t, "the events to be applied by "+who, func() bool { return w.cursor(t, account) == last })
	}
	n := migrations.Windows{}.Of(migrations.Store).Built
	expand := "ALTER TABLE store.account_heads ADD COLUMN later text"
	contract := fmt.Sprintf("UPDATE store.schema_compatibility SET compatible_down_to = %d", n+1)

	older := w.start(t)
	stopNewer := w.runsAs(t, migrations.Window{Schema: migrations.Store, Built: n + 1, Oldest: n})
	applies("both, before the migration")
	migrate(t, w.DB, expand)
	applies("both, after it")
	if err := stopNewer(); err != nil {
		t.Fatal(err)
	}
	applies("the older, which runs on")
	older.signal(t, syscall.SIGKILL)
	<-older.ended
	again := w.start(t)
	applies("the older, started on the newer schema")
	again.signal(t, syscall.SIGKILL)
	<-again.ended

	migrate(t, w.DB, expand, contract)
	w.refuses(t, fmt.Sprintf("is at version %d, which takes binaries of version %d at least", n+2, n+1))
	stopNewer = w.runsAs(t, migrations.Window{Schema: migrations.Store, Built: n + 1, Oldest: n})
	applies("the newer, after the contraction")
	if err := stopNewer(); err != nil {
		t.Error(err)
	}
}

// refuses starts the binary, which must end and say why.
func (w *world) refuses(t *testing.T, says string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // or it would run for good
	defer cancel()
	command := exec.CommandContext(ctx, binaries.Path(t, "projector"))
	command.Env = []string{"POLDER_CATALOG_URL=" + w.DB.URL, "POLDER_LISTEN=127.0.0.1:0"}
	if said, err := command.CombinedOutput(); err == nil || !strings.Contains(string(said), says) {
		t.Errorf("it ended with %v and said\n%s\nwant %q", err, said, says)
	}
}

func TestAnOlderDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	older := func(s migrations.Schema) string {
		return fmt.Sprintf("UPDATE polder_migrations.%s SET version = %d", s, migrations.Windows{}.Of(s).Oldest-1)
	}
	now := fmt.Sprintf("UPDATE polder_migrations.catalog SET version = %d", migrations.Windows{}.Of(migrations.Catalog).Built)
	w.Exec(t, older(migrations.Catalog))
	w.refuses(t, "run admin migrate up of this binary's release")
	w.Exec(t, now)
	w.Exec(t, older(migrations.Store))
	w.refuses(t, "store one: the schema store is at version")
}
