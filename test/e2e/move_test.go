package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/test/history"
	"github.com/polderhq/polder/test/traffic"
)

// moved is some accounts under load, and the operator who takes one of them from store to store.
type moved struct {
	operator
	load     *traffic.Traffic
	accounts []traffic.Account
	ids      []uuid.UUID
	stores   map[string]*pgtest.Database
}

func newMoved(t *testing.T, p *platform, accounts int) *moved {
	m := &moved{operator: p.operator(t), stores: map[string]*pgtest.Database{mainStore: p.main, otherStore: p.other}}
	for range accounts {
		account := p.account(t, mainStore)
		m.ids = append(m.ids, account.ID)
		m.accounts = append(m.accounts, traffic.Account{ID: account.ID, Name: account.Name, Token: p.client(t, account).token})
	}
	recorder, err := history.NewRecorder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	m.load, err = traffic.Start(t.Context(), traffic.Config{URLs: []string{p.url}, Accounts: m.accounts, Commands: 40, Queries: 80,
		Clients: 500, Listeners: 2, Seed: 2, Timeout: time.Minute, Recorder: recorder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.load.Stop() })
	m.passes(40)
	return m
}

// passes waits until clients have sent so many commands more.
func (m *moved) passes(commands int) {
	m.Helper()
	wanted := m.load.Book().Figures().Acknowledged + commands
	eventually(m.T, "commands are acknowledged", func() bool { return m.load.Book().Figures().Acknowledged >= wanted })
}

// An account goes to another store while clients go on, and its operator is killed again and again: no request fails,
// whoever has written sees it, and every command is stored once. Then it goes back.
func TestAMoveUnderLoad(t *testing.T) {
	p := newPlatform(t)
	m := newMoved(t, p, 3)
	name := m.accounts[0].Name
	for kill := 1; kill <= 4; kill++ {
		admin, _, _ := m.command("account", "move", name, "--to-store", otherStore)
		if err := admin.Start(); err != nil {
			t.Fatal(err)
		}
		m.passes(12 * kill)
		_ = admin.Process.Kill()
		_ = admin.Wait()
	}
	pause := m.move(name, otherStore)
	m.passes(40)
	m.ok("account", "move", name, "--confirm", "--yes")
	m.passes(40)
	back := m.move(name, mainStore)
	m.ok("account", "move", name, "--confirm", "--yes")
	m.ok("account", "move", m.accounts[1].Name, "--to-store", otherStore)
	m.passes(40)
	t.Logf("figure: appends waited %.3f and %.3f s", pause, back)
	m.holds()
}

// move returns for how many seconds appends waited.
func (m *moved) move(name, to string) float64 {
	m.Helper()
	var done struct{ PauseSeconds float64 }
	m.into(&done, "account", "move", name, "--to-store", to)
	return done.PauseSeconds
}

// holds checks all that was promised.
func (m *moved) holds() {
	m.Helper()
	book, err := m.load.Stop()
	if err != nil {
		m.Fatal(err)
	}
	for i, on := range []string{mainStore, otherStore, mainStore} {
		account := m.accounts[i]
		builder := m.stores[on].Pool(m.T, pg.Builder)
		found, err := m.load.Check(m.Context(), builder, account, 0)
		if err != nil {
			m.Fatal(err)
		}
		if err := found.Err(); err != nil {
			m.Errorf("%s: %v", account.Name, err)
		}
		m.ok("projection", "verify", "--account", account.Name) // fails when a row is wrong
		m.ok("account", "verify", account.Name)
		m.derives(builder, m.ids[i], account.Name)
	}
	f := book.Figures()
	m.Logf("figure: %+v", f)
	if f.Failures > 0 || f.Violations > 0 || f.Retried > 0 {
		m.Errorf("%d requests failed, %d were sent again, %d queries did not show what was written", f.Failures, f.Retried, f.Violations)
	}
	for _, text := range book.Texts() {
		m.Log(text)
	}
}

// derives holds that the guards of an account, as its commands have left them, are those that a clone makes of its events.
func (m *moved) derives(builder *pgxpool.Pool, id uuid.UUID, name string) {
	m.Helper()
	var clone struct{ Account struct{ ID uuid.UUID } }
	m.into(&clone, "account", "clone", name, name+"-clone")
	are, rows := guards(m.T, builder, id)
	made, _ := guards(m.T, builder, clone.Account.ID)
	if rows < 3 {
		m.Errorf("account %s has %d guards: this is blind", name, rows)
	}
	if are != made {
		m.Errorf("the guards of %s are %s, and its events make %s", name, are, made)
	}
}

// guards are those of the account, as a text that is compared, and how many there are.
func guards(t *testing.T, builder *pgxpool.Pool, account uuid.UUID) (text string, rows int) {
	t.Helper()
	const sql = `SELECT count(*), coalesce(md5(string_agg(r, ' ' ORDER BY r COLLATE "C")), '') FROM (
		SELECT row(guard, key, stream_id)::text AS r FROM store.guard_unique WHERE account_id = $1 UNION ALL
		SELECT row(series, last_number)::text FROM store.guard_series WHERE account_id = $1 UNION ALL
		SELECT row(guard, key, trim_scale(used))::text FROM store.guard_limit WHERE account_id = $1 AND used <> 0) g`
	if err := builder.QueryRow(t.Context(), sql, account).Scan(&rows, &text); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d rows %s", rows, text), rows
}
