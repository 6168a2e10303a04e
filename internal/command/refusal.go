package command

import (
	"errors"
	"fmt"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
)

// refuse turns the error that ends a command into one of package fault.
func refuse(p *Prepared, err error) error {
	var reused *es.CommandReusedError
	if errors.As(err, &reused) {
		return commandReused(p)
	}
	return pg.Fault(err)
}

// commandReused says that the client's command id stands for another request. It is a
// broken rule, not a lost race: sending it again never helps.
func commandReused(p *Prepared) error {
	return fault.Reject(fault.Detail{
		Path: "Idempotency-Key", Rule: "command-id",
		Message: fmt.Sprintf("The command id %s was used on this stream with another body; "+
			"send the first body again or use a new id", p.CommandID),
	})
}

// explainGuard turns a guard's refusal into the rule that it is in the model; other
// errors pass unchanged.
func explainGuard(p *Prepared, outcome *model.Outcome, err error) error {
	var refused *es.GuardError
	if !errors.As(err, &refused) {
		return err
	}
	detail := fault.Detail{Rule: refused.Guard}
	if refused.Kind == "unique" {
		explainUnique(&detail, outcome, refused)
	} else {
		explainLimit(&detail, p.release.IR(), outcome, refused)
	}
	rejected := fault.Reject(detail)
	rejected.Cause = err
	return rejected
}

func explainUnique(detail *fault.Detail, outcome *model.Outcome, refused *es.GuardError) {
	for _, claim := range outcome.Uniques {
		if claim.Guard == refused.Guard && claim.Take == refused.Key {
			detail.Path, detail.Origin = claim.Path, claim.Origin
		}
	}
	detail.Message = fmt.Sprintf("%s is taken by %s; use another one, or change it there first", refused.Guard, refused.Owner)
}

func explainLimit(detail *fault.Detail, ir *model.IR, outcome *model.Outcome, refused *es.GuardError) {
	asked := ""
	for _, change := range outcome.Limits {
		if change.Guard == refused.Guard && change.Key == refused.Key {
			detail.Path, detail.Origin, asked = change.Path, change.Origin, change.Delta
		}
	}
	detail.Message = fmt.Sprintf("%s has room for %s and %s is asked; ask for less, or free or raise the limit of %s",
		refused.Guard, refused.Room, asked, refused.Key)
	if role := overrider(ir, refused.Guard); role != "" {
		detail.Message += fmt.Sprintf(", or let somebody with the role %s do it", role)
	}
}

// overrider returns a role that may exceed the limit, empty when nobody may.
func overrider(ir *model.IR, limit string) string {
	for _, stream := range ir.Streams {
		for _, event := range stream.Events {
			for _, claim := range event.Claims {
				if claim.Limit == limit && claim.Override != "" {
					return claim.Override
				}
			}
		}
	}
	return ""
}
