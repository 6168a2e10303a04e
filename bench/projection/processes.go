package projectionbench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/migrations"
)

const (
	startTimeout = 2 * time.Minute
	clockTicks   = 100 // of /proc/*/stat in a second, on every Linux that Go runs on
)

// enroll makes a catalog beside the store and enters the accounts in it, so that projectors
// can run as processes of their own, which reach the store at the host.
func (w *world) enroll(ctx context.Context, host string, accounts []uuid.UUID) error {
	if err := migrations.Up(ctx, w.server.URL(database), migrations.Catalog); err != nil {
		return err
	}
	catalog := tenant.NewCatalog(w.pools[pg.Admin]).As("bench")
	if err := catalog.AddStore(ctx, storeID, "postgres://"+host+"/"+database+"?sslmode=disable"); err != nil {
		return err
	}
	ir, err := model.Canonical(w.release.IR())
	if err != nil {
		return err
	}
	digest := w.release.Digest()
	if err := catalog.PublishRelease(ctx, tenant.Release{Digest: digest, Version: "1", IR: ir, PublishedBy: "bench"}); err != nil {
		return err
	}
	for _, id := range accounts {
		if _, err := catalog.CreateAccount(ctx, tenant.NewAccount{ID: id, Name: "a-" + id.String(), StoreID: storeID, Release: digest}); err != nil {
			return err
		}
	}
	return nil
}

// process is bin/projector at work.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{}
}

// start runs a projector and returns when it says that it runs.
func (w *world) start(ctx context.Context) (*process, error) {
	binary, err := filepath.Abs("bin/projector")
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.Command(binary), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), "POLDER_CATALOG_URL="+w.server.URL(database), "POLDER_LISTEN=127.0.0.1:0")
	log, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w; make build makes it", err)
	}
	runs := make(chan struct{})
	go func() {
		defer close(p.ended)
		for lines := bufio.NewScanner(log); lines.Scan(); {
			var line struct{ Msg string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "projector runs" {
				close(runs)
			}
		}
		_ = p.cmd.Wait() // killed, mostly
	}()
	select {
	case <-runs:
		return p, nil
	case <-p.ended:
		return nil, errors.New("the projector ended at once")
	case <-time.After(startTimeout):
		p.kill()
		return nil, errors.New("the projector does not start")
	case <-ctx.Done():
		p.kill()
		return nil, ctx.Err()
	}
}

// kill ends the process as kill -9 does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // may have ended by itself
	<-p.ended
}

// residentMiB is the memory that the process has in use.
func (p *process) residentMiB() float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	for line := range strings.Lines(string(text)) {
		var kilobytes float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kilobytes); err == nil {
			return kilobytes / 1024
		}
	}
	return 0
}

// cpu is the processor time that the process has taken so far.
func (p *process) cpu() time.Duration {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	_, after, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(after) // from the third on, see proc(5)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / clockTicks
}

// moveHeads moves all heads, and tells nobody: with 0 there is nothing to apply yet.
func (w *world) moveHeads(ctx context.Context, number int) error {
	return w.exec(ctx, "UPDATE store.account_heads SET sequence_number = $1", number)
}

// waiting is how many events of the store are not applied.
func (w *world) waiting(ctx context.Context) (left int64, err error) {
	return left, w.super.QueryRow(ctx, "SELECT coalesce(sum(h.sequence_number - c.sequence_number), 0)::bigint "+
		"FROM store.account_heads h JOIN store.live_cursors c USING (account_id)").Scan(&left)
}

// allApplied waits until no more than so many events wait.
func (w *world) allApplied(ctx context.Context, but int64) error {
	for end := time.Now().Add(2 * patience); time.Now().Before(end); time.Sleep(2 * tick) {
		left, err := w.waiting(ctx)
		if err != nil || left <= but {
			return err
		}
	}
	return fmt.Errorf("the projectors are not done after %s", 2*patience)
}
