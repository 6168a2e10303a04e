package e2e_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/tenant"
)

const (
	eventsBefore = 10_500 // the moment that is restored, and more than one seal's
	eventsAfter  = 1_500
	killsMost    = 3 // of one command, at moments that nobody chose
)

// wholeAccounts is an account with a long history, and the operator who works on it and is killed.
type wholeAccounts struct {
	operator
	*platform
	source  tenant.Account
	moment  string // after eventsBefore
	digest  string // of the source
	events  int64  // of the source
	was     string // digest at the moment
	folder  string // with an export of the source
	receipt ed25519.PublicKey
	random  *mathrand.Rand
}

// TestWorksOnAccountsWhoseOperatorIsKilled kills the real admin at moments that nobody chose, again and again: the same command
// then goes on, and in the end all is as if nothing had happened.
func TestWorksOnAccountsWhoseOperatorIsKilled(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	w := newWholeAccounts(t, seed)
	for _, of := range []killedWork{
		{"import", (*wholeAccounts).importing, (*wholeAccounts).isTheSource},
		{"clone", (*wholeAccounts).cloning, (*wholeAccounts).isTheSource},
		{"restore", (*wholeAccounts).restoring, (*wholeAccounts).isTheMoment},
		{"erase", (*wholeAccounts).erasing, (*wholeAccounts).isErased},
	} {
		t.Run(of.name, func(t *testing.T) { w.on(t).survives(of) })
	}
	t.Run("a move in its hand-over", func(t *testing.T) { w.on(t).moveInItsHandOver() })
}

// on is the same for a part of the test.
func (w *wholeAccounts) on(t *testing.T) *wholeAccounts {
	part := *w
	part.operator.T = t
	return &part
}

func newWholeAccounts(t *testing.T, seed uint64) *wholeAccounts {
	p := newPlatform(t)
	w := &wholeAccounts{operator: p.operator(t), platform: p, source: p.account(t, mainStore), folder: filepath.Join(t.TempDir(), "export"),
		random: mathrand.New(mathrand.NewPCG(seed, 0))}
	w.source = w.accountOf(w.source.Name) // with its limits
	w.happens(eventsBefore)
	if err := w.admin[mainStore].QueryRow(t.Context(), "SELECT to_char(max(commit_time) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM store.events WHERE account_id = $1",
		w.source.ID).Scan(&w.moment); err != nil {
		t.Fatal(err)
	}
	c := p.client(t, w.source)
	_, customer := c.customer("Linus Torvalds", "1000")
	for range 3 { // so that there are guards
		c.command(`{"ConfirmOrderCommand": {"OrderId": %q}}`, c.order(customer, "60").Streams[0].StreamID)
	}
	w.happens(eventsAfter)
	w.ok("account", "export", w.source.Name, "--to", w.folder)
	w.digest = w.verified(w.source.Name)
	w.ok("account", "restore", w.source.Name, "was", "--as-of", w.moment)
	w.was = w.verified("was")
	w.operator.env = append(w.operator.env, "POLDER_RECEIPT_KEY_FILE="+w.signingKey())
	return w
}

// happens stores events of the source, as many commands would.
func (w *wholeAccounts) happens(events int) {
	w.Helper()
	const insert = `
	WITH head AS (
	  UPDATE store.account_heads SET sequence_number = sequence_number + $2, commit_time = now() WHERE account_id = $1
	  RETURNING sequence_number - $2 AS before
	)
	INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version, payload,
	  command_id, command_hash, actor, commit_time)
	SELECT $1, 0, head.before + n, gen_random_uuid(), 1, 'Person', 'PersonRegisteredEvent', 1, json_build_object('Name', 'Person ' || n), gen_random_uuid(), 0, 'test', now()
	  FROM head, generate_series(1, $2) AS n`
	conn, err := pgx.Connect(w.Context(), w.main.OwnerURL)
	if err != nil {
		w.Fatal(err)
	}
	defer conn.Close(w.Context())
	if _, err := conn.Exec(w.Context(), insert, w.source.ID, events); err != nil {
		w.Fatal(err)
	}
}

// signingKey is a file with a key that signs receipts.
func (w *wholeAccounts) signingKey() string {
	w.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		w.Fatal(err)
	}
	w.receipt = public
	path := filepath.Join(w.TempDir(), "receipts.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		w.Fatal(err)
	}
	return path
}

// verified returns the digest of an account in which nothing was altered.
func (w *wholeAccounts) verified(name string) string {
	w.Helper()
	var report struct {
		Digest         string
		Sealed, Events int64
	}
	w.into(&report, "account", "verify", name)       // fails where something was altered
	if report.Sealed == 0 && name != w.source.Name { // of the source, the projector seals it in its own time
		w.Errorf("account %s has no seal", name)
	}
	if name == w.source.Name {
		w.events = report.Events
	}
	return report.Digest
}

