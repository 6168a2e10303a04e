package main

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/migrations"
)

// database holds both the catalog and the store.
const database = "polder"

// Logins of the processes; logins.sql gives each its roles.
const (
	apiLogin       = "polder_api_login"
	projectorLogin = "polder_projector_login"
	adminLogin     = "polder_admin_login"
)

//go:embed logins.sql
var loginsSQL string

// startDatabase brings up PostgreSQL with migrated schemas and the processes' logins.
func startDatabase(ctx context.Context, c config) (*pgserver.Server, error) {
	if err := pgserver.Install(ctx, c.Out); err != nil {
		return nil, err
	}
	server, err := pgserver.Start(ctx, pgserver.Config{Dir: c.path("pg"), Port: c.PGPort, Passwords: true})
	if err != nil {
		return nil, err
	}
	c.say("PostgreSQL runs on port %d, its data is in %s", server.Port, server.Dir())
	if err := createDatabase(ctx, server); err != nil {
		return server, err
	}
	for _, schema := range []migrations.Schema{migrations.Catalog, migrations.Store} {
		if err := migrations.Up(ctx, server.URL(database), schema); err != nil {
			return server, err
		}
	}
	return server, createLogins(ctx, server)
}

func createDatabase(ctx context.Context, server *pgserver.Server) error {
	conn, err := pgx.Connect(ctx, server.URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var exists bool
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", database).Scan(&exists)
	if err != nil || exists {
		return err
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+database+" TEMPLATE template0")
	return err
}

func createLogins(ctx context.Context, server *pgserver.Server) error {
	conn, err := pgx.Connect(ctx, server.URL(database))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, loginsSQL); err != nil {
		return fmt.Errorf("logins: %w", err)
	}
	for _, login := range []string{apiLogin, projectorLogin, adminLogin} {
		if _, err := conn.Exec(ctx, "ALTER ROLE "+login+" PASSWORD "+quote(server.Password)); err != nil {
			return fmt.Errorf("login %s: %w", login, err)
		}
	}
	return nil
}

// quote makes a literal for a statement that takes no parameters.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// location is the address of the store as the catalog knows it: without credentials.
func location(server *pgserver.Server) string {
	return fmt.Sprintf("postgres://127.0.0.1:%d/%s?sslmode=disable", server.Port, database)
}
