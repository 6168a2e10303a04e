package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/test/history"
	"github.com/polderhq/polder/test/traffic"
)

// upgraded is some accounts under load, and the operator who takes them to the next release.
type upgraded struct {
	operator
	load     *traffic.Traffic
	accounts []traffic.Account
	builder  *pgxpool.Pool
	upgrade  string // id
}

// The freight of orders gets another type and orders a mandatory priority while clients go on:
// there, back in the middle, there again, and for good. No request fails, whoever has written
// sees it, and every command is stored once.
func TestAnUpgradeUnderLoad(t *testing.T) {
	u := newUpgraded(t, newPlatform(t), 6)
	u.plan()
	halfway := u.begin("--settle", "1h")
	u.reaches(1, "switched")
	u.load.NewShape()
	u.passes(40)
	u.load.OldShape() // nobody takes back what is under way
	u.ok("upgrade", "rollback", u.upgrade, "--account", u.accounts[0].Name)
	u.passes(20)
	u.ok("upgrade", "rollback", u.upgrade)
	<-halfway
	u.reaches(6, "rolled back")
	u.passes(20)

	u.plan()
	u.ok("upgrade", "run", u.upgrade, "--settle", "0s")
	u.reaches(6, "switched")
	u.load.NewShape()
	u.passes(40)
	u.ok("upgrade", "contract", u.upgrade, "--yes")
	u.passes(20)
	u.holds()
}

func newUpgraded(t *testing.T, p *platform, accounts int) *upgraded {
	u := &upgraded{operator: p.operator(t), builder: p.main.Pool(t, pg.Builder)}
	for range accounts {
		account := p.account(t, mainStore)
		u.accounts = append(u.accounts, traffic.Account{ID: account.ID, Name: account.Name, Token: p.client(t, account).token})
	}
	recorder, err := history.NewRecorder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	u.load, err = traffic.Start(t.Context(), traffic.Config{URLs: []string{p.url}, Accounts: u.accounts, Commands: 20, Queries: 60,
		Clients: 500, Listeners: 2, Seed: 1, Timeout: time.Minute, Recorder: recorder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { u.load.Stop() })
	files, err := traffic.ERP()
	if err != nil {
		t.Fatal(err)
	}
	if err := traffic.Next(files); err != nil {
		t.Fatal(err)
	}
	u.passes(40) // what the next release has to read
	u.ok("model", "publish", write(t, files), "--version", "next")
	return u
}

// passes waits until clients have sent so many commands more.
func (u *upgraded) passes(commands int) {
	u.Helper()
	wanted := u.load.Book().Figures().Acknowledged + commands
	eventually(u.T, "commands are acknowledged", func() bool { return u.load.Book().Figures().Acknowledged >= wanted })
}

func (u *upgraded) plan() {
	u.Helper()
	var plan struct {
		ID           string
		Events       int
		EventsToRead int
		Waves        []int
	}
	u.into(&plan, "upgrade", "plan", "--to", "next", "--all", "--waves", "1,100%")
	if len(plan.Waves) != 2 || plan.EventsToRead == 0 || plan.EventsToRead >= plan.Events {
		u.Errorf("plan: %+v", plan)
	}
	u.upgrade = plan.ID
}

// begin runs the upgrade, and closes the channel when the process has ended.
func (u *upgraded) begin(flags ...string) <-chan struct{} {
	admin, _, _ := u.command(append([]string{"upgrade", "run", u.upgrade}, flags...)...)
	if err := admin.Start(); err != nil {
		u.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = admin.Wait() // what it says depends on how far the way back was when it looked
	}()
	return ended
}

// reaches waits until so many accounts are in the state.
func (u *upgraded) reaches(accounts int, state string) {
	u.Helper()
	eventually(u.T, fmt.Sprintf("%d accounts are %s", accounts, state), func() bool {
		var shown struct {
			Summary struct{ States map[string]int }
		}
		u.into(&shown, "upgrade", "status", u.upgrade)
		return shown.Summary.States[state] == accounts
	})
}

// holds checks all that was promised.
func (u *upgraded) holds() {
	u.Helper()
	book, err := u.load.Stop()
	if err != nil {
		u.Fatal(err)
	}
	for _, account := range u.accounts {
		found, err := u.load.Check(u.Context(), u.builder, account, 0)
		if err != nil {
			u.Fatal(err)
		}
		if err := found.Err(); err != nil {
			u.Errorf("%s: %v", account.Name, err)
		}
		u.ok("projection", "verify", "--account", account.Name) // fails when a row is wrong
	}
	if wrong, err := u.load.Shown(u.Context(), book.Orders(), true); err != nil || wrong > 0 {
		u.Errorf("%d of %d orders are shown wrongly, %v", wrong, len(book.Orders()), err)
	}
	f := book.Figures()
	u.Logf("figure: %+v", f)
	if f.Failures > 0 || f.Violations > 0 || f.Retried > 0 || f.NewShape == 0 {
		u.Errorf("%d requests failed, %d were sent again, %d queries did not show what was written, %d commands in the new shape",
			f.Failures, f.Retried, f.Violations, f.NewShape)
	}
	for _, text := range book.Texts() {
		u.Log(text)
	}
}