// victim is one account that is made or erased.
type victim struct {
	name string
	id   uuid.UUID // zero: it is not known before
	args []string  // of the command
}

// killedWork is a command that is killed, and what has to hold when it has ended at last.
type killedWork struct {
	name  string
	begin func(w *wholeAccounts, victim string) victim
	holds func(w *wholeAccounts, v victim)
}

// survives does the work once undisturbed, which tells how long it takes; then it is killed in the middle of it, and at other moments.
func (w *wholeAccounts) survives(of killedWork) {
	undisturbed := of.begin(w, "quiet")
	began := time.Now()
	w.ok(undisturbed.args...)
	whole := time.Since(began)
	of.holds(w, undisturbed)
	v := of.begin(w, "killed")
	part := 1 + w.random.Int64N(eventsBefore/3)
	if !w.killed(v, func() bool { return w.eventsMoved(v) >= part }) {
		w.Fatal("it had ended before it was killed: this is blind")
	}
	var delays []time.Duration
	for range killsMost {
		w.nobodySeesAPart(v, of)
		delay := time.Duration(w.random.Int64N(int64(whole) / 2)) // it goes on each time, so it comes further
		began := time.Now()
		if !w.killed(v, func() bool { return time.Since(began) >= delay }) {
			break // it had ended
		}
		delays = append(delays, delay.Round(time.Millisecond))
	}
	w.goesOn(v)
	of.holds(w, v)
	w.Logf("figure: killed at event %d, then after %v; undisturbed it takes %v", part, delays, whole.Round(time.Millisecond))
}

// eventsMoved are how many events of the victim were copied so far, or removed.
func (w *wholeAccounts) eventsMoved(v victim) (events int64) {
	w.Helper()
	id := v.id
	if id == uuid.Nil {
		err := w.admin[mainStore].QueryRow(w.Context(), "SELECT account_id FROM catalog.account_works WHERE parameters ->> 'name' = $1", v.name).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			return 0
		} else if err != nil {
			w.Fatal(err)
		}
	}
	for _, admin := range w.admin {
		var here int64
		if err := admin.QueryRow(w.Context(), "SELECT count(*) FROM store.events WHERE account_id = $1", id).Scan(&here); err != nil {
			w.Fatal(err)
		}
		events += here
	}
	if v.args[1] == "erase" {
		return w.events - events
	}
	return events
}

// killed runs the command until the moment, and kills it; false when it had ended by itself.
func (w *wholeAccounts) killed(v victim, now func() bool) bool {
	w.Helper()
	admin, _, errs := w.command(v.args...)
	if err := admin.Start(); err != nil {
		w.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = admin.Wait()
		close(ended)
	}()
	for look := time.NewTicker(time.Millisecond); !now(); { // what another process does gives no signal here
		select {
		case <-ended:
			look.Stop()
			if !admin.ProcessState.Success() {
				w.wasWhole(v, admin, errs)
			}
			return false
		case <-look.C:
		}
	}
	_ = admin.Process.Kill()
	<-ended
	return !admin.ProcessState.Exited()
}

// goesOn runs the command again, to its end.
func (w *wholeAccounts) goesOn(v victim) {
	w.Helper()
	admin, _, errs := w.command(v.args...)
	if err := admin.Run(); err != nil {
		w.wasWhole(v, admin, errs)
	}
}

// wasWhole accepts one failure: a copy that was whole when its operator was killed is refused as being there.
func (w *wholeAccounts) wasWhole(v victim, admin *exec.Cmd, errs *bytes.Buffer) {
	w.Helper()
	_, err := w.catalog.AccountByName(w.Context(), v.name)
	if admin.ProcessState.ExitCode() != 9 || !strings.Contains(errs.String(), "exists already") || err != nil {
		w.Fatalf("admin %v: %v\n%s", v.args, admin.ProcessState, errs)
	}
}

// nobodySeesAPart holds that an account that can be seen is whole.
func (w *wholeAccounts) nobodySeesAPart(v victim, of killedWork) {
	w.Helper()
	account, err := w.catalog.AccountByName(w.Context(), v.name)
	if err == nil && account.State == tenant.Active && v.args[1] != "erase" {
		of.holds(w, v)
	} else if err != nil && !fault.Is(err, fault.NotFound) {
		w.Fatal(err)
	}
}

func (w *wholeAccounts) importing(name string) victim {
	v := victim{name: "imported-" + name, id: uuid.New()}
	v.args = []string{"account", "import", w.folder, "--store", otherStore, "--name", v.name, "--id", v.id.String()}
	return v
}

