package e2e_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/polderhq/polder/test/binaries"
)

// process is a running binary.
type process struct {
	url   string // that it serves on
	cmd   *exec.Cmd
	ended chan struct{} // closed when it has ended; err is set then
	err   error

	mu  sync.Mutex
	log strings.Builder
}

// start runs a binary on any free port and returns when it says what it serves on.
func start(t *testing.T, name string, env ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(binaries.Path(t, name)), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), append(env, "POLDER_LISTEN=127.0.0.1:0")...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // with this test, whatever ends it
	out, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.read(out, address)
	t.Cleanup(func() { p.stop(t, name) })
	select {
	case p.url = <-address:
	case <-p.ended:
		t.Fatalf("%s ended: %v\n%s", name, p.err, p.logged())
	case <-time.After(30 * time.Second):
		t.Fatalf("%s says nothing\n%s", name, p.logged())
	}
	return p
}

// startAPI starts an api and returns when it is ready.
func startAPI(t *testing.T, env ...string) *process {
	t.Helper()
	p := start(t, "api", env...)
	eventually(t, "the api is ready", func() bool { return p.get("/readyz") == http.StatusOK })
	return p
}

// read keeps the log and finds the address in it.
func (p *process) read(out io.Reader, address chan<- string) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		p.mu.Lock()
		p.log.Write(append(lines.Bytes(), '\n'))
		p.mu.Unlock()
		var line struct{ Address, Listen string } // of the api, of the projector
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Address+line.Listen != "" {
			select {
			case address <- "http://" + line.Address + line.Listen:
			default: // it was found before
			}
		}
	}
	p.err = p.cmd.Wait()
	close(p.ended)
}

func (p *process) logged() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// get returns the status of a page, 0 when there is no answer.
func (p *process) get(path string) int {
	response, err := http.Get(p.url + path)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// stop ends the process in order, and fails the test when it does not end well.
func (p *process) stop(t *testing.T, name string) {
	defer func() { t.Logf("log of %s:\n%s", name, p.logged()) }() // the run looks for secrets in it
	select {
	case <-p.ended:
		return
	default:
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
		if p.err != nil {
			t.Errorf("%s: %v\n%s", name, p.err, p.logged())
		}
	case <-time.After(20 * time.Second):
		_ = p.cmd.Process.Kill()
		t.Errorf("%s does not end\n%s", name, p.logged())
	}
	if t.Failed() {
		t.Logf("log of %s:\n%s", name, tail(p.logged(), 4000))
	}
}

func tail(text string, most int) string { return text[max(0, len(text)-most):] }

// eventually waits for what is on its way.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
		time.Sleep(5 * time.Millisecond) // what another process does gives no signal here
	}
}
