package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

const (
	readyTimeout = time.Minute      // from start to serving
	drainTimeout = 20 * time.Second // from SIGTERM to the end; then SIGKILL
)

// child is a process of the platform that runs as long as this one.
type child struct {
	name string
	log  string
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended; err is set then
	err  error
}

// startChild runs the binary with the settings as its only POLDER_ variables and its
// output in the log folder.
func startChild(c config, name string, settings ...string) (*child, error) {
	log, err := os.Create(c.path(filepath.Join("log", name+".log")))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(c.Bin, name))
	cmd.Env = append(foreignEnvironment(), settings...)
	cmd.Stdout, cmd.Stderr = log, log
	// A process group of its own: Ctrl-C reaches this process, which stops the child in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	ch := &child{name: name, log: log.Name(), cmd: cmd, done: make(chan struct{})}
	return ch, ch.start()
}

// start starts the process on a thread that lives as long: the kernel sends the death
// signal when the thread that started a child ends, not only when the process does.
func (ch *child) start() error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(ch.done)
		err := ch.cmd.Start()
		started <- err
		if err == nil {
			ch.err = ch.cmd.Wait()
		}
	}()
	return <-started
}

// foreignEnvironment is this process's environment without the platform's own variables,
// which may come from a dev.env of another run.
func foreignEnvironment() []string {
	var kept []string
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "POLDER_") {
			kept = append(kept, pair)
		}
	}
	return kept
}

// waitReady returns when the child says at the URL that it is ready.
func (ch *child) waitReady(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	for {
		if isReady(ctx, url) {
			return nil
		}
		select {
		case <-ch.done:
			return ch.failure()
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready at %s: %w\n%s", ch.name, url, ctx.Err(), ch.tail())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func isReady(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

// failure tells how the child ended, with the end of its log.
func (ch *child) failure() error {
	return fmt.Errorf("%s ended (%w); the end of %s:\n%s", ch.name, endOf(ch.err), ch.log, ch.tail())
}

func endOf(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}

// tail returns the last lines of the log.
func (ch *child) tail() string {
	const most = 15
	text, err := os.ReadFile(ch.log)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-most):], "\n")
}

// stop asks the child to drain and end, and ends it when it takes too long.
func (ch *child) stop() {
	_ = ch.cmd.Process.Signal(syscall.SIGTERM) // may have ended by itself
	select {
	case <-ch.done:
	case <-time.After(drainTimeout):
		_ = ch.cmd.Process.Kill()
		<-ch.done
	}
}

// killStale ends the children of a run that was killed: the death signal lets them drain,
// which nobody waits for any more, and they hold their ports meanwhile.
func killStale(c config, pids []int) {
	for _, pid := range pids {
		for deadline := time.Now().Add(drainTimeout); c.owns(pid) && time.Now().Before(deadline); {
			_ = syscall.Kill(pid, syscall.SIGKILL) // may be gone by now
			time.Sleep(5 * time.Millisecond)       // the kernel offers no signal for another's child
		}
	}
}

// owns reports whether the process runs a binary of this platform.
func (c config) owns(pid int) bool {
	program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	return err == nil && filepath.Dir(strings.TrimSuffix(program, " (deleted)")) == c.Bin
}