func (w *wholeAccounts) cloning(name string) victim {
	v := victim{name: "cloned-" + name}
	v.args = []string{"account", "clone", w.source.Name, v.name, "--store", otherStore}
	return v
}

func (w *wholeAccounts) restoring(name string) victim {
	v := victim{name: "restored-" + name}
	v.args = []string{"account", "restore", w.source.Name, v.name, "--as-of", w.moment}
	return v
}

func (w *wholeAccounts) erasing(name string) victim {
	v := victim{name: "erased-" + name, id: uuid.New()}
	w.ok("account", "clone", w.source.Name, v.name, "--id", v.id.String())
	v.args = []string{"account", "erase", v.id.String(), "--yes", "--receipt", filepath.Join(w.TempDir(), "receipt.json")}
	return v
}

func (w *wholeAccounts) isTheSource(v victim) {
	w.Helper()
	w.isWhole(v, w.digest)
	copied, err := w.catalog.AccountByName(w.Context(), v.name)
	if err != nil {
		w.Fatal(err)
	}
	got, rows := guards(w.T, w.stores(copied.StoreID).Pool(w.T, pg.Builder), copied.ID)
	want, _ := guards(w.T, w.main.Pool(w.T, pg.Builder), w.source.ID)
	if got != want || rows < 2 {
		w.Errorf("the guards of %s are %s, and those of the source %s", v.name, got, want)
	}
}

func (w *wholeAccounts) isTheMoment(v victim) {
	w.Helper()
	w.isWhole(v, w.was)
}

// isWhole holds that the account has the history, the rows that follow from it, one head, and nothing that is under way.
func (w *wholeAccounts) isWhole(v victim, digest string) {
	w.Helper()
	if is := w.verified(v.name); is != digest {
		w.Errorf("the digest of %s is %s, want %s", v.name, is, digest)
	}
	w.ok("projection", "verify", "--account", v.name) // fails when a row is wrong
	account, err := w.catalog.AccountByName(w.Context(), v.name)
	if err != nil {
		w.Fatal(err)
	}
	heads := 0
	for store, admin := range w.admin {
		var here int
		if err := admin.QueryRow(w.Context(), "SELECT count(*) FROM store.account_heads WHERE account_id = $1", account.ID).Scan(&here); err != nil {
			w.Fatal(err)
		}
		if heads += here; here > 0 && store != account.StoreID {
			w.Errorf("account %s is on store %s, and has a head on %s", v.name, account.StoreID, store)
		}
	}
	if heads != 1 || account.Limits != w.source.Limits {
		w.Errorf("%d heads, %+v", heads, account)
	}
}

// isErased holds that nothing is left of the account but its tombstone, and that its receipt says so and is signed.
func (w *wholeAccounts) isErased(v victim) {
	w.Helper()
	for store, left := range w.rowsOf(v.id) {
		for _, table := range left {
			if store != mainStore || !slices.Contains([]string{"catalog.account_works", "catalog.accounts", "catalog.audit_log"}, table) {
				w.Errorf("store %s: rows of account %s are left in %s", store, v.name, table)
			}
		}
	}
	path := v.args[len(v.args)-1]
	text, err := os.ReadFile(path)
	if err != nil {
		w.Fatal(err)
	}
	signature, err := os.ReadFile(path + ".sig")
	if err != nil {
		w.Fatal(err)
	}
	var receipt struct {
		AccountID uuid.UUID
		Name      string
		Removed   map[string]int64
	}
	if err := json.Unmarshal(text, &receipt); err != nil || !ed25519.Verify(w.receipt, text, signature) {
		w.Errorf("the receipt is not valid: %v %s", err, text)
	}
	if receipt.AccountID != v.id || receipt.Name != v.name || receipt.Removed["store.events"] != w.events {
		w.Errorf("the receipt is %s", text)
	}
}

// rowsOf are the tables with rows of the account, by store; the catalog is in the database of the main one.
func (w *wholeAccounts) rowsOf(id uuid.UUID) map[string][]string {
	w.Helper()
	const tables = `SELECT format('%I.%I', n.nspname, c.relname)
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE a.attname = 'account_id' AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('store', 'read_models', 'catalog')`
	found := map[string][]string{}
	for store := range w.admin {
		conn, err := pgx.Connect(w.Context(), w.stores(store).OwnerURL)
		if err != nil {
			w.Fatal(err)
		}
		rows, _ := conn.Query(w.Context(), tables)
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || len(names) < 15 {
			w.Fatalf("%d tables: this is blind; %v", len(names), err)
		}
		for _, table := range names {
			var some bool
			if err := conn.QueryRow(w.Context(), "SELECT EXISTS(SELECT FROM "+table+" WHERE account_id = $1)", id).Scan(&some); err != nil {
				w.Fatal(err)
			}
			if some {
				found[store] = append(found[store], table)
			}
		}
		_ = conn.Close(w.Context())
	}
	return found
}

