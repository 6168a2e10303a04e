package e2e_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/test/history"
	"github.com/polderhq/polder/test/traffic"
)

// Backends of PostgreSQL end at random moments while clients go on: what cannot be answered is
// answered 503 and works when it is sent again, nothing is lost or doubled, and nobody is told
// that something went wrong here.
func TestBackendsEndUnderLoad(t *testing.T) {
	const lasts, pace, enough = 4 * time.Second, 10 * time.Millisecond, 50
	p := newPlatform(t)
	var accounts []traffic.Account
	for range 2 {
		account := p.account(t, mainStore)
		accounts = append(accounts, traffic.Account{ID: account.ID, Name: account.Name, Token: p.client(t, account).token})
	}
	recorder, err := history.NewRecorder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	load, err := traffic.Start(t.Context(), traffic.Config{URLs: []string{p.url}, Accounts: accounts, Commands: 60, Queries: 300,
		Clients: 500, Seed: 1, Timeout: time.Minute, Recorder: recorder})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), p.main.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	over := load.Outage()
	ended := 0
	for end := time.Now().Add(lasts); ended < enough || time.Now().Before(end); time.Sleep(pace) { // a busy machine needs longer
		var n int
		err := conn.QueryRow(t.Context(), `SELECT count(pg_terminate_backend(pid)) FROM (
			SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'polder-%'
			 ORDER BY state = 'active' DESC, random() LIMIT 1) one`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		ended += n
	}
	over()
	book, err := load.Stop()
	if err != nil {
		t.Fatal(err)
	}
	builder := p.main.Pool(t, pg.Builder)
	for _, account := range accounts {
		found, err := load.Check(t.Context(), builder, account, 0)
		if err == nil {
			err = found.Err()
		}
		if err != nil {
			t.Errorf("%s: %v", account.Name, err)
		}
	}
	f := book.Figures()
	t.Logf("figure: %d backends ended, %+v", ended, f)
	if f.Failures > 0 || f.Violations > 0 || f.Retried == 0 {
		t.Errorf("%d backends ended; %d requests failed, %d were sent again, %d queries did not show what was written", ended, f.Failures, f.Retried, f.Violations)
	}
	for _, text := range book.Texts() {
		t.Log(text)
	}
}
