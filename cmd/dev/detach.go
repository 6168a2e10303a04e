package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// detachedVariable tells an `up` that file descriptor 3 takes its output until it is ready.
const detachedVariable = "POLDER_DEV_DETACHED"

// detach starts `up` in a session of its own, shows what it says until it is ready, and
// leaves it running. What it says later goes to log/dev.log.
func detach(ctx context.Context, c config) error {
	lock, err := c.lock()
	if errors.Is(err, errRunning) {
		return c.sayRunning()
	}
	if err != nil {
		return err
	}
	log, err := os.Create(c.path("log/dev.log"))
	if err != nil {
		return errors.Join(err, lock.Close())
	}
	defer log.Close()
	_ = lock.Close() // the background process takes it
	said, toldBy, err := os.Pipe()
	if err != nil {
		return err
	}
	defer said.Close()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self, "--dir", c.Dir, "up")
	cmd.Env = append(os.Environ(), detachedVariable+"=1")
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = log, log, []*os.File{toldBy}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return errors.Join(err, toldBy.Close())
	}
	_ = toldBy.Close() // so that reading ends when the other side closes
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Signal(syscall.SIGTERM) })
	defer stop()
	if _, err := io.Copy(c.Out, said); err != nil {
		return err
	}
	return c.confirm(cmd)
}

// confirm tells whether the background process became ready or gave up.
func (c config) confirm(cmd *exec.Cmd) error {
	s, err := c.readState()
	if err == nil && s.Ready && s.PID == cmd.Process.Pid {
		return cmd.Process.Release()
	}
	_ = cmd.Wait() // it is ending; what it said last is in the log
	text, _ := os.ReadFile(c.path("log/dev.log"))
	return fmt.Errorf("it did not come up:\n%s", text)
}

// startOutput returns where an `up` talks: to the process that detached it, or to out.
func startOutput(out io.Writer) io.Writer {
	if os.Getenv(detachedVariable) == "" {
		return out
	}
	syscall.CloseOnExec(3)
	return os.NewFile(3, "starter")
}

// leaveTerminal ends the talk with the process that detached this one.
func leaveTerminal(c *config) {
	if starter, detached := c.Out.(*os.File); detached && starter.Name() == "starter" {
		_ = starter.Close()
		c.Out = os.Stdout
	}
}
