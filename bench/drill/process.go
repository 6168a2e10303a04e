package drill

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Process is a binary that is started again when it was killed.
type Process struct {
	Name string // its log is <Name>.log
	URL  string // that it serves on

	path string
	env  []string
	log  string

	mu    sync.Mutex
	cmd   *exec.Cmd
	ended chan struct{} // closed when cmd has ended
	ready bool          // it has served since it was launched
	shot  bool          // it was killed, or is not wanted any more
	fell  int           // how often it ended by itself after it had served
}

// newProcess is bin/binary on a port of its own.
func (s *Site) newProcess(binary string, n int) (*Process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	_ = listener.Close()
	path, err := filepath.Abs(filepath.Join("bin", binary))
	name := fmt.Sprintf("%s-%d", binary, n)
	return &Process{
		Name: name, URL: "http://" + address, path: path, log: filepath.Join(s.Logs, name+".log"),
		env: append(os.Environ(), "POLDER_CATALOG_URL="+s.through(), "POLDER_LISTEN="+address, "POLDER_LOG_LEVEL=warn", "POLDER_PPROF=true"),
	}, err
}

// Start starts it with more in its environment, and returns when it is ready. While the database is
// away it ends at once, and is started again, as whatever watches over processes does.
func (p *Process) Start(ctx context.Context, env ...string) error {
	p.mu.Lock()
	err := p.launch(env)
	p.mu.Unlock()
	if err != nil {
		return err
	}
	return p.Ready(ctx, env...)
}

// launch starts it; mu is held.
func (p *Process) launch(env []string) error {
	log, err := os.OpenFile(p.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd, ended := exec.Command(p.path), make(chan struct{})
	cmd.Env, cmd.Stdout, cmd.Stderr = append(append([]string{}, p.env...), env...), log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p.cmd, p.ended, p.ready, p.shot = cmd, ended, false, false
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w; make build makes it", err)
	}
	go func() {
		_ = cmd.Wait() // killed, mostly
		close(ended)
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.cmd == cmd && p.ready && !p.shot {
			p.fell++
			_ = p.launch(env) // whoever waits for it sees that it is not there
		}
	}()
	return nil
}

// Ready waits until it says that it is.
func (p *Process) Ready(ctx context.Context, env ...string) error {
	return Until(ctx, p.Name+" to be ready", func() (bool, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		select {
		case <-p.ended:
			if !p.ready {
				return false, p.launch(env)
			}
		default:
		}
		p.ready = p.serves(ctx)
		return p.ready, nil
	})
}

func (p *Process) serves(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL+"/readyz", http.NoBody)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	return err == nil && response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

// Kill ends it as kill -9 does. What never ran is killed already.
func (p *Process) Kill() {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.shot = true
	cmd, ended := p.cmd, p.ended
	p.mu.Unlock()
	if cmd == nil || cmd.Process == nil {
		return
	}
	_ = cmd.Process.Kill() // may have ended by itself
	<-ended
}

// Signal sends it to the process.
func (p *Process) Signal(s syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cmd.Process.Signal(s)
}

// Fell is how often it ended by itself after it had served.
func (p *Process) Fell() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fell
}
