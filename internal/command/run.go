package command

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

const (
	mostTries = 6                      // decisions on one command before its race counts as lost
	backoff   = 4 * time.Millisecond   // after the first lost race, doubled after each further one
	retrySoon = 500 * time.Millisecond // what a caller is told whose account is being moved
	mostMoves = 3                      // of an account while one command is under way
	mostWaits = 500                    // for the end of a move to another store: some ten seconds
	moveTries = 3                      // what a pause in such a wait is as long as that after
)

// run is the state of one command under way.
type run struct {
	*Prepared
	optimistic bool // the next decision may stand on memory
	moves      int  // how often the account was found under another epoch
	waits      int  // for the end of its move to another store
	tries      int
}

// Run runs a prepared command when its stream's turn has come.
func (h *Handler) Run(ctx context.Context, p *Prepared) (result Result, err error) {
	ctx, span := h.config.Tracing.StartCommand(ctx, p.Name, p.Principal.Account.ID, p.CommandID)
	span.About(p.StreamID)
	defer func() { span.End(err) }()
	leave, err := h.mailboxes.enter(ctx, mailboxKey{p.Principal.Account.ID, p.StreamID})
	if err != nil {
		return Result{}, pg.Fault(err)
	}
	defer leave()
	r := &run{Prepared: p, optimistic: true}
	for {
		r.tries++
		result, optimistic, err := h.try(ctx, r)
		if err == nil {
			return result, nil
		}
		if again, err := h.again(ctx, r, err, optimistic); !again {
			return Result{}, err
		}
	}
}

// try decides once and appends. It reports whether the decision was optimistic.
func (h *Handler) try(ctx context.Context, r *run) (Result, bool, error) {
	v, err := h.look(ctx, r.Prepared, r.optimistic)
	if err != nil {
		return Result{}, false, err
	}
	if first, found := v.own.commands.find(r.CommandID); found {
		result, err := r.repeat(v.own, first)
		return result, false, err
	}
	if err := v.checkOwn(r.Prepared); err != nil {
		return Result{}, v.optimistic, err
	}
	outcome, err := r.command.Decide(model.Decision{
		CommandID: r.CommandID, StreamID: r.StreamID, Input: r.input, Own: v.own.state, Others: v.others,
		Now: h.config.Clock().UTC(), Roles: r.Principal.Roles,
	})
	if err != nil {
		return Result{}, v.optimistic, err
	}
	if len(outcome.Events) == 0 {
		return r.answer(v.own), v.optimistic, r.unlessOptimistic(v)
	}
	result, err := h.append(ctx, r.Prepared, v, outcome)
	return result, v.optimistic, err
}

// errUnverified sends a decision that leads to no append, and so is not checked by one,
// through another try on what the store has now.
var errUnverified = errors.New("nothing to append, decided on memory")

func (r *run) unlessOptimistic(v *view) error {
	if v.optimistic {
		return errUnverified
	}
	return nil
}

func (h *Handler) append(ctx context.Context, p *Prepared, v *view, outcome *model.Outcome) (Result, error) {
	change, err := newAppend(p, v, outcome)
	if err != nil {
		return Result{}, err
	}
	change.Within = h.config.Within(p.release, &change)
	ack, err := p.store.Append(ctx, change)
	if err != nil {
		return Result{}, explainGuard(p, outcome, err)
	}
	h.config.Appended(notify.Signal{AccountID: p.Principal.Account.ID, SequenceNumber: ack.SequenceNumber})
	return h.acknowledge(p, v, ack), nil
}

// acknowledge folds what was stored, so that the next command to the stream need not
// read it, and answers.
func (h *Handler) acknowledge(p *Prepared, v *view, ack es.Result) Result {
	last := ack.Events[len(ack.Events)-1]
	if !ack.Repeated {
		// What cannot be folded here shows, with its error, when the stream is loaded next.
		_, _ = h.advance(p, p.key(p.StreamID), v.own, ack.Events)
	}
	return Result{
		CommandID: p.CommandID, SequenceNumber: last.SequenceNumber, Repeated: ack.Repeated,
		Streams: []StreamPosition{{p.StreamID, p.command.Stream.Name, last.StreamRevision}},
	}
}

// repeat is the first answer again.
func (p *Prepared) repeat(own *aggregate, first stored) (Result, error) {
	if first.Hash != p.hash {
		return Result{}, commandReused(p)
	}
	return Result{
		CommandID: p.CommandID, SequenceNumber: first.Sequence, Repeated: true,
		Streams: []StreamPosition{{p.StreamID, own.streamType, first.Revision}},
	}, nil
}

// answer says where the stream stands that the command did not change.
func (p *Prepared) answer(own *aggregate) Result {
	return Result{
		CommandID: p.CommandID, SequenceNumber: own.sequence,
		Streams: []StreamPosition{{p.StreamID, p.command.Stream.Name, own.revision}},
	}
}

