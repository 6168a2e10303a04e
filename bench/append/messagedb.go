package appendbench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/polderhq/polder/internal/pgserver"
)

const (
	messageDBPackage = "@eventide/message-db@1.3.1"
	messageDatabase  = "message_store"
	fetchTimeout     = 45 * time.Second
)

// installMessageDB fetches Message DB's SQL with npm and installs it on the server.
func installMessageDB(ctx context.Context, server *pgserver.Server, dir string) error {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	fetch := exec.CommandContext(ctx, "npm", "install", "--prefix", dir, "--no-audit", "--no-fund", messageDBPackage)
	if out, err := fetch.CombinedOutput(); err != nil {
		return fmt.Errorf("npm: %w: %s", err, out)
	}
	psql := pgserver.Tool("psql")
	install := exec.CommandContext(ctx, "bash", filepath.Join(dir, "node_modules", "@eventide", "message-db", "database", "install.sh"))
	install.Env = append(os.Environ(), "PATH="+filepath.Dir(psql)+":"+os.Getenv("PATH"), "DATABASE_NAME="+messageDatabase,
		"PGHOST=127.0.0.1", "PGPORT="+strconv.Itoa(server.Port), "PGUSER="+pgserver.Superuser)
	if out, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("install: %w: %s", err, out)
	}
	return nil
}
