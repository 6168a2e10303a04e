package pgserver_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgserver"
)

// folder returns one that the server's user can reach, with a space in its path.
func folder(t *testing.T) string {
	t.Helper()
	parent, err := os.MkdirTemp("/tmp", "polder server-") //nolint:usetesting // the user postgres may not enter t.TempDir()
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
		if err := os.Remove(parent); err != nil {
			t.Error("something was left behind:", err)
		}
	})
	return dir
}

func ask(t *testing.T, url, sql string) (string, error) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.Background())
	var answer string
	return answer, conn.QueryRow(t.Context(), sql).Scan(&answer)
}

func TestServerKeepsItsDataAndPortOverACrash(t *testing.T) {
	t.Parallel()
	config := pgserver.Config{Dir: folder(t), Passwords: true}
	server, err := pgserver.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ask(t, server.URL("postgres"), "SELECT 'in'"); err != nil {
		t.Fatal(err)
	}
	port := server.Port
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	if server.Running() {
		t.Fatal("it runs after Kill")
	}
	again, err := pgserver.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if again.Port != port || again.Password != server.Password {
		t.Errorf("port %d after the crash, was %d", again.Port, port)
	}
	found, err := pgserver.Start(t.Context(), config)
	if err != nil || found.Port != port {
		t.Errorf("a second Start did not find the running server: %v", err)
	}
}

func TestServerAsksForItsPassword(t *testing.T) {
	t.Parallel()
	server, err := pgserver.Start(t.Context(), pgserver.Config{Dir: folder(t), Passwords: true})
	if err != nil {
		t.Fatal(err)
	}
	without := strings.Replace(server.URL("postgres"), ":"+server.Password, "", 1)
	if _, err := ask(t, without, "SELECT 'in'"); pg.Code(err) != "28P01" && err == nil {
		t.Errorf("a login without the password: %v", err)
	}
	socket := strings.Replace(without, "127.0.0.1", "", 1) + "&host=" + filepath.Dir(server.LogFile())
	if _, err := ask(t, socket, "SELECT 'in'"); err == nil {
		t.Error("the socket lets in who gives no password")
	}
}

func TestStoppingWhatWasNeverStarted(t *testing.T) {
	t.Parallel()
	if err := pgserver.StopDir(t.Context(), folder(t)); err != nil {
		t.Error(err)
	}
}
