package command

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
)

// newAppend turns what was decided into one atomic change of the store.
func newAppend(p *Prepared, v *view, outcome *model.Outcome) (es.Append, error) {
	limits, err := limitClaims(outcome.Limits)
	if err != nil {
		return es.Append{}, err
	}
	account := p.Principal.Account
	return es.Append{
		AccountID: account.ID, Epoch: account.Epoch,
		CommandID: p.CommandID, CommandHash: p.hash, CausationID: p.CausationID, CorrelationID: p.CorrelationID,
		Actor: actor(p),
		Writes: []es.Write{{
			StreamID: p.StreamID, StreamType: p.command.Stream.Name,
			Expected: es.Exactly(v.own.revision), Events: newEvents(outcome.Events),
		}},
		Reads: v.reads, Uniques: uniqueClaims(outcome.Uniques), Limits: limits,
	}, nil
}

// actor names who did it: the API key, or the platform itself.
func actor(p *Prepared) string {
	if p.Principal.KeyID == "" {
		return "platform"
	}
	return "key:" + p.Principal.KeyID
}

func newEvents(decided []model.NewEvent) []es.NewEvent {
	events := make([]es.NewEvent, len(decided))
	for i, d := range decided {
		events[i] = es.NewEvent{PayloadItemName: d.Name, PayloadVersion: d.Version, Payload: d.Payload}
		if d.Number != nil {
			events[i].Number = &es.NumberClaim{Attribute: d.Number.Attribute, Series: d.Number.Series, Width: d.Number.Width}
		}
	}
	return events
}

func uniqueClaims(decided []model.UniqueClaim) []es.UniqueClaim {
	var claims []es.UniqueClaim
	for _, d := range decided {
		claims = append(claims, es.UniqueClaim{Guard: d.Guard, Take: d.Take, Release: d.Release})
	}
	return claims
}

func limitClaims(decided []model.LimitChange) ([]es.LimitClaim, error) {
	var claims []es.LimitClaim
	for _, d := range decided {
		claim, err := limitClaim(d)
		if err != nil {
			return nil, fmt.Errorf("limit %s: %w", d.Guard, err)
		}
		claims = append(claims, claim)
	}
	return claims, nil
}

func limitClaim(d model.LimitChange) (es.LimitClaim, error) {
	delta, err := decimal.NewFromString(d.Delta)
	if err != nil || d.Max == "" {
		return es.LimitClaim{Guard: d.Guard, Key: d.Key, Delta: delta}, err
	}
	most, err := decimal.NewFromString(d.Max)
	return es.LimitClaim{Guard: d.Guard, Key: d.Key, Delta: delta, Max: &most}, err
}
