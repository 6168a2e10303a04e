package command

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
)

// parallelLoads is how many streams one command loads at a time.
const parallelLoads = 4

// view is everything one decision stands on.
type view struct {
	own        *aggregate
	others     map[uuid.UUID]*model.State
	reads      []es.Read
	optimistic bool // part of it is remembered or assumed, not just read
}

// look gathers what the command is decided on. An optimistic look takes what is remembered,
// and takes a stream to be created for new; otherwise all of it is read from the store.
func (h *Handler) look(ctx context.Context, p *Prepared, optimistic bool) (*view, error) {
	v := &view{others: map[uuid.UUID]*model.State{}}
	if err := h.lookAtOwn(ctx, p, v, optimistic); err != nil {
		return nil, err
	}
	if _, repeated := v.own.commands.find(p.CommandID); repeated {
		return v, nil
	}
	if v.own.exists() && v.own.streamType != p.command.Stream.Name {
		return v, nil // refused before anything else is asked
	}
	return v, h.lookAtOthers(ctx, p, v, optimistic)
}

func (h *Handler) lookAtOwn(ctx context.Context, p *Prepared, v *view, optimistic bool) (err error) {
	if optimistic {
		v.own = h.memory.recall(p.key(p.StreamID))
		if v.own == nil && p.command.Creates && p.ExpectedRevision == nil {
			v.own = blank()
		}
		v.optimistic = v.own != nil
	}
	if v.own == nil {
		v.own, err = h.current(ctx, p, p.StreamID)
	}
	if err == nil && !v.own.exists() {
		empty := *v.own
		empty.state = p.command.Stream.Empty()
		v.own = &empty
	}
	return err
}

func (h *Handler) lookAtOthers(ctx context.Context, p *Prepared, v *view, optimistic bool) error {
	needs, err := p.command.Needs(p.input, v.own.state)
	if err != nil {
		return err
	}
	found := make([]*aggregate, len(needs))
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(parallelLoads)
	for i, need := range needs {
		if need.ID == p.StreamID {
			found[i] = v.own
		} else if found[i] = h.recall(p, need.ID, optimistic); found[i] != nil {
			v.optimistic = true
		} else {
			group.Go(func() (err error) {
				found[i], err = h.current(groupCtx, p, need.ID)
				return err
			})
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, need := range needs {
		v.admit(p, need, found[i])
	}
	return nil
}

func (h *Handler) recall(p *Prepared, stream uuid.UUID, optimistic bool) *aggregate {
	if !optimistic {
		return nil
	}
	return h.memory.recall(p.key(stream))
}

// admit adds a needed stream to the view, and to what the append checks. A stream of a
// type that the need does not allow counts as missing: the decision refuses it.
func (v *view) admit(p *Prepared, need model.Need, a *aggregate) {
	if a.exists() && slices.Contains(need.Type, a.streamType) {
		v.others[need.ID] = a.state
	}
	if need.ID == p.StreamID {
		return // its own revision is checked anyway
	}
	if !need.Exact && a.exists() {
		return // a stream that was there once is there for ever
	}
	if !slices.ContainsFunc(v.reads, func(r es.Read) bool { return r.StreamID == need.ID }) {
		v.reads = append(v.reads, es.Read{StreamID: need.ID, Expected: es.Exactly(a.revision)})
	}
}

// checkOwn refuses a command whose stream is of another type, or not where the caller
// expects it.
func (v *view) checkOwn(p *Prepared) error {
	want := p.command.Stream.Name
	if v.own.exists() && v.own.streamType != want {
		if p.command.Creates {
			return fault.Reject(fault.Detail{Rule: "exists", Origin: p.command.Origin,
				Message: "The id " + p.StreamID.String() + " belongs to a stream of type " + v.own.streamType + "; use a new id"})
		}
		return fault.New(fault.NotFound, "There is no %s with the id %s", want, p.StreamID)
	}
	if p.ExpectedRevision != nil && *p.ExpectedRevision != v.own.revision {
		return fault.New(fault.Precondition, "The stream is at revision %d, not at %d; read it again and decide anew",
			v.own.revision, *p.ExpectedRevision)
	}
	return nil
}
