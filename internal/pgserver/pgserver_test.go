package pgserver_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/pgtest"
)

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
	config := pgserver.Config{Dir: pgtest.ServerDir(t), Passwords: true}
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
	server, err := pgserver.Start(t.Context(), pgserver.Config{Dir: pgtest.ServerDir(t), Passwords: true})
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
	if err := pgserver.StopDir(t.Context(), pgtest.ServerDir(t)); err != nil {
		t.Error(err)
	}
}
