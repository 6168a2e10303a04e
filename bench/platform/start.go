package platform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/bench/drill"
)

const (
	manyAccounts = 10500
	startTimeout = 2 * time.Minute
	settleTime   = 3 * time.Second  // after a start, until a process is idle
	idleTime     = 20 * time.Second // over which idle processor time is measured
	clockTicks   = 100              // of /proc/*/stat in a second, on every Linux that Go runs on
)

// Start measures api and projector with 10,500 accounts: from the start of the process
// until it serves, and the processor time that both then take with nothing to do.
func Start(ctx context.Context, out io.Writer) (map[string]float64, error) {
	return measure(ctx, out, func(m *machine) (map[string]float64, error) {
		if err := m.makeAccounts(ctx); err != nil {
			return nil, err
		}
		api, err := m.process(ctx, "api", "polder_api_login", func(ctx context.Context, url string) bool {
			again := *m
			again.url = url
			_, err := again.post(ctx, m.env["POLDER_API_KEY"], "/v1/queries", `{"GetOrders": {"$size": 1}}`)
			return err == nil
		})
		if err != nil {
			return nil, err
		}
		defer api.stop()
		projector, err := m.process(ctx, "projector", "polder_projector_login", ready)
		if err != nil {
			return nil, err
		}
		defer projector.stop()
		time.Sleep(settleTime)
		apiIdle, projectorIdle, err := idle(api, projector)
		return map[string]float64{
			"start.api_s": api.served.Seconds(), "start.projector_s": projector.served.Seconds(),
			"start.10500_s":        max(api.served, projector.served).Seconds(),
			"idle.api_cpu_percent": apiIdle, "idle.projector_cpu_percent": projectorIdle,
		}, err
	})
}

// makeAccounts enters the accounts in one statement; their number, not their making, is measured.
func (m *machine) makeAccounts(ctx context.Context) error {
	return m.asOwner(ctx, func(conn *pgx.Conn) error { return drill.Crowd(ctx, conn, "northwind", manyAccounts) })
}

// process is a second api or projector beside the one that dev started.
type process struct {
	cmd    *exec.Cmd
	served time.Duration // from the start until it served
}

func (m *machine) process(ctx context.Context, name, login string, serves func(ctx context.Context, url string) bool) (*process, error) {
	at, err := m.databaseURL(login)
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("bin/" + name)
	cmd.Env = append(os.Environ(), "POLDER_CATALOG_URL="+at, "POLDER_LISTEN=127.0.0.1:"+port)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd}
	for !serves(ctx, "http://127.0.0.1:"+port) {
		if ctx.Err() != nil || time.Since(started) > startTimeout {
			p.stop()
			return nil, errors.Join(ctx.Err(), fmt.Errorf("%s does not serve after %s", name, time.Since(started)))
		}
		time.Sleep(time.Millisecond)
	}
	p.served = time.Since(started)
	return p, nil
}

func ready(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", http.NoBody)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // may have ended by itself
	_ = p.cmd.Wait()
}

// idle returns the share of one core, in percent, that each process takes over the idle time.
func idle(one, two *process) (first, second float64, err error) {
	before, err := ticks(one, two)
	if err != nil {
		return 0, 0, err
	}
	time.Sleep(idleTime)
	after, err := ticks(one, two)
	if err != nil {
		return 0, 0, err
	}
	percent := func(i int) float64 { return float64(after[i]-before[i]) / clockTicks / idleTime.Seconds() * 100 }
	return percent(0), percent(1), nil
}

// ticks returns the processor time of each process so far, in clock ticks.
func ticks(processes ...*process) ([]int, error) {
	var all []int
	for _, p := range processes {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
		if err != nil {
			return nil, err
		}
		_, after, _ := strings.Cut(string(stat), ") ")
		fields := strings.Fields(after) // from the third on, see proc(5)
		user, _ := strconv.Atoi(fields[11])
		system, _ := strconv.Atoi(fields[12])
		all = append(all, user+system)
	}
	return all, nil
}
