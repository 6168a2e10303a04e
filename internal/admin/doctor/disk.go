package doctor

import (
	"context"
	_ "embed"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	heldWarn = 5 << 30 // bytes of write-ahead log that a replication slot keeps
	heldFail = 50 << 30
)

var (
	//go:embed sql/slots.sql
	slotsSQL string
	//go:embed sql/archiver.sql
	archiverSQL string
	//go:embed sql/vacuum.sql
	vacuumSQL string
)

// checkDisk looks for what fills a disk while nobody looks: write-ahead log that is kept for somebody who does not come for it. How
// much room there is left only the server's host knows.
func checkDisk(ctx context.Context, s *session) error {
	var size string
	if err := s.plain.QueryRow(ctx, "SELECT pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(pg_catalog.current_database()))").Scan(&size); err != nil {
		return err
	}
	var failed, archived *time.Time
	var file string
	if err := s.plain.QueryRow(ctx, archiverSQL).Scan(&failed, &archived, &file); err != nil {
		return err
	}
	if failed != nil && (archived == nil || failed.After(*archived)) {
		s.fail("see in the server's log why archive_command fails; until it does not, write-ahead log is kept, and there is no restore to a later moment",
			"write-ahead log is not archived: %s failed at %s", file, failed.UTC().Format(time.RFC3339))
	}
	rows, err := s.plain.Query(ctx, slotsSQL, int64(heldWarn))
	if err != nil {
		return err
	}
	type slot struct {
		Name   string
		Active bool
		Held   int64
		Pretty string
	}
	slots, err := pgx.CollectRows(rows, pgx.RowToStructByPos[slot])
	if err != nil {
		return err
	}
	for _, slot := range slots {
		note := s.warn
		if slot.Held > heldFail {
			note = s.fail
		}
		note("have its consumer come for it, or SELECT pg_drop_replication_slot('"+slot.Name+"')", "replication slot %s keeps %s of write-ahead log (in use: %t)", slot.Name, slot.Pretty, slot.Active)
	}
	if s.bad() == 0 {
		s.ok("the database takes %s; no slot and no archive holds write-ahead log back", size)
	}
	return nil
}

// checkVacuum looks for tables that vacuum is kept from, or does not keep up with.
func checkVacuum(ctx context.Context, s *session) error {
	rows, err := s.plain.Query(ctx, vacuumSQL)
	if err != nil {
		return err
	}
	type table struct {
		Name       string
		Off        bool
		Live, Dead int64
	}
	tables, err := pgx.CollectRows(rows, pgx.RowToStructByPos[table])
	if err != nil {
		return err
	}
	for _, t := range tables {
		if t.Off {
			s.fail("ALTER TABLE "+t.Name+" RESET (autovacuum_enabled)", "autovacuum is off for %s", t.Name)
		} else {
			s.warn("VACUUM (ANALYZE) "+t.Name+"; then look for what holds vacuum back (transactions above), or ALTER TABLE "+t.Name+" SET (autovacuum_vacuum_scale_factor = 0.02)",
				"vacuum does not keep up with %s: %d dead rows beside %d live ones", t.Name, t.Dead, t.Live)
		}
	}
	if s.bad() == 0 {
		s.ok("autovacuum is on for all tables, and keeps up")
	}
	return nil
}
