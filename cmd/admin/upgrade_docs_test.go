package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/tenant"
)

const guide = "../../docs/upgrades.md"

var (
	// step is a block of the guide, or a comment that says what happened between two blocks.
	step     = regexp.MustCompile("(?ms)^```(yaml|sh|)\n(.*?)^```$|^<!-- (stored|account): (.*?) -->$")
	wantCode = regexp.MustCompile(`^admin (.*?)(?: +# exit code (\d+))?$`)
	anyTook  = regexp.MustCompile(`\d+(\.\d+)? (ms|s|min)\b`)
)

// follower does what the guide says, one step after another.
type follower struct {
	*world
	folder string        // of the model
	heads  *notify.Topic // that the projector follows
	last   result
}

// TestTheGuideOfUpgrades runs every block of the guide: files are written, commands run, and their
// answers compared with those that are shown.
func TestTheGuideOfUpgrades(t *testing.T) {
	w := newWorld(t)
	w.ok("store", "add", "main", w.location)
	f := &follower{world: w, folder: t.TempDir(), heads: w.project()}
	write(t, f.folder+"/model.yaml", "name: notes\ncurrency: EUR\n")
	commands := 0
	for _, s := range step.FindAllStringSubmatch(read(t, guide), -1) {
		kind, text, happening, what := s[1], s[2], s[3], s[4]
		switch {
		case happening == "stored":
			f.stored(what)
		case happening == "account":
			name, release, _ := strings.Cut(what, " ")
			w.ok("account", "create", name, "--release", release)
		case kind == "yaml":
			f.file(text)
		case kind == "sh":
			for line := range strings.Lines(text) {
				f.follow(strings.TrimSpace(line))
				commands++
			}
		default:
			f.said(text)
		}
	}
	if commands < 25 {
		t.Errorf("only %d commands were found: this test is blind", commands)
	}
}

// stored stores an event of the account; its version is 1 where nothing else is said.
func (f *follower) stored(what string) {
	f.Helper()
	account, payload, _ := strings.Cut(what, " ")
	account, version, _ := strings.Cut(account, "/")
	n, _ := strconv.Atoi(version)
	f.note(account, max(n, 1), payload)
	f.applied(f.id(account))
}

// project runs a projector, which looks at an account when it is told to.
func (w *world) project() *notify.Topic {
	w.Helper()
	catalog := w.db.Pool(w, pg.Projector)
	directory := tenant.NewDirectory(tenant.DirectoryConfig{Pool: catalog})
	pools := tenant.NewPools(directory, tenant.PoolsConfig{Login: pgtest.Login, Name: "test", Max: map[pg.Role]int32{pg.Projector: 4}})
	heads := notify.NewTopic()
	projector := projection.New(projection.Config{Pools: pools, Accounts: directory, Releases: release.New(catalog), Heads: heads, Applied: notify.NewTopic()})
	for _, start := range []func(context.Context) error{directory.Start, projector.Start} {
		if err := start(w.Context()); err != nil {
			w.Fatal(err)
		}
	}
	w.Cleanup(func() { projector.Stop(); directory.Stop(); pools.Close() })
	return heads
}

// applied waits until the projector is where the account is, or knows that it cannot go on.
func (f *follower) applied(account uuid.UUID) {
	f.Helper()
	pool := f.db.Pool(f, pg.Admin)
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		var at, head int64
		err := pool.QueryRow(f.Context(), "SELECT c.sequence_number, h.sequence_number FROM store.live_cursors c JOIN store.account_heads h USING (account_id) WHERE account_id = $1",
			account).Scan(&at, &head)
		if err != nil {
			f.Fatal(err)
		}
		if at == head {
			return
		}
		f.heads.Publish(notify.Signal{AccountID: account, SequenceNumber: head})
	}
	f.Fatal("the projector does not come to an end")
}

// file writes a block to the file that its first line names.
func (f *follower) file(text string) {
	f.Helper()
	head, body, _ := strings.Cut(text, "\n")
	name, found := strings.CutPrefix(head, "# notes: ")
	if !found {
		f.Fatalf("%q names no file", head)
	}
	path := filepath.Join(f.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		f.Fatal(err)
	}
	write(f.T, path, body)
}

// follow runs a command. The next wave is let in at once.
func (f *follower) follow(line string) {
	f.Helper()
	match := wantCode.FindStringSubmatch(line)
	if match == nil {
		f.Fatalf("%q is no command of admin", line)
	}
	args := strings.Fields(strings.NewReplacer("./notes", f.folder, "--settle 15m", "--settle 0s").Replace(match[1]))
	want, _ := strconv.Atoi(match[2])
	if f.last = f.run(args...); f.last.code != want {
		f.Fatalf("%s: exit code %d, want %d\n%s%s", line, f.last.code, want, f.last.out, f.last.err)
	}
}

// said compares what the last command has said with a block.
func (f *follower) said(want string) {
	f.Helper()
	steady := func(text string) string {
		return strings.TrimSpace(anyTook.ReplaceAllString(f.steady(text), "TIME"))
	}
	got := f.last.out
	if f.last.code != exitOK {
		got += f.last.err
	}
	if steady(got) != steady(want) {
		f.Errorf("the guide shows\n%s\nand admin says\n%s", want, got)
	}
}