// again says whether the command is tried again after the error, and if not, with what
// error it ends.
func (h *Handler) again(ctx context.Context, r *run, err error, optimistic bool) (bool, error) {
	var conflict *es.ConflictError
	var account *es.AccountError
	var unknown *model.UnknownEventError
	switch {
	case errors.As(err, &account):
		return h.reroute(ctx, r, account)
	case errors.As(err, &unknown):
		return h.catchUp(ctx, r, err)
	case errors.As(err, &conflict):
		r.optimistic = false
		if r.tries >= mostTries {
			return false, fault.Wrap(err, fault.Conflict, "Other changes of the same stream came first; try again")
		}
		return h.pause(ctx, r.tries)
	case optimistic && r.tries < mostTries && !fault.Is(err, fault.Unavailable) && ctx.Err() == nil:
		r.optimistic = false
		return true, nil
	}
	return false, refuse(r.Prepared, err)
}

// pause waits a random while that grows with the tries, so that racing processes get out
// of each other's way. The first lost race is retried at once: memory was stale.
func (h *Handler) pause(ctx context.Context, tries int) (bool, error) {
	if tries == 1 {
		return true, nil
	}
	longest := backoff << tries
	timer := time.NewTimer(rand.N(longest))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true, nil
	case <-ctx.Done():
		return false, pg.Fault(context.Cause(ctx))
	}
}

// reroute looks the account up again after the store refused it, to try again with another
// epoch: some times, because an account may be switched back at once.
func (h *Handler) reroute(ctx context.Context, r *run, refused *es.AccountError) (bool, error) {
	away := fault.Wrap(refused, fault.Unavailable, "The account is being moved; try again").After(retrySoon)
	if refused.State == string(tenant.Moving) && r.waits < mostWaits {
		return h.awaitMove(ctx, r)
	}
	if r.moves++; r.moves > mostMoves {
		return false, away
	}
	account, err := h.lookUp(ctx, r.Principal.Account.ID, refused)
	if err != nil {
		return false, pg.Fault(err)
	}
	if err := account.MayWrite(); err != nil {
		return false, err
	}
	if refused.State == "suspended" {
		return false, fault.Wrap(refused, fault.Forbidden, "The account is suspended: it can be read, not changed")
	}
	if account.Epoch == r.Principal.Account.Epoch {
		return false, away
	}
	return h.prepareFor(ctx, r, account)
}

// awaitMove waits a moment for an account whose head takes no appends, because its last events are being taken to
// another store. It is soon there, or stays where it is: then the next try finds its head open again.
func (h *Handler) awaitMove(ctx context.Context, r *run) (bool, error) {
	r.waits++
	r.tries-- // nobody came first
	_ = h.config.Accounts.Refresh(ctx)
	account, err := h.config.Accounts.Account(r.Principal.Account.ID)
	if err != nil {
		return false, pg.Fault(err)
	}
	if account.Epoch != r.Principal.Account.Epoch {
		return h.prepareFor(ctx, r, account)
	}
	return h.pause(ctx, moveTries)
}

// lookUp returns the account as it is after the refusal. Of a release switch the store's word
// is enough, which comes before the catalog's: so nobody waits for that.
func (h *Handler) lookUp(ctx context.Context, id uuid.UUID, refused *es.AccountError) (tenant.Account, error) {
	if refused.State == string(tenant.Active) && refused.Release != "" {
		h.config.Accounts.Switched(id, refused.Epoch, refused.Release)
	} else {
		// While the catalog is away, what was known before decides.
		_ = h.config.Accounts.Refresh(ctx)
	}
	return h.config.Accounts.Account(id)
}

// mostLooks is how often the catalog is asked for a release that an event shows there to be.
const mostLooks = 8

// catchUp waits for news of the account after meeting an event that its release does not know:
// the account was switched to a newer one, and this process has not heard. Without news the
// event is unknown for good.
func (h *Handler) catchUp(ctx context.Context, r *run, cause error) (bool, error) {
	before := r.Principal.Account.Release
	for looks := 1; looks <= mostLooks && r.moves < mostMoves; looks++ {
		_ = h.config.Accounts.Refresh(ctx)
		account, err := h.config.Accounts.Account(r.Principal.Account.ID)
		if err != nil {
			return false, pg.Fault(err)
		}
		if account.Release != before {
			r.moves++
			return h.prepareFor(ctx, r, account)
		}
		if again, err := h.pause(ctx, looks); !again {
			return false, err
		}
	}
	return false, refuse(r.Prepared, cause)
}

// prepareFor prepares the command anew for the account as it is now.
func (h *Handler) prepareFor(ctx context.Context, r *run, account tenant.Account) (bool, error) {
	if err := account.MayWrite(); err != nil {
		return false, err
	}
	request := r.Request
	request.Principal.Account = account
	prepared, err := h.Prepare(ctx, request)
	if err == nil {
		r.Prepared = prepared
	}
	return err == nil, err
}