// stores is the database of the store.
func (w *wholeAccounts) stores(id string) *pgtest.Database {
	return map[string]*pgtest.Database{mainStore: w.main, otherStore: w.other}[id]
}

// finding is what doctor says of works.
type finding struct{ Subject, Check, Level, Message, Mend string }

// doctor returns what it says of works, and whatever else it finds wrong with the account.
func (w *wholeAccounts) doctor(name string) (works, others []finding) {
	w.Helper()
	admin, out, errs := w.command("doctor", "--output", "json")
	_ = admin.Run() // the test server does without fsync, which is a finding
	var all []finding
	if err := json.Unmarshal(out.Bytes(), &all); err != nil {
		w.Fatalf("doctor: %v\n%s%s", err, out, errs)
	}
	for _, f := range all {
		switch {
		case f.Check == "works":
			works = append(works, f)
		case strings.Contains(f.Message, name) && f.Level != "ok":
			others = append(others, f)
		}
	}
	return works, others
}

// says waits until doctor says nothing but that of works.
func (w *wholeAccounts) says(name, level, message, mend string) finding {
	w.Helper()
	var works, others []finding
	eventually(w.T, fmt.Sprintf("doctor says %s, %q, mend %q", level, message, mend), func() bool {
		works, others = w.doctor(name)
		return len(works) == 1 && works[0].Level == level && strings.Contains(works[0].Message, message) && strings.Contains(works[0].Mend, mend) || w.tells(works)
	})
	if len(others) > 0 {
		w.Errorf("and it says %+v", others)
	}
	return works[0]
}

// tells logs what doctor says instead.
func (w *wholeAccounts) tells(works []finding) bool {
	w.Logf("doctor: %+v", works)
	return false
}

// moveInItsHandOver kills a move while the account's commands wait for it: doctor names it, and what it names mends it.
func (w *wholeAccounts) moveInItsHandOver() {
	account := w.account(w.T, mainStore)
	c := w.client(w.T, account)
	c.person("Linus Torvalds")
	w.says(account.Name, "ok", "no account is being moved", "")
	conn, err := pgx.Connect(w.Context(), w.main.OwnerURL)
	if err != nil {
		w.Fatal(err)
	}
	defer conn.Close(w.Context())
	// The catalog cannot send the account anywhere: the move comes as far as that.
	if _, err := conn.Exec(w.Context(), "BEGIN; SELECT FROM catalog.accounts WHERE account_id = '"+account.ID.String()+"' FOR UPDATE"); err != nil {
		w.Fatal(err)
	}
	admin, _, errs := w.command("account", "move", account.Name, "--to-store", otherStore)
	if err := admin.Start(); err != nil {
		w.Fatal(err)
	}
	w.says(account.Name, "warn", "to store "+otherStore+" was begun", "wait: a process works on it")
	eventually(w.T, "the account is fenced", func() bool {
		var state string
		err := w.admin[mainStore].QueryRow(w.Context(), "SELECT state FROM store.account_heads WHERE account_id = $1", account.ID).Scan(&state)
		return err == nil && state == "moving"
	})
	w.says(account.Name, "warn", "is fenced", "wait: a process works on it")
	_ = admin.Process.Kill()
	_ = admin.Wait()
	cutOff := w.says(account.Name, "fail", "cut off in the hand-over, and commands of the account wait", "--cancel")
	if _, err := conn.Exec(w.Context(), "ROLLBACK"); err != nil {
		w.Fatal(err)
	}
	w.mends(cutOff)
	if c.person("Ken Thompson") == uuid.Nil || w.accountOf(account.Name).StoreID != otherStore {
		w.Errorf("it is not on its new store: %s", errs)
	}
	w.mends(w.says(account.Name, "warn", "store "+mainStore+" still has its history", "--confirm --yes"))
	w.says(account.Name, "ok", "no account is being moved", "")
}

// mends runs the command that a finding names first.
func (w *wholeAccounts) mends(f finding) {
	w.Helper()
	command, _, _ := strings.Cut(f.Mend, ";")
	command, _, _ = strings.Cut(command, ",")
	args, found := strings.CutPrefix(command, "admin ")
	if !found {
		w.Fatalf("%+v names no command", f)
	}
	w.ok(strings.Fields(args)...)
}

func (w *wholeAccounts) accountOf(name string) tenant.Account {
	w.Helper()
	account, err := w.catalog.AccountByName(w.Context(), name)
	if err != nil {
		w.Fatal(err)
	}
	return account
}
