package upgrade

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection/build"
)

const (
	// claimTime is how long an account waits for a process that has died.
	claimTime = 15 * time.Second
	// renewTime is how often a process says that it is at work, and asks whether it shall be.
	renewTime = time.Second
)

// claimed is an account that a worker has to itself.
type claimed struct {
	id       uuid.UUID
	name     string
	store    string
	from     string
	to       string
	back     *string
	state    string
	switched *int64
}

// take claims an account in one of the states; false when there is none now.
func (r *Runner) take(ctx context.Context, w work) (claimed, bool, error) {
	var c claimed
	err := r.runs.pool.QueryRow(ctx, takeSQL, r.ID, r.Name, w.states, claimTime.Seconds(), w.only).
		Scan(&c.id, &c.name, &c.store, &c.from, &c.to, &c.back, &c.state, &c.switched)
	if errors.Is(err, pgx.ErrNoRows) {
		return c, false, nil
	}
	return c, err == nil, err
}

// What ends the work on an account from outside.
var (
	errClaimLost = fault.New(fault.Conflict, "Another process has taken the account over")
	errPaused    = fault.New(fault.Conflict, "The upgrade was paused")
)

// holding runs do while the claim is renewed. Its context ends when the claim is lost, or the
// run leaves its state, as with a pause.
func (r *Runner) holding(ctx context.Context, c claimed, state string, do func(context.Context, *build.Throttle) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	throttle := build.NewThrottle(0, r.Clock)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		ticker := time.NewTicker(renewTime)
		defer ticker.Stop()
		for {
			if cause := r.renew(ctx, c, state, throttle); cause != nil {
				cancel(cause)
			}
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
		}
	}()
	err := do(ctx, throttle)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	cancel(nil)
	<-renewed
	return err
}

// renew returns why the work shall end, nil when it goes on. A catalog that is away is waited
// for: what is done meanwhile may be done again.
func (r *Runner) renew(ctx context.Context, c claimed, state string, throttle *build.Throttle) error {
	var now string
	var perSecond float64
	err := r.runs.pool.QueryRow(ctx, renewSQL, r.ID, c.id, r.Name, claimTime.Seconds()).Scan(&now, &perSecond)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return errClaimLost
	case err == nil && now != state:
		return errPaused
	case err == nil:
		throttle.Set(perSecond)
	}
	return nil
}

// noted is what is written down of an account; zero fields leave what is there.
type noted struct {
	state  string
	read   int64
	rows   int64
	tables int
	pause  *float64
	number *int64
	err    error
	done   bool // it is given back
}

// note writes down how far the account is.
func (r *Runner) note(ctx context.Context, c claimed, n noted) error {
	var text *string
	if n.err != nil {
		message := n.err.Error()
		text = &message
	}
	tag, err := r.runs.pool.Exec(ctx, noteSQL, r.ID, c.id, r.Name, n.state, n.read, n.rows, n.tables, n.pause, n.number, text, n.done)
	if err == nil && tag.RowsAffected() == 0 {
		return errClaimLost
	}
	if pg.Violates(err, "upgrade_accounts_one_run") {
		return fault.Wrap(err, fault.Conflict, "The account is under way in another upgrade")
	}
	return err
}
