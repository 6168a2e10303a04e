package pg

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Role is the database role that a connection acts in.
type Role string

// The roles; migrations/roles.sql creates them, the migrations grant their rights.
const (
	Owner     Role = "polder_owner"     // migrations and tables of read models, nothing else
	Appender  Role = "polder_appender"  // inserts events and moves heads, over accounts
	API       Role = "polder_api"       // reads events and read models of the bound account
	Projector Role = "polder_projector" // reads events and writes read models of the bound account
	Builder   Role = "polder_builder"   // bypasses row-level security, for COPY
	Watcher   Role = "polder_watcher"   // reads heads and cursors of all accounts
	Admin     Role = "polder_admin"     // operators: reads all, changes no event
)

// idleInTransaction ends a session that forgot its transaction, so that it cannot hold a
// head's lock or the xmin horizon for ever.
const idleInTransaction = 30 * time.Second

// Config says how to open a pool.
type Config struct {
	URL            string // postgres://login:password@host:port/database
	Role           Role
	MaxConnections int32  // zero means pgxpool's default
	Name           string // application_name, e.g. "polder-api"

	// Tracer is told of every statement; nil: nobody is.
	Tracer pgx.QueryTracer

	// Accept is asked about every new connection of a pool, and its error is that of whoever
	// wanted the connection; nil: all are taken.
	Accept func(ctx context.Context, conn *pgx.Conn) error
}

// LocalRole is the statement after which a transaction acts in the role, to its end or to the next such statement: for one that takes the
// rights of two. The login has to be a member of both.
func LocalRole(role Role) string { return "SET LOCAL ROLE " + pgx.Identifier{string(role)}.Sanitize() }

// Open returns a pool whose connections act in the role. It does not connect yet: a
// database that is away shows in the first use, and mends itself when it is back.
func Open(ctx context.Context, c Config) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(c.URL)
	if err != nil {
		return nil, fmt.Errorf("database URL: %w", err)
	}
	setParams(config.ConnConfig, c)
	config.ConnConfig.Tracer = withQueue(c.Tracer)
	if c.MaxConnections > 0 {
		config.MaxConns = c.MaxConnections
	}
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		registerUUID(conn)
		if c.Accept == nil {
			return nil
		}
		return c.Accept(ctx, conn)
	}
	return pgxpool.NewWithConfig(ctx, config)
}

// Connect opens one connection outside any pool, for LISTEN and for lanes that own theirs.
func Connect(ctx context.Context, c Config) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(c.URL)
	if err != nil {
		return nil, fmt.Errorf("database URL: %w", err)
	}
	setParams(config, c)
	conn, err := pgx.ConnectConfig(ctx, config)
	if err == nil {
		registerUUID(conn)
	}
	return conn, err
}

func setParams(config *pgx.ConnConfig, c Config) {
	config.Tracer = c.Tracer
	params := config.RuntimeParams
	params["role"] = string(c.Role)
	params["search_path"] = ""
	params["timezone"] = "UTC"
	params["jit"] = "off" // statements are short; where the planner knows little of a table, compiling one takes longer than it would run
	params["application_name"] = c.Name
	params["idle_in_transaction_session_timeout"] = fmt.Sprint(idleInTransaction.Milliseconds())
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 5 * time.Second
	}
}
