package releases

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/polderhq/polder/bench/drill"
)

// unavailable is the exit code of admin when a database is away.
const unavailable = 11

// runner is a process of admin that is started again until its work is done.
type runner struct {
	*drill.Site
	args []string

	mu      sync.Mutex
	cmd     *exec.Cmd
	stopped bool
	killed  int // times that it was killed
	again   int // and started again
	odd     []string
	ended   chan struct{} // closed when the work is done, or it was stopped
}

// begin starts admin with the arguments, and again whenever it ends before its work is done.
func (d *round) begin(ctx context.Context, args ...string) *runner {
	r := &runner{Site: d.Site, args: args, ended: make(chan struct{})}
	go func() {
		defer close(r.ended)
		for ctx.Err() == nil && !r.once(ctx) {
			time.Sleep(4 * drill.Poll)
		}
	}()
	return r
}

// once runs the process, and reports whether there is nothing more to do.
func (r *runner) once(ctx context.Context) (done bool) {
	var text bytes.Buffer
	cmd := r.Admin(ctx, r.args...)
	cmd.Stdout, cmd.Stderr = &text, &text
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	r.mu.Lock()
	if r.stopped {
		r.mu.Unlock()
		return true
	}
	r.cmd = cmd
	err := cmd.Start()
	r.mu.Unlock()
	if err == nil {
		err = cmd.Wait()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil || r.stopped {
		return true
	}
	r.again++
	if code := cmd.ProcessState.ExitCode(); code >= 0 && code != unavailable {
		r.odd = append(r.odd, fmt.Sprintf("admin %s ended with %d: %s", strings.Join(r.args, " "), code, tail(text.String())))
		r.Say("%s", r.odd[len(r.odd)-1])
	}
	return false
}

func tail(text string) string {
	const most = 600
	return strings.TrimSpace(text[max(0, len(text)-most):])
}

// kill ends the process that runs now; the next one goes on.
func (r *runner) kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd != nil && r.cmd.Process != nil {
		r.killed++
		_ = r.cmd.Process.Kill() // may have ended by itself
	}
}

// stop ends it for good.
func (r *runner) stop() {
	r.mu.Lock()
	r.stopped = true
	if r.cmd != nil && r.cmd.Process != nil {
		_ = r.cmd.Process.Kill()
	}
	r.mu.Unlock()
	<-r.ended
}

func (r *runner) done() bool {
	select {
	case <-r.ended:
		return true
	default:
		return false
	}
}
