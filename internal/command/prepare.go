package command

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/expr"
)

// Prepared is an authorised and validated command that has not run yet.
type Prepared struct {
	Request
	StreamID uuid.UUID // the stream it writes

	release *model.Release
	command *model.CommandType
	input   *model.Input
	hash    int64
	store   Store
}

// Prepare authorises the request and validates its input; it reads no stream.
func (h *Handler) Prepare(ctx context.Context, r Request) (*Prepared, error) {
	account := r.Principal.Account
	if err := account.MayWrite(); err != nil {
		return nil, err
	}
	release, err := h.config.Releases.Get(ctx, account.Release)
	if err != nil {
		return nil, err
	}
	command := release.Command(r.Name)
	if command == nil {
		return nil, noCommand(release, r.Name)
	}
	if !allowed(r, command.Allow) {
		return nil, fault.New(fault.Forbidden, "This key has none of the roles that may send %s", r.Name)
	}
	return h.parse(ctx, r, release, command)
}

func noCommand(release *model.Release, name string) error {
	var known []string
	for _, stream := range release.IR().Streams {
		for _, c := range stream.Commands {
			known = append(known, c.Name)
		}
	}
	return fault.New(fault.NotFound, "There is no command %.80q in this account's release%s", name, expr.DidYouMean(name, known))
}

func allowed(r Request, roles []string) bool {
	return len(roles) == 0 || slices.ContainsFunc(roles, r.Principal.HasRole)
}

func (h *Handler) parse(ctx context.Context, r Request, release *model.Release, command *model.CommandType) (*Prepared, error) {
	if r.CommandID == uuid.Nil {
		return nil, fault.New(fault.Invalid, "A command needs an id that is not zero")
	}
	input, err := command.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	hash, err := hashRequest(r.Name, r.Body)
	if err != nil {
		return nil, err
	}
	store, err := h.config.Stores(ctx, r.Principal.Account.StoreID)
	if err != nil {
		return nil, err
	}
	if r.CorrelationID == uuid.Nil {
		r.CorrelationID = r.CommandID
	}
	return &Prepared{
		Request: r, StreamID: command.StreamID(input, r.CommandID),
		release: release, command: command, input: input, hash: hash, store: store,
	}, nil
}

// key is the memory's key of one of the account's streams.
func (p *Prepared) key(stream uuid.UUID) streamKey {
	a := p.Principal.Account
	return streamKey{account: a.ID, epoch: a.Epoch, stream: stream, release: a.Release}
}
