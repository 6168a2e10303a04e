package platform_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/polderhq/polder/cmd/dev/northwind"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/test/binaries"
)

// patience bounds every wait in these tests; a machine under load is slow.
const patience = 2 * time.Minute

// machine is a folder in which the platform runs, on ports of its own.
type machine struct {
	*testing.T
	dir   string
	ports []string
}

// newMachine returns one in a folder with a space in its path; what runs there at the end
// of the test is stopped and removed.
func newMachine(t *testing.T) *machine {
	t.Helper()
	parent := filepath.Dir(pgtest.ServerDir(t))
	m := &machine{T: t, dir: filepath.Join(parent, ".polder")}
	for _, name := range []string{"API_PORT", "PROJECTOR_PORT", "PG_PORT"} {
		m.ports = append(m.ports, name+"="+strconv.Itoa(freePort(t)))
	}
	t.Cleanup(func() {
		m.showLogs()
		m.must("clean")
		if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
			t.Errorf("clean left something behind: %v %v", left, err)
		}
	})
	return m
}

// showLogs puts what the processes have logged into the test's output, where the run looks for
// secrets.
func (m *machine) showLogs() {
	m.Helper()
	files, err := filepath.Glob(filepath.Join(m.dir, "log", "*.log"))
	if err != nil || len(files) == 0 {
		m.Errorf("no logs in %s: %v", m.dir, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			m.Error(err)
		}
		m.Logf("%s:\n%s", file, text)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

func (m *machine) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	m.Helper()
	cmd := exec.CommandContext(ctx, binaries.Path(m, program), args...)
	cmd.Env = append(os.Environ(), m.ports...)
	return cmd
}

// run runs dev to its end and returns what it said.
func (m *machine) run(args ...string) (string, error) {
	m.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := m.command(ctx, "dev", append([]string{"--dir", m.dir}, args...)...).CombinedOutput()
	return string(out), err
}

func (m *machine) must(args ...string) string {
	m.Helper()
	out, err := m.run(args...)
	if err != nil {
		m.Errorf("dev %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// foreground is an `up` that the test talks to as a terminal would.
type foreground struct {
	cmd  *exec.Cmd
	said chan string // its lines; closed when it ends
}

func (m *machine) up() *foreground {
	m.Helper()
	f := &foreground{cmd: m.command(context.Background(), "dev", "--dir", m.dir, "up"), said: make(chan string, 1000)}
	out, err := f.cmd.StdoutPipe()
	if err != nil {
		m.Fatal(err)
	}
	f.cmd.Stderr = f.cmd.Stdout
	if err := f.cmd.Start(); err != nil {
		m.Fatal(err)
	}
	go func() {
		defer close(f.said)
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			f.said <- scanner.Text()
		}
	}()
	return f
}

// waitFor returns when the line was said. What else is said is shown when it is missed: a
// terminal is told the key, which is nothing for the output of a test that passes.
func (m *machine) waitFor(f *foreground, text string) {
	m.Helper()
	var said []string
	deadline := time.After(patience)
	for {
		select {
		case line, open := <-f.said:
			if strings.Contains(line, text) {
				return
			}
			if said = append(said, line); !open {
				m.Fatalf("it ended before it said %q:\n%s", text, strings.Join(said, "\n"))
			}
		case <-deadline:
			m.Fatalf("it did not say %q:\n%s", text, strings.Join(said, "\n"))
		}
	}
}

// env reads dev.env as a program would.
func (m *machine) env() map[string]string {
	m.Helper()
	text, err := os.ReadFile(filepath.Join(m.dir, "dev.env"))
	if err != nil {
		m.Fatal(err)
	}
	values := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		values[name] = value
	}
	return values
}

func (m *machine) target() northwind.Target {
	env := m.env()
	return northwind.Target{URL: env["POLDER_URL"], Key: env["POLDER_API_KEY"]}
}

// ask sends a request and decodes its answer.
func (m *machine) ask(path, body string, answer any) error {
	response, err := m.target().Post(m.Context(), path, "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(answer); err != nil {
		return fmt.Errorf("%s: %w: %s", response.Status, err, text)
	}
	return nil
}

// children returns the process ids of api and projector.
func (m *machine) children() []int {
	m.Helper()
	text, err := os.ReadFile(filepath.Join(m.dir, "dev.json"))
	if err != nil {
		m.Fatal(err)
	}
	var state struct{ Children []int }
	if err := json.Unmarshal(text, &state); err != nil {
		m.Fatal(err)
	}
	return state.Children
}

// eventually waits for the condition.
func (m *machine) eventually(what string, holds func() bool) {
	m.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			m.Fatal("never: ", what)
		}
	}
}

// gone reports whether the process has ended; one that nobody reaps yet has.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(stat), ") Z ")
}
