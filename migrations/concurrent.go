package migrations

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"

	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5"
)

// concurrent is a migration that makes an index without keeping writers out. It cannot be part
// of a transaction, so it stands in a file of its own.
type concurrent struct {
	schema, name string
	statement    string
}

var (
	comments = regexp.MustCompile(`--[^\n]*`)
	// IF NOT EXISTS: a process may die between the index and its version.
	concurrently = regexp.MustCompile(`(?is)^CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+IF\s+NOT\s+EXISTS\s+([a-z0-9_]+)\s+ON\s+([a-z0-9_]+)\.[^;]*;?$`)
)

// parseConcurrent returns the index that the migration makes, or nil for a migration that runs in
// a transaction.
func parseConcurrent(body string) (*concurrent, error) {
	statement := strings.TrimSpace(comments.ReplaceAllString(body, ""))
	if !strings.Contains(strings.ToUpper(statement), "CONCURRENTLY") {
		return nil, nil
	}
	match := concurrently.FindStringSubmatch(statement)
	if match == nil {
		return nil, errors.New("a file with CONCURRENTLY holds one statement and no other: CREATE INDEX CONCURRENTLY IF NOT EXISTS name ON schema.table ...")
	}
	return &concurrent{name: match[1], schema: match[2], statement: statement}, nil
}

// concurrentIndex is parseConcurrent of the version's file.
func concurrentIndex(source fs.FS, schema Schema, version uint) (*concurrent, error) {
	from, err := iofs.New(source, string(schema))
	if err != nil {
		return nil, err
	}
	defer from.Close()
	file, _, err := from.ReadUp(version)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	body, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	return parseConcurrent(string(body))
}

// create makes the index where it is missing. PostgreSQL leaves an invalid one behind when making it
// fails, which serves nobody and costs every write; such a one is dropped first.
func (c *concurrent) create(ctx context.Context, conn *pgx.Conn) error {
	var invalid bool
	err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class r ON r.oid = i.indexrelid
		WHERE NOT i.indisvalid AND r.relname = $1 AND r.relnamespace = $2::regnamespace)`, c.name, c.schema).Scan(&invalid)
	if err != nil {
		return err
	}
	if invalid {
		if _, err := conn.Exec(ctx, fmt.Sprintf("DROP INDEX CONCURRENTLY %s.%s", c.schema, c.name)); err != nil {
			return err
		}
	}
	_, err = conn.Exec(ctx, c.statement)
	return err
}
