package pgserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Superuser is the login that initdb creates; it needs no password on this machine's
// loopback and socket.
const Superuser = "polder"

// Config says where a server lives and how careful it is.
type Config struct {
	Dir      string            // the cluster's folder; made when missing
	Port     int               // zero: any free port, kept in the folder for the next start
	Settings map[string]string // postgresql.conf settings on top of the defaults
}

// Server is a running PostgreSQL.
type Server struct {
	bin  string
	dir  string
	user *account
	Port int
}

// Start makes the cluster when it is missing, starts it when it is not running, and
// returns when it accepts connections.
func Start(ctx context.Context, c Config) (*Server, error) {
	s, err := open(c.Dir)
	if err != nil {
		return nil, err
	}
	if err := s.init(ctx); err != nil {
		return nil, err
	}
	if s.running() {
		s.Port = s.readPort()
		return s, s.waitReady(ctx)
	}
	return s, s.start(ctx, c)
}

// StopDir stops the server whose cluster is in dir. It is fine when there is none.
func StopDir(ctx context.Context, dir string) error {
	s, err := open(dir)
	if errors.Is(err, ErrNotInstalled) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.Stop(ctx)
}

// RemoveDir stops the server whose cluster is in dir, and removes the cluster.
func RemoveDir(ctx context.Context, dir string) error {
	if err := StopDir(ctx, dir); err != nil {
		return err
	}
	s, err := open(dir)
	if errors.Is(err, ErrNotInstalled) {
		return os.RemoveAll(dir)
	}
	if err != nil {
		return err
	}
	return os.RemoveAll(s.dir)
}

// open finds the programs, the user and the folder of a cluster that may not exist yet.
func open(dir string) (*Server, error) {
	bin, err := findBinaries()
	if err != nil {
		return nil, err
	}
	user, err := serverAccount()
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	if dir, err = user.reachable(dir); err != nil {
		return nil, err
	}
	return &Server{bin: bin, dir: dir, user: user}, nil
}

// URL returns a connection string of the superuser for the database.
func (s *Server) URL(database string) string { return s.LoginURL(Superuser, database) }

// LoginURL returns a connection string of the login for the database.
func (s *Server) LoginURL(login, database string) string {
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable", login, s.Port, database)
}

// Stop shuts the server down and disconnects its clients. Stopping twice is fine.
func (s *Server) Stop(ctx context.Context) error {
	if !s.running() {
		return nil
	}
	return s.command(ctx, "pg_ctl", "stop", "-D", s.dir, "-m", "fast", "-w").run()
}

// Kill ends the server and all its backends with SIGKILL, as a crash would, and returns
// when they are gone.
func (s *Server) Kill() error {
	pid, err := s.postmaster()
	if err != nil {
		return err
	}
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return err
	}
	for _, child := range strings.Fields(string(children)) {
		if childPID, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(childPID, syscall.SIGKILL) // may have ended by itself
		}
	}
	for alive(pid) {
		time.Sleep(5 * time.Millisecond) // the kernel offers no signal for another's child
	}
	return nil
}

func (s *Server) init(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(s.dir, "PG_VERSION")); err == nil {
		return nil
	}
	if err := s.user.makeDir(s.dir); err != nil {
		return err
	}
	return s.command(ctx, "initdb", "-D", s.dir, "-U", Superuser, "-A", "trust", "-E", "UTF8",
		"--locale=C.UTF-8", "--no-instructions").run()
}

func (s *Server) start(ctx context.Context, c Config) error {
	if s.Port = c.Port; s.Port == 0 {
		s.Port = s.readPort()
	}
	if s.Port == 0 || (c.Port == 0 && !free(s.Port)) {
		port, err := freePort()
		if err != nil {
			return err
		}
		s.Port = port
	}
	if !free(s.Port) {
		return fmt.Errorf("port %d is taken; choose another", s.Port)
	}
	if err := s.configure(c.Settings); err != nil {
		return err
	}
	if err := s.command(ctx, "pg_ctl", "start", "-D", s.dir, "-l", filepath.Join(s.dir, "server.log"), "-W").run(); err != nil {
		return err
	}
	return s.waitReady(ctx)
}

// configure writes what this server needs into a file that postgresql.conf includes.
func (s *Server) configure(extra map[string]string) error {
	settings := map[string]string{
		"listen_addresses": "127.0.0.1", "port": strconv.Itoa(s.Port), "unix_socket_directories": s.dir,
		"max_connections": "200", "shared_buffers": "256MB", "max_wal_size": "4GB", "logging_collector": "off",
	}
	if len(s.dir) > 80 { // a socket's path holds 107 bytes at most
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

func (s *Server) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.URL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL in %s does not accept connections, see server.log there: %w", s.dir, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *Server) running() bool {
	pid, err := s.postmaster()
	return err == nil && alive(pid)
}

func (s *Server) postmaster() (int, error) {
	lines, err := s.pidFile()
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(lines[0])
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

func (s *Server) pidFile() ([]string, error) {
	text, err := os.ReadFile(filepath.Join(s.dir, "postmaster.pid"))
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) < 4 {
		return nil, errors.New("postmaster.pid is not complete yet")
	}
	return lines, nil
}

type command struct{ *exec.Cmd }

func (s *Server) command(ctx context.Context, name string, args ...string) command {
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, name), args...)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	// Its own session: Ctrl-C at the terminal reaches the caller, who stops the server in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: s.user.credential}
	return command{cmd}
}

// run waits for the command and returns its output as the error when it fails. The output
// goes to a file, because a started server keeps it open and a pipe would never end.
func (c command) run() error {
	out, err := os.CreateTemp("", "polder-pg-*")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	c.Stdout, c.Stderr = out, out
	if err := c.Run(); err != nil {
		text, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%s: %w\n%s", filepath.Base(c.Path), err, text)
	}
	return nil
}

func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(after, "Z")
}

func free(port int) bool {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	return listener.Close() == nil
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
