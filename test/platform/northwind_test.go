package platform_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/cmd/dev/northwind"
	"github.com/polderhq/polder/internal/pgtest"
)

// The story of a development machine: its first start is killed while Northwind comes in,
// the next one goes on, and what is there in the end is exactly what the source says.
func TestNorthwindIsExactAfterAKillInMidLoad(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	first := m.up()
	m.waitFor(first, "Loading Northwind")
	m.eventually("a part of Northwind is stored", func() bool { return m.head() > 300 })
	children := m.children()
	if err := first.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.cmd.Wait()
	for _, child := range children {
		m.eventually("api and projector end with dev", func() bool { return gone(child) })
	}

	out := m.must("up", "--detach")
	if !strings.Contains(out, "Polder runs") {
		t.Fatalf("not ready:\n%s", out)
	}
	commands, err := northwind.Commands()
	if err != nil {
		t.Fatal(err)
	}
	if events := m.head(); events != int64(len(commands)) {
		t.Errorf("%d events after two loads, want one for each of the %d commands", events, len(commands))
	}
	compareTotals(t, m.totals(), sourceTotals(t))
	m.guardsAreWhatTheEventsSay()
	m.theDocumentShowsAnOrder()
	m.mayOnlyBeReadByItsUser("dev.env")

	if out := m.must("up"); !strings.Contains(out, "Already running") || !strings.Contains(out, m.env()["POLDER_URL"]) {
		t.Errorf("a second up does not say that it runs and where:\n%s", out)
	}
	m.must("down")
	again := m.up()
	m.waitFor(again, "Northwind was loaded before")
	m.waitFor(again, "Polder runs")
	compareTotals(t, m.totals(), sourceTotals(t))
	if err := again.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"Stopping api", "Stopping projector", "Stopping PostgreSQL"} {
		m.waitFor(again, part)
	}
	if err := again.cmd.Wait(); err != nil {
		t.Error("Ctrl-C is no failure:", err)
	}
}

// theDocumentShowsAnOrder runs what docs/admin.md shows of a stream of Northwind, and compares the answers.
func (m *machine) theDocumentShowsAnOrder() {
	m.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "admin.md"))
	if err != nil {
		m.Fatal(err)
	}
	examples := regexp.MustCompile("(?ms)^```sh\nadmin (stream show [^\n]*)\n```\n+```\n(.*?)^```$").FindAllStringSubmatch(string(page), -1)
	if len(examples) < 2 {
		m.Fatalf("%d examples were found: this is blind", len(examples))
	}
	for _, example := range examples {
		admin := m.command(m.Context(), "admin", append([]string{"--env-file", filepath.Join(m.dir, "dev.env")}, strings.Fields(example[1])...)...)
		out, err := admin.CombinedOutput()
		if got, want := steady(string(out)), steady(example[2]); err != nil || got != want {
			m.Errorf("admin %s: %v\n%s\nthe document shows\n%s", example[1], err, got, want)
		}
	}
}

// steady leaves out what differs from machine to machine: times, numbers of events, keys, and with them the width of columns.
func steady(text string) string {
	for _, known := range []struct{ any, name string }{
		{`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z`, "TIME"}, {`key:[a-z2-7]{16}`, "KEY"}, {`(?m)^( +\d)( +)\d+ `, "$1$2 N "}, {`SO-\d{4}-\d{5}`, "SO-NUMBER"},
		{`(?m)^release .*$`, "release"}, {`(?m)^account .*$`, "account"}, {` +`, " "},
	} {
		text = regexp.MustCompile(known.any).ReplaceAllString(text, known.name)
	}
	return strings.TrimSpace(text)
}

// head returns the sequence number that queries show; 0 while the API does not answer.
func (m *machine) head() int64 {
	var answer struct{ SequenceNumber int64 }
	if _, err := os.Stat(filepath.Join(m.dir, "dev.env")); err != nil {
		return 0
	}
	if err := m.ask("/v1/queries", `{"GetOrders": {"$size": 1}}`, &answer); err != nil {
		m.Log(err)
	}
	return answer.SequenceNumber
}

// totals returns the total of every order by its reference, read page by page.
func (m *machine) totals() map[string]string {
	m.Helper()
	totals, after := map[string]string{}, ""
	for {
		var page struct {
			Items []struct {
				Reference string
				Total     struct{ Amount, Currency string }
			}
			Next string
		}
		query := fmt.Sprintf(`{"GetOrders": {"$size": 100, "$sort": ["OrderNumber"], "$after": %q}}`, after)
		if after == "" {
			query = `{"GetOrders": {"$size": 100, "$sort": ["OrderNumber"]}}`
		}
		if err := m.ask("/v1/queries", query, &page); err != nil {
			m.Fatal(err)
		}
		for _, order := range page.Items {
			totals[order.Reference] = order.Total.Amount + " " + order.Total.Currency
		}
		if after = page.Next; after == "" {
			return totals
		}
	}
}

// sourceTotals computes the totals with SQL over the original script.
func sourceTotals(t *testing.T) map[string]string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), pgtest.New(t).OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), northwind.Source()); err != nil {
		t.Fatal(err)
	}
	rows, _ := conn.Query(t.Context(), `
		SELECT order_id::text, sum(round(quantity * round(unit_price::numeric, 2) * (1 - round(discount::numeric, 2)), 2))::text || ' USD'
		FROM order_details GROUP BY order_id`)
	totals := map[string]string{}
	var order, total string
	if _, err := pgx.ForEachRow(rows, []any{&order, &total}, func() error { totals[order] = total; return nil }); err != nil {
		t.Fatal(err)
	}
	return totals
}

func compareTotals(t *testing.T, got, want map[string]string) {
	t.Helper()
	if len(got) != 830 || len(want) != 830 {
		t.Errorf("%d orders visible, %d in the source, want 830", len(got), len(want))
	}
	for order, total := range want {
		if got[order] != total {
			t.Errorf("order %s: %s, the source says %s", order, got[order], total)
		}
	}
}

func (m *machine) mayOnlyBeReadByItsUser(name string) {
	m.Helper()
	info, err := os.Stat(filepath.Join(m.dir, name))
	if err != nil {
		m.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		m.Errorf("%s has mode %o", name, info.Mode().Perm())
	}
}
