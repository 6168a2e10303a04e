package drill

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	startTimeout = 2 * time.Minute
	poll         = 50 * time.Millisecond // of what sends no signal
)

// process is a binary that is started again when it was killed.
type process struct {
	path  string
	env   []string
	url   string // that it serves on
	log   string // file
	cmd   *exec.Cmd
	ended chan struct{}
}

// serving is bin/name on a port of its own.
func serving(dir, name string, env ...string) (*process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	_ = listener.Close()
	path, err := filepath.Abs(filepath.Join("bin", name))
	return &process{path: path, log: filepath.Join(dir, name+".log"), url: "http://" + address,
		env: append(os.Environ(), append(env, "POLDER_LISTEN="+address, "POLDER_LOG_LEVEL=warn")...)}, err
}

// start starts it and returns when it is ready. While the database is away it ends at once, and is
// started again, as whatever watches over processes does.
func (p *process) start(ctx context.Context) error {
	if err := p.launch(); err != nil {
		return err
	}
	return p.ready(ctx)
}

func (p *process) launch() error {
	log, err := os.OpenFile(p.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	p.cmd, p.ended = exec.Command(p.path), make(chan struct{})
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = p.env, log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("%w; make build makes it", err)
	}
	go func(cmd *exec.Cmd, ended chan struct{}) { _ = cmd.Wait(); close(ended) }(p.cmd, p.ended) // killed, mostly
	return nil
}

// ready waits until it says that it is.
func (p *process) ready(ctx context.Context) error {
	return until(ctx, p.path+" to be ready", func() (bool, error) {
		select {
		case <-p.ended:
			return false, p.launch()
		default:
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/readyz", http.NoBody)
		if err != nil {
			return false, err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return false, nil //nolint:nilerr // it is not there yet
		}
		return response.StatusCode == http.StatusOK, response.Body.Close()
	})
}

// kill ends it as kill -9 does. What never ran is killed already.
func (p *process) kill() {
	if p == nil || p.cmd == nil || p.cmd.Process == nil {
		return
	}
	_ = p.cmd.Process.Kill() // may have ended by itself
	<-p.ended
}

// until waits for what is on its way.
func until(ctx context.Context, what string, done func() (bool, error)) error {
	for end := time.Now().Add(startTimeout); ; {
		ok, err := done()
		if ok || err != nil {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("waited %s in vain for %s", startTimeout, what)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(poll):
		}
	}
}
