package pgserver

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// passwordFile holds the password of all logins, in the cluster's own folder, which only
// the server's user may enter.
const passwordFile = "polder.password"

// init makes the cluster beside its place and moves it there, so that a cluster that
// exists is complete.
func (s *Server) init(ctx context.Context, passwords bool) error {
	if _, err := os.Stat(filepath.Join(s.dir, "PG_VERSION")); err == nil {
		return nil
	}
	fresh := &Server{bin: s.bin, user: s.user, dir: s.dir + ".new"}
	if err := os.RemoveAll(fresh.dir); err != nil {
		return err
	}
	if err := s.user.makeDir(fresh.dir); err != nil {
		return err
	}
	if err := fresh.initdb(ctx, passwords); err != nil {
		return err
	}
	if err := os.Remove(s.dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is in the way of a new PostgreSQL cluster: %w", s.dir, err)
	}
	return os.Rename(fresh.dir, s.dir)
}

func (s *Server) initdb(ctx context.Context, passwords bool) error {
	args := []string{"-D", s.dir, "-U", Superuser, "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"}
	if !passwords {
		return s.command(ctx, "initdb", append(args, "-A", "trust")...).run()
	}
	password := rand.Text()
	file := s.dir + ".password"
	if err := s.user.writeFile(file, password); err != nil {
		return err
	}
	defer os.Remove(file)
	if err := s.command(ctx, "initdb", append(args, "-A", "scram-sha-256", "--pwfile", file)...).run(); err != nil {
		return err
	}
	return s.user.writeFile(filepath.Join(s.dir, passwordFile), password)
}

// readPassword returns the cluster's password, empty when it asks for none.
func (s *Server) readPassword() (string, error) {
	password, err := os.ReadFile(filepath.Join(s.dir, passwordFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(password), err
}

// configure writes what this server needs into the file that overrules postgresql.conf.
func (s *Server) configure(extra map[string]string) error {
	settings := map[string]string{
		"listen_addresses": "127.0.0.1", "port": strconv.Itoa(s.Port), "unix_socket_directories": s.dir,
		"max_connections": "200", "shared_buffers": "256MB", "max_wal_size": "4GB", "logging_collector": "off",
	}
	if len(s.dir) > 80 || strings.ContainsAny(s.dir, `,"`) { // a socket's path holds 107 bytes; a comma ends it
		settings["unix_socket_directories"] = ""
	}
	for name, value := range extra {
		settings[name] = value
	}
	var text strings.Builder
	for name, value := range settings {
		fmt.Fprintf(&text, "%s = '%s'\n", name, strings.ReplaceAll(value, "'", "''"))
	}
	return s.user.writeFile(filepath.Join(s.dir, "postgresql.auto.conf"), text.String())
}

// readPort returns the port of the last start, 0 before the first.
func (s *Server) readPort() int {
	text, err := os.ReadFile(filepath.Join(s.dir, "postgresql.auto.conf"))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), "port = '"); ok {
			port, _ := strconv.Atoi(strings.TrimSuffix(value, "'"))
			return port
		}
	}
	return 0
}

func (s *Server) postmaster() (int, error) {
	text, err := os.ReadFile(filepath.Join(s.dir, "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) < 4 {
		return 0, errors.New("postmaster.pid is not complete yet")
	}
	return strconv.Atoi(lines[0])
}

// buryZombie removes the lock files of a killed server that nobody has reaped yet, as in a
// container without an init process: PostgreSQL takes a zombie for a running server.
func (s *Server) buryZombie() error {
	pid, _ := s.postmaster()
	zombie := pid != 0 && syscall.Kill(pid, 0) == nil && !alive(pid)
	if !zombie {
		return nil
	}
	for _, lock := range []string{fmt.Sprintf(".s.PGSQL.%d.lock", s.readPort()), "postmaster.pid"} {
		if err := os.Remove(filepath.Join(s.dir, lock)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// logTail returns the end of the server's log, for an error message.
func (s *Server) logTail() string {
	const most = 2000
	text, err := os.ReadFile(s.LogFile())
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-most):])
}
