package doctor

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
)

var (
	//go:embed sql/append_only.sql
	appendOnlySQL string
	//go:embed sql/row_security.sql
	rowSecuritySQL string
	//go:embed sql/policies.sql
	policiesSQL string
	//go:embed sql/triggers.sql
	triggersSQL string
)

// checkAppendOnly looks for roles that could change or remove events.
func checkAppendOnly(ctx context.Context, s *session) error {
	rows, err := s.plain.Query(ctx, appendOnlySQL, without([]string{string(pg.Owner)}, allRoles))
	if err != nil {
		return err
	}
	type right struct{ Role, Table, Privilege string }
	rights, err := pgx.CollectRows(rows, pgx.RowToStructByPos[right])
	if err != nil {
		return err
	}
	for _, r := range rights {
		s.fail(fmt.Sprintf("REVOKE %s ON %s FROM %s", r.Privilege, r.Table, r.Role), "%s may %s %s", r.Role, r.Privilege, r.Table)
	}
	if s.bad() == 0 {
		s.ok("no role may DELETE or TRUNCATE events, nor change more of them than a policy leaves open")
	}
	return nil
}

// checkTriggers looks for triggers that somebody has switched off: they keep what roles may not change alone.
func checkTriggers(ctx context.Context, s *session) error {
	rows, err := s.plain.Query(ctx, triggersSQL)
	if err != nil {
		return err
	}
	type trigger struct {
		Table, Name string
		Enabled     bool
	}
	triggers, err := pgx.CollectRows(rows, pgx.RowToStructByPos[trigger])
	if err != nil {
		return err
	}
	for _, t := range triggers {
		if !t.Enabled {
			s.fail(fmt.Sprintf("ALTER TABLE %s ENABLE TRIGGER %s", t.Table, t.Name), "trigger %s of %s is off: roles may do what it is there to refuse", t.Name, t.Table)
		}
	}
	if s.bad() == 0 {
		s.ok("all %d are on", len(triggers))
	}
	return nil
}

// checkRowSecurity looks at every table that holds accounts' data.
func checkRowSecurity(ctx context.Context, s *session) error {
	rows, err := s.plain.Query(ctx, rowSecuritySQL)
	if err != nil {
		return err
	}
	type table struct {
		Name            string
		Enabled, Forced bool
	}
	tables, err := pgx.CollectRows(rows, pgx.RowToStructByPos[table])
	if err != nil {
		return err
	}
	for _, t := range tables {
		if !t.Enabled {
			s.fail(fmt.Sprintf("ALTER TABLE %s ENABLE ROW LEVEL SECURITY", t.Name), "row-level security is off on %s", t.Name)
		}
		if !t.Forced {
			s.fail(fmt.Sprintf("ALTER TABLE %s FORCE ROW LEVEL SECURITY", t.Name), "row-level security does not bind the owner of %s", t.Name)
		}
	}
	if s.bad() == 0 {
		s.ok("enabled and forced on all %d tables with account_id", len(tables))
	}
	return nil
}

// checkPolicies looks for policies that let api or projector see more than the bound account.
func checkPolicies(ctx context.Context, s *session) error {
	rows, err := s.plain.Query(ctx, policiesSQL, []pg.Role{pg.API, pg.Projector})
	if err != nil {
		return err
	}
	type policy struct{ Table, Name string }
	wide, err := pgx.CollectRows(rows, pgx.RowToStructByPos[policy])
	if err != nil {
		return err
	}
	for _, p := range wide {
		s.fail(fmt.Sprintf("DROP POLICY %s ON %s", p.Name, p.Table), "policy %s on %s shows other accounts to api or projector", p.Name, p.Table)
	}
	if s.bad() == 0 {
		s.ok("api and projector see the bound account only")
	}
	return nil
}
