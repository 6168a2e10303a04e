package projection_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
)

// A plan that is made while a table is empty, and nothing is known of it, is kept until PostgreSQL has looked at
// the table. What pages ask by key has to be found by key from the first row on.
func TestPagesFindRowsByKeyInTablesThatNothingIsKnownOf(t *testing.T) {
	s := shapedStore(t)
	account, row := s.NewAccount(t).ID, uuid.New()
	byKey := map[string]*regexp.Regexp{
		"load":    regexp.MustCompile(`Index Cond: \(\(account_id = \$1\) AND \(key = k\.key\)\)`),
		"fan out": regexp.MustCompile(`Index Cond: \(\(account_id = \$1\) AND \(\w+ >= k\.key\) AND \(\w+ <= k\.key\)\)`),
	}
	tried := map[string]int{}
	for name, statement := range projection.AccountStatements(s.Release, account, "parked", row, 1) {
		kind := name[:max(0, strings.LastIndex(name, " "))]
		want := byKey[kind]
		if want == nil {
			continue
		}
		tried[kind]++
		if plan := genericPlan(t, s.Role(pg.Projector), account, statement); !want.MatchString(plan) {
			t.Errorf("%s goes through the account's rows:\n%s", name, plan)
		}
	}
	if tried["load"] < 3 || tried["fan out"] < 2 {
		t.Errorf("this test is blind: %v", tried)
	}
}

// genericPlan is how PostgreSQL carries the statement out for all values.
func genericPlan(t *testing.T, pool *pgxpool.Pool, account uuid.UUID, statement projection.AccountStatement) (plan string) {
	t.Helper()
	err := pg.InAccount(t.Context(), pool, account, func(tx pgx.Tx) error {
		nulls := strings.TrimSuffix(strings.Repeat("NULL, ", len(statement.Arguments)), ", ")
		for _, sql := range []string{"SET LOCAL plan_cache_mode = force_generic_plan", "PREPARE asked AS " + statement.SQL} {
			if _, err := tx.Conn().PgConn().Exec(t.Context(), sql).ReadAll(); err != nil {
				return fmt.Errorf("%s: %w", sql, err)
			}
		}
		rows, err := tx.Query(t.Context(), "EXPLAIN (COSTS OFF) EXECUTE asked ("+nulls+")", pgx.QueryExecModeSimpleProtocol)
		if err != nil {
			return err
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		plan = strings.Join(lines, "\n")
		if err == nil {
			_, err = tx.Exec(t.Context(), "DEALLOCATE asked")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}
