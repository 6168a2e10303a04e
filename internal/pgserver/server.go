package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Superuser is the login that initdb creates.
const Superuser = "polder"

// startTimeout bounds a start; recovery after a crash takes the longest.
const startTimeout = 3 * time.Minute

// Config says where a server lives and how careful it is.
type Config struct {
	Dir      string            // the cluster's folder; made when missing
	Port     int               // zero: any free port, kept in the folder for the next start
	Settings map[string]string // postgresql.conf settings on top of the defaults

	// Passwords makes a new cluster ask every login for Server.Password, so that other users
	// of the machine stay out. False trusts whoever reaches the loopback, which is for tests.
	Passwords bool
}

// Server is a running PostgreSQL.
type Server struct {
	bin      string
	dir      string
	user     *account
	Port     int
	Password string // of all logins; empty: none is asked for
}

// Start makes the cluster when it is missing, starts it when it is not running, and
// returns when it accepts connections.
func Start(ctx context.Context, c Config) (*Server, error) {
	s, err := open(c.Dir)
	if err != nil {
		return nil, err
	}
	if err := s.init(ctx, c.Passwords); err != nil {
		return nil, err
	}
	if s.Password, err = s.readPassword(); err != nil {
		return nil, err
	}
	if s.Running() {
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
	s, err := open(dir)
	if errors.Is(err, ErrNotInstalled) {
		return os.RemoveAll(dir)
	}
	if err != nil {
		return err
	}
	if err := s.Stop(ctx); err != nil {
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
	if s.Password != "" {
		login += ":" + s.Password // hex, nothing to escape
	}
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable", login, s.Port, database)
}

// Dir is the cluster's folder: the one that was asked for, or another when the server's
// user cannot reach that.
func (s *Server) Dir() string { return s.dir }

// Programs is the folder of PostgreSQL's programs.
func (s *Server) Programs() string { return s.bin }

// LogFile is where the server writes its log.
func (s *Server) LogFile() string { return filepath.Join(s.dir, "server.log") }

// Running reports whether the server's process is there.
func (s *Server) Running() bool {
	pid, err := s.postmaster()
	return err == nil && alive(pid)
}

// Stop shuts the server down and disconnects its clients. Stopping twice is fine.
func (s *Server) Stop(ctx context.Context) error {
	if !s.Running() {
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
	processes := append([]int{pid}, childrenOf(pid)...)
	for _, process := range processes {
		_ = syscall.Kill(process, syscall.SIGKILL) // may have ended by itself
	}
	for slices.ContainsFunc(processes, alive) { // a backend that lingers holds the shared memory
		time.Sleep(5 * time.Millisecond) // the kernel offers no signal for another's child
	}
	return nil
}

func (s *Server) start(ctx context.Context, c Config) error {
	if err := s.buryZombie(); err != nil {
		return err
	}
	if err := s.choosePort(c.Port); err != nil {
		return err
	}
	if err := s.configure(c.Settings); err != nil {
		return err
	}
	if err := s.command(ctx, "pg_ctl", "start", "-D", s.dir, "-l", s.LogFile(), "-W").run(); err != nil {
		return err
	}
	return s.waitReady(ctx)
}

// choosePort takes the wanted port, or else the one of the last start, or else a free one.
func (s *Server) choosePort(wanted int) (err error) {
	if s.Port = wanted; wanted == 0 {
		s.Port = s.readPort()
	}
	if s.Port != 0 && free(s.Port) {
		return nil
	}
	if wanted != 0 {
		return fmt.Errorf("port %d is taken; choose another", wanted)
	}
	s.Port, err = freePort()
	return err
}

func (s *Server) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	const grace = 5 * time.Second // until a server that just started has written its process id
	for started := time.Now(); ; {
		conn, err := pgx.Connect(ctx, s.URL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		if !s.Running() && time.Since(started) > grace {
			return fmt.Errorf("PostgreSQL ended while it started: %w\n%s", err, s.logTail())
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not accept connections, see %s: %w", s.LogFile(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
