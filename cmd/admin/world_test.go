package main

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
)

// world is an installation of its own, and an operator in front of it.
type world struct {
	*testing.T
	db       *pgtest.Database
	location string
	env      map[string]string
}

// newWorld is a migrated database that no store, model or account was entered into.
func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	return worldOf(t, pgtest.New(t))
}

func worldOf(t *testing.T, db *pgtest.Database) *world {
	u, err := url.Parse(db.URL)
	if err != nil {
		t.Fatal(err)
	}
	u.User = nil
	return &world{T: t, db: db, location: u.String(), env: map[string]string{"POLDER_CATALOG_URL": db.URL, "POLDER_ACTOR": "olga"}}
}

// newCompany is a world with one store, the ERP model, and the account northwind.
func newCompany(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.ok("store", "add", "main", w.location)
	w.ok("model", "publish", "--version", "2026.11.1")
	w.ok("account", "create", "northwind")
	return w
}

// result is what a run of admin left.
type result struct {
	w        *world
	code     int
	out, err string
}

func (w *world) run(args ...string) result {
	w.Helper()
	var out, errs bytes.Buffer
	code := Run(w.Context(), Process{
		Args: args, In: strings.NewReader(""), Out: &out, Err: &errs, Now: time.Now,
		Env: func(name string) string { return w.env[name] },
	})
	return result{w: w, code: code, out: out.String(), err: errs.String()}
}

// ok runs a command that must succeed, and returns its answer.
func (w *world) ok(args ...string) string {
	w.Helper()
	r := w.run(args...)
	if r.code != exitOK {
		w.Fatalf("admin %s: exit code %d\n%s%s", strings.Join(args, " "), r.code, r.out, r.err)
	}
	return r.out
}

// fails runs a command that must end with the code and say all of the texts.
func (w *world) fails(code int, texts []string, args ...string) result {
	w.Helper()
	r := w.run(args...)
	if r.code != code {
		w.Errorf("admin %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), r.code, code, r.out, r.err)
	}
	for _, text := range texts {
		if !strings.Contains(r.err, text) {
			w.Errorf("admin %s says %q, want it to say %q", strings.Join(args, " "), r.err, text)
		}
	}
	return r
}

// decode runs a command with --output json and decodes its answer strictly.
func decode[T any](w *world, args ...string) T {
	w.Helper()
	return decodeText[T](w, w.ok(append(args, "--output", "json")...))
}

func decodeText[T any](w *world, text string) T {
	w.Helper()
	var answer T
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&answer); err != nil {
		w.Fatalf("%v in %s", err, text)
	}
	if decoder.More() {
		w.Fatalf("more than one value in %s", text)
	}
	return answer
}

func (w *world) sql(sql string, args ...any) {
	w.Helper()
	pool, err := pg.Open(w.Context(), pg.Config{URL: w.db.OwnerURL, Role: "polder", Name: "test"})
	if err != nil {
		w.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(w.Context(), sql, args...); err != nil {
		w.Fatalf("%s: %v", sql, err)
	}
}

// place stores one order of the account, as the api would.
func (w *world) place(account, stream uuid.UUID, reference string) {
	w.Helper()
	store := es.New(es.Config{Appender: w.db.Pool(w, pg.Appender), Reader: w.db.Pool(w, pg.API)})
	defer store.Close()
	_, err := store.Append(w.Context(), es.Append{
		AccountID: account, Epoch: 1, CommandID: uuid.New(), Actor: "k1",
		Writes: []es.Write{{StreamID: stream, StreamType: "Order", Expected: es.Any(), Events: []es.NewEvent{{
			PayloadItemName: "OrderPlacedEvent", PayloadVersion: 1, Payload: json.RawMessage(`{"Reference": "` + reference + `"}`),
		}}}},
	})
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) id(account string) uuid.UUID {
	w.Helper()
	return decode[shownAccount](w, "account", "show", account).ID
}

var (
	anyUUID   = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	anyDigest = regexp.MustCompile(`\b[0-9a-f]{12}([0-9a-f]{52})?\b`)
	anyPort   = regexp.MustCompile(`127\.0\.0\.1:\d+`)
	anyAge    = regexp.MustCompile(`just now|\d+ s ago`)
	anyToken  = regexp.MustCompile(`polder_[a-z2-7]{16}_[a-z2-7]{52}`)
	anyKey    = regexp.MustCompile(`\b[a-z2-7]{16}\b`)
	anyTime   = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z`)
	anySpace  = regexp.MustCompile(` {2,}`)
	anyMargin = regexp.MustCompile(`(?m)^ +`)
)

// steady replaces what differs from run to run, and with it the width of columns.
func (w *world) steady(text string) string {
	text = strings.ReplaceAll(text, w.db.Name, "DATABASE")
	for _, known := range []struct {
		any  *regexp.Regexp
		name string
	}{{anyToken, "TOKEN"}, {anyUUID, "UUID"}, {anyTime, "TIME"}, {anyDigest, "DIGEST"}, {anyPort, "HOST:PORT"}, {anyAge, "AGE"}, {anyKey, "KEY"}, {anyMargin, ""}, {anySpace, "  "}} {
		text = known.any.ReplaceAllString(text, known.name)
	}
	return text
}
