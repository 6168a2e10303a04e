package es

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// sessionSQL sets up a connection for appends. Its statements have the same plan whatever
// their parameters, so planning each time is lost time; and none waits for a head for long.
// Acknowledged means stored, also where a role or database has another default.
const sessionSQL = `SELECT pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', false),
	pg_catalog.set_config('lock_timeout', '` + lockWait + `', false),
	CASE WHEN pg_catalog.current_setting('synchronous_commit') IN ('off', 'local')
		THEN pg_catalog.set_config('synchronous_commit', 'on', false) END`

// preparedKey is where a connection keeps its prepared statements.
const preparedKey = "polder.es.prepared"

// prepare returns the connection's statements, which it prepares on its first use.
func prepare(ctx context.Context, conn *pgx.Conn) (*[forms]*pgconn.StatementDescription, error) {
	data := conn.PgConn().CustomData()
	if prepared, ok := data[preparedKey].(*[forms]*pgconn.StatementDescription); ok {
		return prepared, nil
	}
	if _, err := conn.Exec(ctx, sessionSQL); err != nil {
		return nil, err
	}
	prepared := &[forms]*pgconn.StatementDescription{}
	for form, sql := range map[form]string{single: appendSingleSQL, plain: appendSQL, guarded: appendGuardedSQL} {
		statement, err := conn.Prepare(ctx, sql, sql)
		if err != nil {
			return nil, err
		}
		prepared[form] = statement
	}
	data[preparedKey] = prepared
	return prepared, nil
}
