package main

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/upgrade"
)

// newRenamed is a world with an account that has a note, and a release in which notes have a
// subject in place of a title.
func newRenamed(t *testing.T) *world {
	t.Helper()
	w := newNotes(t)
	w.note("northwind", 1, `{"Title": "first", "Body": "x"}`)
	next := w.folder(strings.ReplaceAll(replaced(t, "{columns: [Body]}", "{columns: [Title, Body]}"), "Title", "Subject"))
	write(t, next+"/changes/2.yaml", "- update attribute: {of: NoteWrittenEvent, attribute: Title, to: Subject}\n")
	w.ok("model", "publish", next, "--version", "2")
	return w
}

// note stores an event of a stream of its own.
func (w *world) note(account string, version int, payload string) {
	w.Helper()
	w.sql(`WITH head AS (UPDATE store.account_heads SET sequence_number = sequence_number + 1 WHERE account_id = $1 RETURNING sequence_number)
		INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version,
			payload, command_id, command_hash, actor, commit_time)
		SELECT $1, 0, sequence_number, $2, 1, 'Note', 'NoteWrittenEvent', $3, $4, $2, 1, 'test', now() FROM head`,
		w.id(account), uuid.New(), version, payload)
}

func TestAnUpgradeThereAndBack(t *testing.T) {
	w := newRenamed(t)
	plan := decode[upgrade.Plan](w, "upgrade", "plan", "--to", "2", "--all")
	if plan.ID != "2-1" || plan.Events != 1 || plan.EventsToRead != 1 || plan.Tables != 1 || len(plan.Waves) != 1 || plan.Routes[0].Back == "" {
		t.Errorf("plan: %+v", plan)
	}
	w.expect(w.ok("upgrade", "status"), "UPGRADE  TO  STATE  WAVE  PLANNED", "2-1  2  planned  1 of 1  AGE, by olga")
	text := w.ok("upgrade", "run", "2-1", "--settle", "0s")
	for _, want := range []string{"upgrade 2-1 to 2: grace", "1 table built", "appends waited"} {
		if !strings.Contains(text, want) {
			t.Errorf("the run tells\n%s\nwithout %q", text, want)
		}
	}
	w.expect(w.ok("account", "list"), "ACCOUNT  ID  STATE  STORE  RELEASE  BUDGET  CREATED", "northwind  UUID  active  main  2  default  AGE")
	w.note("northwind", 2, `{"Subject": "second", "Body": "y"}`)
	w.ok("upgrade", "throttle", "2-1", "--events", "100")
	w.ok("upgrade", "rollback", "2-1")
	w.expect(w.ok("event", "decode", "--account", "northwind", "--release", "1-after-2"), "ACCOUNT  EVENT  VERSION  EVENTS  READ",
		"northwind  Note.NoteWrittenEvent  1  1  upcast", "northwind  Note.NoteWrittenEvent  2  1  upcast")

	w.ok("upgrade", "plan", "--to", "2", "--account", "northwind", "--canary", "northwind")
	w.ok("upgrade", "run", "2-2")
	w.ok("upgrade", "contract", "2-2", "--yes")
	report := decode[upgradeShown](w, "upgrade", "report", "2-2")
	if report.State != upgrade.Done || report.Summary.States[upgrade.Contracted] != 1 || report.Summary.Tables != 1 {
		t.Errorf("report: %+v", report)
	}
	w.fails(6, []string{"is done"}, "upgrade", "rollback", "2-2")
}

func TestWhatBlocksAnUpgrade(t *testing.T) {
	w := newRenamed(t)
	w.note("northwind", 1, `{"Title": 7, "Body": "x"}`)
	w.fails(9, []string{"account northwind", "1 of 2 NoteWrittenEvent (version 1) cannot be read, the first is event 2"}, "upgrade", "plan", "--to", "2", "--all")
	w.expect(w.ok("upgrade", "status"), "No upgrade was planned yet: admin upgrade plan.")
	w.fails(9, []string{"1 event cannot be read"}, "event", "decode", "--all")
}

func TestUpgradesThatCannotBe(t *testing.T) {
	w := newRenamed(t)
	for _, test := range []struct {
		code int
		text string
		args []string
	}{
		{2, "--account NAME, or --all", []string{"plan", "--to", "2"}},
		{2, `"0" is no wave`, []string{"plan", "--to", "2", "--all", "--waves", "0,10"}},
		{5, `no release "9"`, []string{"plan", "--to", "9", "--all"}},
		{5, `no account "southwind"`, []string{"plan", "--to", "2", "--account", "southwind"}},
		{5, `There is no upgrade "2-1"`, []string{"run", "2-1"}},
		{5, `There is no upgrade "2-1"`, []string{"status", "2-1"}},
		{5, `There is no upgrade "2-1"`, []string{"pause", "2-1"}},
		{5, `There is no upgrade "2-1"`, []string{"throttle", "2-1", "--events", "5"}},
	} {
		w.fails(test.code, []string{test.text}, append([]string{"upgrade"}, test.args...)...)
	}
	w.ok("upgrade", "plan", "--to", "2", "--all")
	w.fails(6, []string{"Upgrade 2-1 is planned"}, "upgrade", "pause", "2-1")
	w.fails(6, []string{"Upgrade 2-1 is planned"}, "upgrade", "contract", "2-1", "--yes")
}

func TestEventsInPlace(t *testing.T) {
	w := newRenamed(t)
	w.expect(w.ok("account", "policy", "northwind"), "account  northwind", "stored events  strict", "closed until  -")
	w.ok("upgrade", "plan", "--to", "2", "--all")
	w.ok("upgrade", "run", "2-1")
	w.fails(2, []string{"--yes"}, "event", "transform", "--account", "northwind")
	w.expect(w.ok("event", "transform", "--account", "northwind", "--dry-run"), "events  1", "transformed  0", "closed by the policy  1", "read as none or several  0")
	w.fails(4, []string{"policy is strict", "admin account policy northwind"}, "event", "transform", "--account", "northwind", "--yes")
	w.fails(2, []string{"cut-off names the moment"}, "account", "policy", "northwind", "cut-off", "--yes")
	w.expect(w.ok("account", "policy", "northwind", "cut-off", "--until", "2020-01-01T00:00:00Z", "--yes"),
		"account  northwind", "stored events  cut-off", "closed until  2020-01-01T00:00:00Z")
	w.expect(w.ok("event", "transform", "--account", "northwind", "--yes"), "events  1", "transformed  1", "closed by the policy  0", "read as none or several  0")
	w.expect(w.ok("event", "decode", "--account", "northwind", "--release", "2"), "ACCOUNT  EVENT  VERSION  EVENTS  READ", "northwind  Note.NoteWrittenEvent  2  1  as stored")
}
