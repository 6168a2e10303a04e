package doctor

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/migrations"
)

// answerWithin is how long a database may take to answer before it counts as away.
const answerWithin = 10 * time.Second

// Database is what is to be examined.
type Database struct {
	Subject    string             // "catalog", "store main"
	URL        string             // with the login of operators
	Place      string             // host and database, for people
	Schema     migrations.Schema  // what it holds
	SkipServer bool               // the server was examined through another database of it
	Accounts   []tenant.Account   // store: those that the catalog routes to it
	UnderWay   map[uuid.UUID]bool // store: accounts of which Works says how they are
	Tables     map[string]string  // store: tables of read models that must be there -> the release that needs them
	Now        func() time.Time
}

// session is an examination under way.
type session struct {
	Database
	findings
	plain *pgx.Conn             // as the login itself, without a role
	roles map[pg.Role]*pgx.Conn // in the roles that admin takes
}

type check struct {
	name string
	run  func(ctx context.Context, s *session) error
}

// Examine runs every check that applies to the database, in an order in which the first
// failure explains the later ones. A database that cannot be reached gives one finding.
func Examine(ctx context.Context, d Database) []Finding {
	s := &session{Database: d, findings: findings{subject: d.Subject}, roles: map[pg.Role]*pgx.Conn{}}
	defer s.close(context.WithoutCancel(ctx))
	if !s.reach(ctx) {
		return s.list
	}
	for _, c := range s.checks() {
		s.check = c.name
		ctx, cancel := context.WithTimeout(ctx, answerWithin)
		if err := c.run(ctx, s); err != nil {
			s.fail(lookAgain, "cannot be examined: %v", err)
		}
		cancel()
	}
	return s.list
}

func (s *session) checks() []check {
	checks := []check{
		{"schema", checkSchema}, {"roles", checkRoles}, {"memberships", checkMemberships}, {"sessions", checkSessions}, {"vacuum", checkVacuum},
	}
	if !s.SkipServer {
		checks = append(checks, serverChecks...)
	}
	if s.Schema == migrations.Store {
		checks = append(checks, storeChecks...)
	}
	return checks
}

var (
	serverChecks = []check{
		{"settings", checkSettings}, {"clock", checkClock}, {"connections", checkConnections},
		{"transactions", checkTransactions}, {"transaction ids", checkTransactionIDs}, {"disk", checkDisk},
	}
	storeChecks = []check{
		{"append-only", checkAppendOnly}, {"triggers", checkTriggers}, {"row-level security", checkRowSecurity}, {"policies", checkPolicies},
		{"accounts", checkAccounts}, {"tables", checkTables}, {"parked", checkParked}, {"lag", checkLag},
	}
)

// reach opens the connections, and reports whether the database answers at all.
func (s *session) reach(ctx context.Context) bool {
	s.check = "reachable"
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	began := s.Now()
	var err error
	if s.plain, err = pgx.Connect(ctx, s.URL); err != nil {
		s.fail("see that PostgreSQL runs there, that the network lets this host through, and that login and password are right",
			"%s does not answer: %v", s.Place, publicCause(err))
		return false
	}
	s.ok("%s answers in %d ms", s.Place, s.Now().Sub(began).Milliseconds())
	return true
}

// as returns the connection in the role.
func (s *session) as(ctx context.Context, role pg.Role) (*pgx.Conn, error) {
	if conn, ok := s.roles[role]; ok && !conn.IsClosed() {
		return conn, nil
	}
	conn, err := pg.Connect(ctx, pg.Config{URL: s.URL, Role: role, Name: "polder-admin doctor"})
	if err != nil {
		return nil, err
	}
	s.roles[role] = conn
	return conn, nil
}

func (s *session) close(ctx context.Context) {
	for _, conn := range s.roles {
		_ = conn.Close(ctx)
	}
	if s.plain != nil {
		_ = s.plain.Close(ctx)
	}
}
