package drill

import (
	"os/exec"
	"syscall"
	"testing"
)

func TestKillFirst(t *testing.T) {
	t.Parallel()
	gone, there := exec.Command("true"), exec.Command("sleep", "60")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	if err := there.Start(); err != nil {
		t.Fatal(err)
	}
	if err := killFirst([]int{gone.Process.Pid, there.Process.Pid}); err != nil {
		t.Error(err)
	}
	_ = there.Wait() // how it ended is asked of its state
	if status, ok := there.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Errorf("it was not killed: %v", there.ProcessState)
	}
	if err := killFirst([]int{gone.Process.Pid}); err != nil {
		t.Errorf("none is left: %v", err)
	}
}
