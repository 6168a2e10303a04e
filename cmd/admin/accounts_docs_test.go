package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/pgtest"
)

const accountsGuide = "../../docs/accounts.md"

var shellOrAnswer = regexp.MustCompile("(?ms)^```(sh|)\n(.*?)^```$")

// TestTheGuideOfAccounts runs every command of the guide, and compares the answers that are shown.
func TestTheGuideOfAccounts(t *testing.T) {
	w := newCompany(t)
	other := worldOf(t, pgtest.New(t)) // the database of another store
	w.ok("store", "add", "east", other.location)
	id := w.id("northwind")
	for _, reference := range []string{"a", "b", "c"} {
		w.place(id, uuid.New(), reference)
	}
	folder := filepath.Join(t.TempDir(), "northwind")
	real := strings.NewReplacer("./northwind", folder, "2026-11-20T17:00:00Z", time.Now().UTC().Format(time.RFC3339Nano))
	var last result
	commands, answers := 0, 0
	for _, b := range shellOrAnswer.FindAllStringSubmatch(read(t, accountsGuide), -1) {
		if b[1] == "" {
			answers++
			got := strings.ReplaceAll(last.out, folder, "./northwind")
			if steady(w, got) != steady(w, b[2]) {
				t.Errorf("the guide shows\n%s\nand admin says\n%s", b[2], got)
			}
			continue
		}
		for line := range strings.Lines(b[2]) {
			args, found := strings.CutPrefix(strings.TrimSpace(line), "admin ")
			if !found {
				t.Fatalf("%q is no command of admin", line)
			}
			commands++
			if last = w.run(strings.Fields(real.Replace(args))...); last.code != exitOK {
				t.Fatalf("%s: exit code %d\n%s%s", line, last.code, last.out, last.err)
			}
		}
	}
	if commands < 8 || answers < 5 {
		t.Errorf("only %d commands and %d answers were found: this test is blind", commands, answers)
	}
}

// steady also leaves out how long something took.
func steady(w *world, text string) string { return anyTook.ReplaceAllString(w.steady(text), "TIME") }
