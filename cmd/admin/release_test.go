package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model/diff"
	"github.com/polderhq/polder/internal/tenant"
)

// notes is a small model of its own, which the tests publish and change.
const notes = `entity: Note
attributes: {Title: {type: text, max: 20, optional: true}, Body: text}
commands:
  WriteNoteCommand: {input: [Title, Body], raises: NoteWrittenEvent}
projections:
  Notes: {columns: [Body]}
`

// folder is a model of the file.
func (w *world) folder(note string) string {
	w.Helper()
	dir := w.TempDir()
	write(w.T, dir+"/model.yaml", "name: notes\ncurrency: EUR\n")
	write(w.T, dir+"/crm/Note.yaml", note)
	return dir
}

func replaced(t *testing.T, old, text string) string {
	t.Helper()
	if !strings.Contains(notes, old) {
		t.Fatalf("the model has no %q", old)
	}
	return strings.ReplaceAll(notes, old, text)
}

// newNotes is a world with the small model published, and an account on it.
func newNotes(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.ok("store", "add", "main", w.location)
	w.ok("model", "publish", w.folder(notes), "--version", "1")
	w.ok("account", "create", "northwind")
	return w
}

func TestReleasesAreShown(t *testing.T) {
	w := newNotes(t)
	w.expect(w.ok("release", "list"), "RELEASE  DIGEST  PUBLISHED  BY  WITHDRAWN", "1  DIGEST  AGE  olga  -")
	w.expect(w.ok("release", "show", "1"), "release  1", "digest  DIGEST", "published  AGE, by olga", "withdrawn  -",
		"model  notes: 1 streams, 1 commands, 1 events, 1 projections, 1 queries", "changes  -", "accounts  northwind")
	shown := decode[shownRelease](w, "release", "show", "1")
	if shown.Events != 1 || !slices.Equal(shown.Accounts, []string{"northwind"}) || len(shown.Changes) != 0 {
		t.Errorf("shown: %+v", shown)
	}
	w.fails(5, []string{`no release "7"`, "admin release list"}, "release", "show", "7")
	w.fails(2, []string{"missing VERSION"}, "release", "show")
}

func TestReleasesAreCompared(t *testing.T) {
	w := newNotes(t)
	w.place(w.id("northwind"), uuid.New(), "first")
	w.sql("UPDATE store.events SET stream_type = 'Note', payload_item_name = 'NoteWrittenEvent'")
	grown := w.folder(replaced(t, "[Body]}\n", "[Body, Title]}\n"))
	w.expect(w.ok("release", "diff", "1", grown, "--account", "northwind"),
		"MINOR  ACTION  FLAGS  WHERE",
		"projection Notes is kept otherwise  build Notes  -  models/notes/crm/Note.yaml:6",
		"query GetNotes can be narrowed by Title too  swap  -  models/notes/crm/Note.yaml:1",
		"query GetNotes shows Title too  swap  -  models/notes/crm/Note.yaml:6",
		"",
		"TABLE TO BUILD  FINGERPRINT  FROM  EVENTS TO READ",
		"Notes  DIGEST  the rows of DIGEST; new: Title, of NoteWrittenEvent  1")
	found := decode[compared](w, "release", "diff", "1", grown, "--account", "northwind")
	if found.Class != diff.Minor || len(found.Tables) != 1 || !found.Tables[0].Seeded || found.Account.Reads[0].Events != 1 {
		t.Errorf("found %+v, %+v", found, found.Account)
	}
	if !strings.Contains(w.ok("release", "diff", "1", "1"), "Nothing differs") {
		t.Error("a release differs from itself")
	}
	w.ok("model", "publish", grown, "--version", "2")
	if found := decode[compared](w, "release", "diff", "1", "2"); len(found.Changes) != 3 || found.Account != nil {
		t.Errorf("of two published ones: %+v", found)
	}
	w.fails(5, []string{`no release "3"`}, "release", "diff", "1", "3")
	w.fails(5, []string{`no account "southwind"`}, "release", "diff", "1", "2", "--account", "southwind")
	w.fails(9, []string{"1 problem"}, "release", "diff", "1", w.folder("entity: Note\nattributes: {Body: txt}\n"))
	w.fails(2, []string{"missing B"}, "release", "diff", "1")
}

func TestWhatIsNotDeclaredIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	w := newNotes(t)
	renamed := w.folder(replaced(t, "Title", "Heading"))
	r := w.fails(9, []string{"cannot follow 1: 1 change to declare"}, "release", "diff", "1", renamed)
	for _, line := range []string{
		"REFUSED  Title of NoteWrittenEvent is gone  (models/notes/crm/Note.yaml:4)",
		"  add to models/notes/changes/<version>.yaml:",
		"    - delete attribute: {of: NoteWrittenEvent, attribute: Title, type: {type: text, optional: true}}",
		"    - update attribute: {of: NoteWrittenEvent, attribute: Title, to: Heading}",
	} {
		if !strings.Contains(r.out, line+"\n") {
			t.Errorf("the diff does not say %q:\n%s", line, r.out)
		}
	}
	found := decodeText[compared](w, w.run("release", "diff", "1", renamed, "-o", "json").out)
	if found.Class != diff.Major || len(found.Refusals) != 1 || len(found.Refusals[0].Lines) != 2 {
		t.Errorf("as JSON: %+v", found)
	}
	tables := tablesOf(w)
	w.fails(9, []string{"2 cannot follow 1", "add to models/notes/changes/2.yaml", "admin release diff 1 FOLDER"},
		"model", "publish", renamed, "--version", "2")
	if releases := decode[[]tenant.Release](w, "release", "list"); len(releases) != 1 || !slices.Equal(tablesOf(w), tables) {
		t.Errorf("it was published: %+v, tables %v", releases, tablesOf(w))
	}
}

func TestAReleaseFollowsTheNewestOfItsModel(t *testing.T) {
	w := newNotes(t)
	other := strings.Replace(notes, "entity: Note\n", "entity: Note\nlabel: A note\n", 1)
	other = strings.Replace(other, "commands:\n", "commands:\n  RateNoteCommand: {input: {Body: ~, Stars: int}, raises: NoteRatedEvent}\n", 1)
	w.ok("model", "publish", w.folder(other), "--version", "2")
	w.fails(9, []string{"3 cannot follow 2"}, "model", "publish", w.folder(strings.Replace(notes, "max: 20", "max: 30", 1)), "--version", "3")
	w.ok("model", "publish", w.folder(notes)) // what is published already stays so
	w.ok("model", "publish", "--version", "erp-1")
}
