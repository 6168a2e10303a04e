package pgtest

import (
	"context"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pgserver"
)

// startServer starts the server that all test binaries of the checkout share, or finds it.
func startServer(ctx context.Context, root string) (*pgserver.Server, error) {
	return pgserver.Start(ctx, pgserver.Config{Dir: filepath.Join(root, ".polder", "test-pg"), Settings: map[string]string{
		// The machine does not lose power during a test; processes are killed, which fsync is not about.
		"fsync": "off", "full_page_writes": "off", "max_connections": "500", "max_locks_per_transaction": "256",
	}})
}

// StopServer ends the shared server, unless other tests are at work on it. The next test
// starts it again.
func StopServer(ctx context.Context) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	unlock, err := lock(filepath.Join(root, ".polder", "test.lock"))
	if err != nil {
		return err
	}
	defer unlock()
	server, err := startServer(ctx, root)
	if err != nil {
		return err
	}
	if busy, err := inUse(ctx, server); err != nil || busy {
		return err
	}
	return server.Stop(ctx)
}

func inUse(ctx context.Context, server *pgserver.Server) (busy bool, err error) {
	conn, err := pgx.Connect(ctx, server.URL("postgres"))
	if err != nil {
		return false, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_stat_activity
		WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())`).Scan(&busy)
	return busy, err
}
