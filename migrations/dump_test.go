package migrations_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/migrations"
)

var dump = flag.Bool("dump", false, "make the dumps of older versions that are missing")

// schemasOf are the schemas that a dump of the schema has.
var schemasOf = map[migrations.Schema][]string{
	migrations.Catalog: {"catalog", "polder_migrations"},
	migrations.Store:   {"store", "read_models", "polder_migrations"},
}

func dumpOf(schema migrations.Schema, version uint) string {
	return fmt.Sprintf("testdata/dumps/%s-%d.sql", schema, version)
}

// upTo are the files of the release that brought the version.
func upTo(t *testing.T, schema migrations.Schema, version uint) fs.FS {
	t.Helper()
	all, files := release(t), fstest.MapFS{}
	paths, err := fs.Glob(all, string(schema)+"/*.up.sql")
	must(t, err)
	for _, path := range paths[:version] {
		text, err := fs.ReadFile(all, path)
		must(t, err)
		files[path] = &fstest.MapFile{Data: text}
	}
	return files
}

// emptied is a database on which nothing was migrated.
func emptied(t *testing.T) *pgtest.Database {
	t.Helper()
	db := pgtest.New(t)
	execute(t, db.OwnerURL, "DROP SCHEMA catalog, store, read_models, polder_migrations CASCADE",
		"SET ROLE polder_owner; CREATE SCHEMA polder_migrations")
	return db
}

// Every version but the newest has a dump, made when it was the newest. With -dump those that
// are missing are made: the migrations up to the version, with the rows of testdata/fill put in after
// each. One that is there is never made again.
func TestEveryOlderVersionHasADump(t *testing.T) {
	t.Parallel()
	for _, schema := range both {
		for version := uint(1); version < newest(schema); version++ {
			_, err := os.Stat(dumpOf(schema, version))
			if errors.Is(err, fs.ErrNotExist) && *dump {
				err = makeDump(t, schema, version)
			}
			if err != nil {
				t.Errorf("%v: go test ./migrations -run TestEveryOlderVersionHasADump -dump", err)
			}
		}
	}
}

func makeDump(t *testing.T, schema migrations.Schema, version uint) error {
	t.Helper()
	db := emptied(t)
	for v := uint(1); v <= version; v++ {
		must(t, migrations.Config{Files: upTo(t, schema, v)}.Up(t.Context(), db.OwnerURL, schema))
		fill, err := os.ReadFile(fmt.Sprintf("testdata/fill/%s-%d.sql", schema, v))
		if errors.Is(err, fs.ErrNotExist) {
			continue // it brought nothing that holds rows
		}
		must(t, err)
		execute(t, db.OwnerURL, string(fill))
	}
	arguments := []string{"--dbname", db.OwnerURL, "--inserts", "--load-via-partition-root", "--no-comments"}
	for _, name := range schemasOf[schema] {
		arguments = append(arguments, "--schema", name)
	}
	text, err := exec.CommandContext(t.Context(), pgserver.Tool("pg_dump"), arguments...).Output()
	must(t, err)
	return os.WriteFile(dumpOf(schema, version), []byte(plain(string(text))), 0o644)
}

// plain is the statements of a dump: without psql's commands, and without what differs from one
// version of pg_dump to the next.
func plain(text string) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		set := strings.HasPrefix(line, "SET ") && !strings.HasPrefix(line, "SET row_security")
		if strings.HasPrefix(line, `\`) || strings.HasPrefix(line, "--") || strings.TrimSpace(line) == "" || set {
			continue
		}
		kept.WriteString(line)
	}
	return kept.String()
}
