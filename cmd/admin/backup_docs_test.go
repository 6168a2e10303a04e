package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/pgtest"
)

const backupGuide = "../../docs/backup.md"

// backupStory is an installation that is restored as the guide says.
type backupStory struct {
	*world
	server *pgserver.Server
	blocks []string // of the guide, in order
	shell  map[string]string
}

// TestTheGuideOfBackups goes through an accident with the commands of the guide: what was
// acknowledged up to the moment is there, what came after is gone, and the platform goes on.
func TestTheGuideOfBackups(t *testing.T) {
	t.Parallel()
	s := newBackupStory(t)
	url, stop := s.startAPI()
	s.register(url, "Before the backup")
	s.sh() // base backup
	s.register(url, "After the backup")
	s.shell["MOMENT"] = s.moment()
	s.register(url, "Lost")
	stop()

	if err := s.server.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.sh() // the backup in its place
	s.start()
	s.waitUntilPromoted()
	s.admin()

	url, _ = s.startAPI()
	if status := s.status(url, "GET", "/v1/notifications?projections=People", "", "Last-Event-ID", "3"); status != http.StatusBadRequest {
		t.Errorf("a consumer of what is gone gets %d", status)
	}
	s.register(url, "The next one")
	shown := decode[shownAccount](s.world, "account", "show", "northwind")
	if shown.Head.SequenceNumber != 3 || shown.Head.Epoch != 2 {
		t.Errorf("the account stands at %+v, want number 3 under epoch 2", shown.Head)
	}
	history := s.ok("event", "list", "--account", "northwind", "--output", "json")
	for name, there := range map[string]bool{"Before the backup": true, "After the backup": true, "Lost": false, "The next one": true} {
		if strings.Contains(history, name) != there {
			t.Errorf("%q in the history: want %v", name, there)
		}
	}
	if left := len(s.blocks); left != 0 {
		t.Errorf("%d blocks of the guide were not run", left)
	}
}

func newBackupStory(t *testing.T) *backupStory {
	t.Helper()
	dir := pgtest.ServerDir(t)
	s := &backupStory{shell: map[string]string{}}
	for _, block := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```$").FindAllStringSubmatch(read(t, backupGuide), -1) {
		s.blocks = append(s.blocks, block[1])
	}
	s.shell["ARCHIVE"], s.shell["BACKUP"], s.shell["PGDATA"] = filepath.Join(filepath.Dir(dir), "wal"), filepath.Join(filepath.Dir(dir), "base"), dir
	s.world = &world{T: t}
	s.start()
	database, err := pgtest.Migrate(t.Context(), s.server, "polder")
	if err != nil {
		t.Fatal(err)
	}
	s.world = worldOf(t, database)
	s.ok("store", "add", "main", s.location)
	s.ok("model", "publish", "--version", "2026.11.1")
	s.ok("account", "create", "northwind")
	s.env["POLDER_API_KEY"] = decode[newKey](s.world, "key", "create", "northwind", "tests", "--roles", "*").Token
	return s
}

// start starts the server with the settings of the guide, at the port that it has had.
func (s *backupStory) start() {
	s.Helper()
	config := pgserver.Config{Dir: s.shell["PGDATA"], Settings: map[string]string{
		"fsync":                   "off", // the accident is not one of the machine, and a backup has no sockets
		"unix_socket_directories": "", "archive_mode": "on", "archive_command": fmt.Sprintf(`test ! -f "%s/%%f" && cp "%%p" "%s/%%f"`, s.shell["ARCHIVE"], s.shell["ARCHIVE"]),
	}}
	if s.server != nil {
		config.Port = s.server.Port
	}
	server, err := pgserver.Start(s.Context(), config)
	if err != nil {
		s.Fatal(err)
	}
	s.server = server
	if _, err := os.Stat(s.shell["ARCHIVE"]); err == nil {
		return
	}
	parent := filepath.Dir(s.shell["ARCHIVE"])
	owner := s.owner()
	for _, dir := range []string{parent, s.shell["ARCHIVE"]} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			s.Fatal(err)
		}
		if err := os.Chown(dir, int(owner.Uid), int(owner.Gid)); err != nil {
			s.Fatal(err)
		}
	}
}

// owner is the operating-system user of the server.
func (s *backupStory) owner() *syscall.Credential {
	s.Helper()
	info, err := os.Stat(s.server.Dir())
	if err != nil {
		s.Fatal(err)
	}
	stat := info.Sys().(*syscall.Stat_t)
	return &syscall.Credential{Uid: stat.Uid, Gid: stat.Gid}
}

// sh runs the guide's next block as the server's user.
func (s *backupStory) sh() {
	s.Helper()
	cmd := exec.CommandContext(s.Context(), "sh", "-euc", s.next())
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + s.server.Programs() + ":" + os.Getenv("PATH"), "PGHOST=127.0.0.1", fmt.Sprint("PGPORT=", s.server.Port), "PGUSER=" + pgserver.Superuser}
	for name, value := range s.shell {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.owner()}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		s.Fatalf("%v\n%s", err, out)
	}
}

func (s *backupStory) next() string {
	s.Helper()
	if len(s.blocks) == 0 {
		s.Fatal("the guide has no further block")
	}
	block := s.blocks[0]
	s.blocks = s.blocks[1:]
	return block
}

// admin runs the guide's next block, which is of commands of admin. Doctor may find what a
// test server does without.
func (s *backupStory) admin() {
	s.Helper()
	for line := range strings.Lines(s.next()) {
		args := strings.Fields(line)
		if r := s.run(args[1:]...); r.code != exitOK && args[1] != "doctor" {
			s.Fatalf("%s: exit code %d\n%s%s", line, r.code, r.out, r.err)
		}
	}
}

// moment is the time by which everything up to now is committed, and nothing that follows.
func (s *backupStory) moment() (now string) {
	s.Helper()
	s.super(func(conn *pgx.Conn) error {
		return conn.QueryRow(s.Context(), "SELECT clock_timestamp()::text").Scan(&now)
	})
	return now
}

func (s *backupStory) waitUntilPromoted() {
	s.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		recovering := true
		s.super(func(conn *pgx.Conn) error {
			return conn.QueryRow(s.Context(), "SELECT pg_is_in_recovery()").Scan(&recovering)
		})
		if !recovering {
			return
		}
		if time.Now().After(deadline) {
			s.Fatal("the server stays in recovery")
		}
	}
}

func (s *backupStory) super(do func(*pgx.Conn) error) {
	s.Helper()
	conn, err := pgx.Connect(s.Context(), s.server.URL("polder"))
	if err != nil {
		s.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := do(conn); err != nil {
		s.Fatal(err)
	}
}

func (s *backupStory) register(url, name string) {
	s.Helper()
	if status := s.status(url, "POST", "/v1/commands", fmt.Sprintf(`{"RegisterPersonCommand": {"Name": %q}}`, name)); status != http.StatusOK {
		s.Fatalf("%s is not stored: %d", name, status)
	}
}

// status sends a request and returns the answer's status; header holds names and values in turn.
func (s *backupStory) status(url, method, path, body string, header ...string) int {
	s.Helper()
	request, err := http.NewRequestWithContext(s.Context(), method, url+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.env["POLDER_API_KEY"])
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		_, _ = io.Copy(io.Discard, response.Body)
	}
	return response.StatusCode
}
