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

// indexTimeout is how long a concurrent index waits for others.
const indexTimeout = "30min"

// concurrent is a migration that makes an index without keeping writers out. It cannot be part
// of a transaction, so it stands in a file of its own.
type concurrent struct {
	schema, name, table string
	kind                string // INDEX or UNIQUE INDEX
	what                string // from the access method or the columns on
}

var (
	comments = regexp.MustCompile(`--[^\n]*`)
	// IF NOT EXISTS: a process may die between the index and its version.
	concurrently = regexp.MustCompile(`(?is)^CREATE\s+((?:UNIQUE\s+)?INDEX)\s+CONCURRENTLY\s+IF\s+NOT\s+EXISTS\s+([a-z0-9_]+)\s+ON\s+([a-z0-9_]+)\.([a-z0-9_]+)\s+([^;]*);?$`)
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
	return &concurrent{kind: match[1], name: match[2], schema: match[3], table: match[4], what: match[5]}, nil
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

// create makes the index where it is missing. Of a partitioned table PostgreSQL makes none
// concurrently, so that is made of its partitions' indexes, which are; it is invalid until all are there.
func (c *concurrent) create(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, `SELECT p.relname FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhrelid
		WHERE i.inhparent = format('%I.%I', $1::text, $2::text)::regclass ORDER BY p.relname`, c.schema, c.table)
	if err != nil {
		return err
	}
	partitions, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if len(partitions) == 0 {
		return c.createOn(ctx, conn, c.name, c.table)
	}
	if _, err := conn.Exec(ctx, fmt.Sprintf("CREATE %s IF NOT EXISTS %s ON ONLY %s.%s %s", c.kind, c.name, c.schema, c.table, c.what)); err != nil {
		return err
	}
	for _, partition := range partitions {
		name := c.name + strings.TrimPrefix(partition, c.table)
		if err := c.createOn(ctx, conn, name, partition); err != nil {
			return err
		}
		if _, err := conn.Exec(ctx, fmt.Sprintf("ALTER INDEX %s.%s ATTACH PARTITION %[1]s.%[3]s", c.schema, c.name, name)); err != nil {
			return err
		}
	}
	return nil
}

// createOn makes the index of one table that has rows. PostgreSQL leaves an invalid one behind when making it
// fails, which serves nobody and costs every write; such a one is dropped first.
func (c *concurrent) createOn(ctx context.Context, conn *pgx.Conn, name, table string) error {
	var invalid bool
	err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class r ON r.oid = i.indexrelid
		WHERE NOT i.indisvalid AND r.relname = $1 AND r.relnamespace = $2::regnamespace)`, name, c.schema).Scan(&invalid)
	if err != nil {
		return err
	}
	if invalid {
		if err := patiently(ctx, conn, fmt.Sprintf("DROP INDEX CONCURRENTLY %s.%s", c.schema, name)); err != nil {
			return err
		}
	}
	return patiently(ctx, conn, fmt.Sprintf("CREATE %s CONCURRENTLY IF NOT EXISTS %s ON %s.%s %s", c.kind, name, c.schema, table, c.what))
}

// patiently runs a concurrent statement, which waits for all transactions that are older than
// itself. Nobody but other migrations queues behind it.
func patiently(ctx context.Context, conn *pgx.Conn, statement string) error {
	if _, err := conn.Exec(ctx, "SET lock_timeout = '"+indexTimeout+"'"); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, statement)
	_, resetErr := conn.Exec(ctx, "RESET lock_timeout")
	return errors.Join(err, resetErr)
}
