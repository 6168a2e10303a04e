package doctor

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/migrations"
)

const migrateUp = "admin migrate up"

var (
	//go:embed sql/roles.sql
	rolesSQL string
	//go:embed sql/logins.sql
	loginsSQL string
)

// allRoles must exist in every cluster.
var allRoles = []pg.Role{pg.Owner, pg.Appender, pg.API, pg.Projector, pg.Builder, pg.Watcher, pg.Admin}

// ownRoles are those that admin's login takes.
var ownRoles = []pg.Role{pg.Admin, pg.Owner, pg.Watcher}

// checkSchema looks whether version and binary go together, and whether they are the same.
func checkSchema(ctx context.Context, s *session) error {
	status, err := migrations.ReadStatus(s.URL, s.Schema)
	if err != nil {
		return publicCause(err)
	}
	if status.Dirty {
		s.fail(migrateUp+", which says what is left", "version %d failed half-way, or is being migrated to", status.Version)
		return nil
	}
	conn, err := s.as(ctx, pg.Admin)
	if err != nil {
		return publicCause(err)
	}
	var outside *migrations.OutsideError
	if err := (migrations.Windows{}).Of(s.Schema).Accept(ctx, conn); errors.As(err, &outside) {
		s.fail(outside.Mend(), "%s", outside.Versions())
		return nil
	} else if err != nil {
		return err
	}
	switch {
	case status.Version < status.Latest:
		s.warn(migrateUp, "version %d; this binary brings %d and works on both", status.Version, status.Latest)
	case status.Version > status.Latest:
		s.warn("use the admin of the newer release", "version %d is newer than this binary, which knows %d", status.Version, status.Latest)
	default:
		s.ok("version %d", status.Version)
	}
	return nil
}

type role struct {
	Name      pg.Role
	CanLogin  bool
	Superuser bool
	BypassRLS bool
	CreateAny bool
}

func checkRoles(ctx context.Context, s *session) error {
	rows, err := s.plain.Query(ctx, rolesSQL, allRoles)
	if err != nil {
		return err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[role])
	if err != nil {
		return err
	}
	known := map[pg.Role]bool{}
	for _, r := range found {
		known[r.Name] = true
		if r.CanLogin || r.Superuser || r.CreateAny || (r.BypassRLS && r.Name != pg.Builder) {
			s.fail(fmt.Sprintf("ALTER ROLE %s NOLOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB%s", r.Name, noBypass(r.Name)),
				"%s has rights that a role of Polder must not have", r.Name)
		}
		if r.Name == pg.Builder && !r.BypassRLS {
			s.fail("ALTER ROLE polder_builder BYPASSRLS", "polder_builder cannot bypass row-level security, so builds fail")
		}
	}
	for _, name := range allRoles {
		if !known[name] {
			s.fail(migrateUp, "role %s does not exist", name)
		}
	}
	if s.bad() == 0 {
		s.ok("%d roles, none with more rights than it needs", len(found))
	}
	return nil
}

func noBypass(name pg.Role) string {
	if name == pg.Builder {
		return ""
	}
	return " NOBYPASSRLS"
}

type login struct {
	Name      string
	Current   bool
	Superuser bool
	BypassRLS bool
	Inherits  bool
	Roles     []string
}

// services are the sets of roles that the processes take; some login must have each.
var services = []struct {
	name  string
	roles []pg.Role
}{
	{"the API", []pg.Role{pg.API, pg.Appender, pg.Watcher}},
	{"the projector", []pg.Role{pg.Projector, pg.Builder, pg.Watcher}},
}

func checkMemberships(ctx context.Context, s *session) error {
	rows, err := s.plain.Query(ctx, loginsSQL, allRoles)
	if err != nil {
		return err
	}
	logins, err := pgx.CollectRows(rows, pgx.RowToStructByPos[login])
	if err != nil {
		return err
	}
	for _, l := range logins {
		s.checkLogin(l)
	}
	for _, service := range services {
		if !anyHas(logins, service.roles) {
			s.warn(fmt.Sprintf("CREATE ROLE a login NOINHERIT and GRANT %s TO it", joinRoles(service.roles)),
				"no login can serve as %s", service.name)
		}
	}
	if s.bad() == 0 {
		s.ok("%d logins, each takes a role per connection", len(logins))
	}
	return nil
}

func (s *session) checkLogin(l login) {
	if missing := without(l.Roles, ownRoles); l.Current && len(missing) > 0 {
		s.fail(fmt.Sprintf("GRANT %s TO %s", joinRoles(missing), l.Name), "login %s may not take %s", l.Name, joinRoles(missing))
	}
	if l.Superuser || l.BypassRLS {
		s.warn(fmt.Sprintf("use a login without these rights; ALTER ROLE %s NOSUPERUSER NOBYPASSRLS", l.Name),
			"login %s bypasses row-level security by itself", l.Name)
	}
	if l.Inherits && !l.Superuser {
		s.fail(fmt.Sprintf("ALTER ROLE %s NOINHERIT", l.Name), "login %s has the rights of all its roles at once", l.Name)
	}
}

func anyHas(logins []login, roles []pg.Role) bool {
	for _, l := range logins {
		if len(without(l.Roles, roles)) == 0 {
			return true
		}
	}
	return false
}

// without returns the wanted roles that are not among those that are had.
func without(had []string, wanted []pg.Role) []pg.Role {
	var missing []pg.Role
	for _, w := range wanted {
		found := false
		for _, h := range had {
			found = found || h == string(w)
		}
		if !found {
			missing = append(missing, w)
		}
	}
	return missing
}

func joinRoles(roles []pg.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// checkSessions looks at what a connection in each of admin's roles really has: a pooler
// in between may drop what was asked for.
func checkSessions(ctx context.Context, s *session) error {
	for _, role := range ownRoles {
		conn, err := s.as(ctx, role)
		if err != nil {
			s.fail(fmt.Sprintf("GRANT %s TO the login", role), "no connection in role %s: %v", role, publicCause(err))
			continue
		}
		var current, path, idle string
		err = conn.QueryRow(ctx, "SELECT current_user, current_setting('search_path'), current_setting('idle_in_transaction_session_timeout')").
			Scan(&current, &path, &idle)
		if err != nil {
			return err
		}
		const pooler = "connect without a pooler, or with one that keeps startup parameters per session"
		if current != string(role) || path != "" {
			s.fail(pooler, "asked for role %s with an empty search_path, got %s with %q", role, current, path)
		}
		if idle == "0" {
			s.fail(pooler, "idle_in_transaction_session_timeout is off in role %s", role)
		}
	}
	if s.bad() == 0 {
		s.ok("role, empty search_path and idle-in-transaction timeout hold")
	}
	return nil
}

// publicCause strips what a connection error says of the login.
func publicCause(err error) error {
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) {
		return errors.New(pgErr.Message)
	}
	var connectErr *pgconn.ConnectError
	if errors.As(err, &connectErr) && connectErr.Unwrap() != nil {
		return connectErr.Unwrap()
	}
	return err
}
