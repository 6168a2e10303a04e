package drill

import (
	"context"
	"errors"
	"slices"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// KillBackend kills the process of one connection, which dice choose; PostgreSQL then ends all, and
// recovers.
func (s *Site) KillBackend(ctx context.Context, dice int64) error {
	return s.backends(ctx, func(_ *pgx.Conn, pids []int) error {
		if len(pids) == 0 {
			return nil
		}
		at := int(dice % int64(len(pids)))
		return killFirst(slices.Concat(pids[at:], pids[:at]))
	})
}

// killFirst kills the first of the processes that is still there: connections end by themselves,
// and so did those that PostgreSQL named a moment ago. None that is there is no error.
func killFirst(pids []int) error {
	for _, pid := range pids {
		if err := syscall.Kill(pid, syscall.SIGKILL); !errors.Is(err, syscall.ESRCH) {
			return err
		}
	}
	return nil
}

// EndSessions has PostgreSQL end each session of the platform of which which says so.
func (s *Site) EndSessions(ctx context.Context, which func() bool) error {
	return s.backends(ctx, func(super *pgx.Conn, pids []int) error {
		for _, pid := range pids {
			if !which() {
				continue
			}
			if _, err := super.Exec(ctx, "SELECT pg_terminate_backend($1)", pid); err != nil {
				return err
			}
		}
		return nil
	})
}

// backends tells do the server's processes for connections of the platform, on a superuser's connection.
func (s *Site) backends(ctx context.Context, do func(super *pgx.Conn, pids []int) error) error {
	conn, err := pgx.Connect(ctx, s.URL())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, err := conn.Query(ctx, "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND application_name LIKE 'polder-%' ORDER BY backend_start, pid", Database)
	if err != nil {
		return err
	}
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return err
	}
	return do(conn, pids)
}
