package platform_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestATakenUsualPortIsReplacedAndADeadChildIsReported(t *testing.T) {
	t.Parallel()
	if usual, err := net.Listen("tcp", "127.0.0.1:8080"); err == nil {
		defer usual.Close()
	} // else somebody has it already, which is as good
	m := newMachine(t)
	m.ports = append(m.ports, "API_PORT=", "PROJECTOR_PORT=")
	f := m.up()
	m.waitFor(f, "Port 8080 is taken, using")
	m.waitFor(f, "Polder runs")
	m.tryLines(f)
	if err := syscall.Kill(m.children()[0], syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	m.waitFor(f, "api ended (signal: killed)")
	m.waitFor(f, `"msg"`) // the end of its log
	if f.cmd.Wait() == nil {
		t.Error("a dead child is no failure")
	}
}

// tryLines pastes the lines that a newcomer is given into a shell, and sees that each is answered.
func (m *machine) tryLines(f *foreground) {
	m.Helper()
	tried := 0
	for line := range f.said {
		if strings.HasPrefix(line, "Ctrl-C stops") {
			break
		}
		if !strings.Contains(line, "curl") {
			continue
		}
		tried++
		out, err := exec.CommandContext(m.Context(), "sh", "-c", line).CombinedOutput()
		if err != nil || !strings.Contains(string(out), `"sequenceNumber":`) {
			m.Errorf("%s\n%v\n%s", line, err, out)
		}
	}
	if tried != 3 {
		m.Errorf("%d lines to try, want 3", tried)
	}
}

func TestAWantedPortThatIsTakenIsRefused(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	m := newMachine(t)
	want := fmt.Sprintf("API_PORT=%d", taken.Addr().(*net.TCPAddr).Port)
	m.ports = append(m.ports, want)
	if out, err := m.run("up", "--detach"); err == nil || !strings.Contains(out, want) {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(m.dir, "pg")); err == nil {
		t.Error("a database was started before the mistake was found")
	}
	m.ports = append(m.ports, "API_PORT=http")
	if out, err := m.run("up"); err == nil || !strings.Contains(out, "API_PORT=http is not a port") {
		t.Errorf("%v\n%s", err, out)
	}
}
