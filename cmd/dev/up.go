package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/polderhq/polder/internal/pgserver"
)

// healthPoll is how often a running platform looks whether its PostgreSQL is still there.
const healthPoll = time.Second

// platform is what `up` has started so far; stop ends it in reverse order.
type platform struct {
	config
	server    *pgserver.Server
	api       *child
	projector *child
	url       string // of the API
	state     state
}

// up brings the platform up, says how to use it, and keeps it until ctx ends or a part fails.
func up(ctx context.Context, c config) (err error) {
	lock, err := c.lock()
	if errors.Is(err, errRunning) {
		return c.sayRunning()
	}
	if err != nil {
		return err
	}
	defer lock.Close()
	p := &platform{config: c, state: state{PID: os.Getpid()}}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := p.start(ctx); err != nil {
		return interrupted(ctx, err)
	}
	p.sayReady()
	leaveTerminal(&p.config)
	return p.watch(ctx)
}

// interrupted tells a failure from a Ctrl-C while starting.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return nil
}

func (c config) sayRunning() error {
	s, err := c.readState()
	if err != nil {
		return err
	}
	if !s.Ready {
		return fmt.Errorf("another `make run` (process %d) is starting in %s", s.PID, c.Dir)
	}
	c.say("Already running (process %d): %s, settings in %s. `make stop` ends it.", s.PID, s.URL, c.path("dev.env"))
	return nil
}

func (p *platform) start(ctx context.Context) (err error) {
	last, err := p.readState()
	if err != nil {
		return err
	}
	killStale(p.config, last.Children)
	if err := p.writeState(p.state); err != nil {
		return err
	}
	if err := p.choosePorts(ctx); err != nil {
		return err
	}
	if p.server, err = startDatabase(ctx, p.config); err != nil {
		return err
	}
	account, err := publish(ctx, p.config, p.server)
	if err != nil {
		return err
	}
	if err := p.startChildren(ctx); err != nil {
		return err
	}
	if err := p.prepareAccess(ctx, account); err != nil {
		return err
	}
	if err := loadNorthwind(ctx, p); err != nil {
		return err
	}
	p.state.Ready = true
	return p.writeState(p.state)
}

// choosePorts settles the ports first, so that a mistake shows before anything runs.
func (p *platform) choosePorts(ctx context.Context) (err error) {
	if p.APIPort, err = choosePort(ctx, p.config, "API_PORT", p.APIPort, defaultAPIPort); err != nil {
		return err
	}
	p.url = fmt.Sprintf("http://127.0.0.1:%d", p.APIPort)
	p.ProjectorPort, err = choosePort(ctx, p.config, "PROJECTOR_PORT", p.ProjectorPort, defaultProjectorPort)
	return err
}

// startChildren starts both processes and waits until they serve.
func (p *platform) startChildren(ctx context.Context) (err error) {
	if p.projector, err = p.startProcess("projector", projectorLogin, p.ProjectorPort); err != nil {
		return err
	}
	if p.api, err = p.startProcess("api", apiLogin, p.APIPort); err != nil {
		return err
	}
	p.state.URL, p.state.Children = p.url, []int{p.api.cmd.Process.Pid, p.projector.cmd.Process.Pid}
	if err := p.writeState(p.state); err != nil {
		return err
	}
	if err := p.projector.waitReady(ctx, fmt.Sprintf("http://127.0.0.1:%d/readyz", p.ProjectorPort)); err != nil {
		return err
	}
	return p.api.waitReady(ctx, p.url+"/readyz")
}

func (p *platform) startProcess(name, login string, port int) (*child, error) {
	return startChild(p.config, name,
		"POLDER_CATALOG_URL="+p.server.LoginURL(login, database),
		fmt.Sprintf("POLDER_LISTEN=127.0.0.1:%d", port))
}

// watch waits for the end: a request to stop, which is no error, or a part that failed.
func (p *platform) watch(ctx context.Context) error {
	health := time.NewTicker(healthPoll)
	defer health.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-p.api.done:
			return p.api.failure()
		case <-p.projector.done:
			return p.projector.failure()
		case <-health.C:
			if !p.server.Running() {
				return fmt.Errorf("PostgreSQL ended, see %s", p.server.LogFile())
			}
		}
	}
}

// stop ends what was started: first who takes requests, last who keeps the data.
func (p *platform) stop() error {
	for _, ch := range []*child{p.api, p.projector} {
		if ch != nil && ch.cmd.Process != nil {
			p.say("Stopping %s", ch.name)
			ch.stop()
		}
	}
	var err error
	if p.server != nil {
		p.say("Stopping PostgreSQL")
		err = p.server.Stop(context.Background())
	}
	return errors.Join(err, p.writeState(state{}))
}
