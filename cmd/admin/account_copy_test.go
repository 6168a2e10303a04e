package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/lifecycle"
)

// What is refused, and what the audit log says of what is not.
func TestCopiesOfAnAccount(t *testing.T) {
	w := newCompany(t)
	id := w.id("northwind")
	w.place(id, uuid.New(), "a")
	folder := filepath.Join(t.TempDir(), "export")
	w.ok("account", "export", "northwind", "--to", folder)
	w.fails(2, []string{"holds an export already"}, "account", "export", "northwind", "--to", folder)
	w.fails(9, []string{"name northwind exists already"}, "account", "import", folder)
	w.fails(9, []string{"id " + id.String() + " exists already"}, "account", "import", folder, "--name", "other")
	w.fails(2, []string{"--id is a uuid"}, "account", "import", folder, "--id", "x")
	w.fails(2, []string{"no whole export"}, "account", "import", t.TempDir())
	w.fails(5, []string{"no store"}, "account", "clone", "northwind", "other", "--store", "east")
	refused := w.fails(9, []string{"name northwind exists already"}, "account", "clone", "northwind", "northwind")
	if strings.Contains(refused.err, runAgain) {
		t.Errorf("what is refused is to be tried again: %s", refused.err)
	}
	w.fails(2, []string{"has 1 events, and not 2"}, "account", "restore", "northwind", "other", "--sequence", "2")
	w.fails(2, []string{"had no event at that time"}, "account", "restore", "northwind", "other", "--as-of", "2001-01-01T00:00:00Z")
	w.fails(2, []string{"--as-of is a time"}, "account", "restore", "northwind", "other", "--as-of", "friday")
	clone := decode[lifecycle.Copied](w, "account", "clone", "northwind", "clone")
	if clone.Account.ID == id || clone.SequenceNumber != 1 {
		t.Errorf("%+v", clone)
	}
	entries := decode[[]struct {
		ID                           int64
		At, Actor, Action, AccountID string
		Parameters                   map[string]any
		Result                       string
	}](w, "audit", "log", "--limit", "100")
	seen := map[string]int{}
	for _, e := range entries {
		if e.Result == "done" && e.Actor == "olga" {
			seen[e.Action]++
		}
	}
	if seen["account export"] != 1 || seen["account clone"] != 1 {
		t.Errorf("the audit log has %v", seen)
	}
}
