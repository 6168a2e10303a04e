package doctor

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
)

const (
	clockWarn       = time.Second
	clockFail       = 30 * time.Second
	transactionWarn = 5 * time.Minute
	transactionFail = time.Hour
	connectionsWarn = 0.8           // of max_connections
	xidWarn         = 500_000_000   // vacuum starts to press at 200 million
	xidFail         = 1_500_000_000 // the server stops at about 2,100 million
)

var (
	//go:embed sql/settings.sql
	settingsSQL string
	//go:embed sql/connections.sql
	connectionsSQL string
	//go:embed sql/transactions.sql
	transactionsSQL string
)

// wantedSettings are those that "acknowledged means stored" and a healthy server rest on.
var wantedSettings = []struct {
	name   string
	values []string
	why    string
}{
	{"fsync", []string{"on"}, "a crash of the machine loses acknowledged events and can corrupt the database"},
	{"full_page_writes", []string{"on"}, "a crash of the machine can leave torn pages"},
	{"synchronous_commit", []string{"on", "remote_apply"}, "an acknowledged event can be lost in a crash"},
	{"autovacuum", []string{"on"}, "tables bloat and transaction ids run out"},
	{"track_counts", []string{"on"}, "autovacuum does not see what there is to do"},
	{"statement_timeout", []string{"0"}, "builds, copies and indexes of large accounts are ended; processes bound their own work"},
	{"default_transaction_isolation", []string{"read committed"}, "appends and pages that wait for each other fail"},
	{"default_transaction_read_only", []string{"off"}, "nothing can be stored"},
}

func checkSettings(ctx context.Context, s *session) error {
	names := make([]string, len(wantedSettings))
	for i, w := range wantedSettings {
		names[i] = w.name
	}
	rows, err := s.plain.Query(ctx, settingsSQL, names)
	if err != nil {
		return err
	}
	type setting struct{ Name, Value string }
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[setting])
	if err != nil {
		return err
	}
	values := map[string]string{}
	for _, l := range list {
		values[l.Name] = l.Value
	}
	for _, w := range wantedSettings {
		if !slices.Contains(w.values, values[w.name]) {
			s.fail(fmt.Sprintf("ALTER SYSTEM SET %s = '%s'; SELECT pg_reload_conf(); and look for ALTER ROLE or ALTER DATABASE that set it",
				w.name, w.values[0]), "%s is %s: %s", w.name, values[w.name], w.why)
		}
	}
	if s.bad() == 0 {
		s.ok("what is stored is durable, autovacuum runs, and no time-out or isolation of another kind is set")
	}
	return nil
}

// checkClock compares this host's clock with the server's, which gives events their commit time.
func checkClock(ctx context.Context, s *session) error {
	before := s.Now()
	var server time.Time
	if err := s.plain.QueryRow(ctx, "SELECT clock_timestamp()").Scan(&server); err != nil {
		return err
	}
	after := s.Now()
	away := server.Sub(before.Add(after.Sub(before) / 2)).Abs()
	const mend = "synchronise the clocks of both hosts (chrony or systemd-timesyncd)"
	switch {
	case away > clockFail:
		s.fail(mend, "this host and the server are %s apart", away.Round(time.Millisecond))
	case away > clockWarn:
		s.warn(mend, "this host and the server are %s apart", away.Round(time.Millisecond))
	default:
		s.ok("this host and the server are %s apart", away.Round(time.Millisecond))
	}
	return nil
}

func checkConnections(ctx context.Context, s *session) error {
	var used, most int
	if err := s.plain.QueryRow(ctx, connectionsSQL).Scan(&used, &most); err != nil {
		return err
	}
	if float64(used) > connectionsWarn*float64(most) {
		s.warn("raise max_connections, or lower what each process may open", "%d of %d connections are in use", used, most)
		return nil
	}
	s.ok("%d of %d connections are in use", used, most)
	return nil
}

// checkTransactions looks for transactions that hold back vacuum, and locks with them.
func checkTransactions(ctx context.Context, s *session) error {
	watcher, err := s.as(ctx, pg.Watcher)
	if err != nil {
		return err
	}
	type transaction struct {
		PID         int
		Login       string
		Application string
		Seconds     float64
	}
	var sees bool
	if err := watcher.QueryRow(ctx, "SELECT pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')").Scan(&sees); err != nil {
		return err
	}
	if !sees {
		s.warn("GRANT pg_read_all_stats TO polder_watcher; ALTER ROLE polder_watcher INHERIT", "polder_watcher cannot see other sessions' transactions")
	}
	rows, err := watcher.Query(ctx, transactionsSQL, transactionWarn.Seconds())
	if err != nil {
		return err
	}
	old, err := pgx.CollectRows(rows, pgx.RowToStructByPos[transaction])
	if err != nil {
		return err
	}
	for _, t := range old {
		age := time.Duration(t.Seconds) * time.Second
		mend := fmt.Sprintf("find out what it does; SELECT pg_terminate_backend(%d)", t.PID)
		if age > transactionFail {
			s.fail(mend, "a transaction of %s (%s) is open for %s and holds back vacuum", t.Login, t.Application, age)
		} else {
			s.warn(mend, "a transaction of %s (%s) is open for %s", t.Login, t.Application, age)
		}
	}
	if s.bad() == 0 {
		s.ok("none is older than %s", transactionWarn)
	}
	return nil
}

func checkTransactionIDs(ctx context.Context, s *session) error {
	var age int64
	err := s.plain.QueryRow(ctx, "SELECT age(datfrozenxid) FROM pg_catalog.pg_database WHERE datname = current_database()").Scan(&age)
	const mend = "VACUUM (FREEZE) the oldest tables, and end what holds vacuum back (old transactions, replication slots)"
	switch {
	case err != nil:
		return err
	case age > xidFail:
		s.fail(mend, "%d million transaction ids since the last freeze; the server stops at 2,100 million", age/1_000_000)
	case age > xidWarn:
		s.warn(mend, "%d million transaction ids since the last freeze", age/1_000_000)
	default:
		s.ok("%d million since the last freeze", age/1_000_000)
	}
	return nil
}
