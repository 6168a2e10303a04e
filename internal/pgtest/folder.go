package pgtest

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/polderhq/polder/internal/pgserver"
)

// ServerDir returns a folder for a server of the test's own, which the server's user can
// reach (t.TempDir is closed to it). At the end of the test the server is stopped and the
// folder removed. There is a space in its path, as there may be in a user's.
func ServerDir(t testing.TB) string {
	t.Helper()
	parent, err := os.MkdirTemp("/tmp", "polder test-") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(parent, 0o755); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(parent, "pg")
	t.Cleanup(func() {
		if err := pgserver.RemoveDir(context.Background(), dir); err != nil {
			t.Error(err)
		}
		if err := os.RemoveAll(parent); err != nil {
			t.Error(err)
		}
	})
	return dir
}
