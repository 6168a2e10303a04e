package es

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// checkGuards lays the append's claims over the trial, or says which guard refuses.
func (v *evaluation) checkGuards(a *Append) error {
	own := a.Writes[0].StreamID
	for i := range a.Uniques {
		if err := v.claimUnique(&a.Uniques[i], own); err != nil {
			return err
		}
	}
	for i := range a.Limits {
		if err := v.claimLimit(&a.Limits[i]); err != nil {
			return err
		}
	}
	return v.checkSeries(a)
}

// claimUnique gives back before it takes, so that a claim may do both with one key.
func (v *evaluation) claimUnique(c *UniqueClaim, own uuid.UUID) error {
	if c.Release != "" {
		if err := v.release(guardKey{c.Guard, c.Release}, own); err != nil {
			return err
		}
	}
	if c.Take == "" {
		return nil
	}
	key := guardKey{c.Guard, c.Take}
	facts := v.trial.unique(key)
	switch {
	case facts.status == releasedBlindly:
		return errUndecided
	case facts.status == owned && facts.owner == own:
		return nil
	case facts.status == owned:
		return &GuardError{Guard: c.Guard, Kind: "unique", Key: c.Take, Owner: facts.owner}
	case facts.status == ownerUnknown:
		v.trial.absent = append(v.trial.absent, key)
	}
	v.trial.uniques.set(key, uniqueFacts{status: owned, owner: own})
	return nil
}

// release frees the key if it is the stream's own. Another's key stays with its owner.
// Of two streams that give back one key without knowing whose it is, the store must tell.
func (v *evaluation) release(key guardKey, own uuid.UUID) error {
	switch facts := v.trial.unique(key); {
	case facts.status == owned && facts.owner == own:
		v.trial.uniques.set(key, uniqueFacts{status: free})
	case facts.status == ownerUnknown:
		v.trial.uniques.set(key, uniqueFacts{status: releasedBlindly, releasedBy: own})
	case facts.status == releasedBlindly && facts.releasedBy != own:
		return errUndecided
	}
	return nil
}

func (v *evaluation) claimLimit(c *LimitClaim) error {
	key := guardKey{c.Guard, c.Key}
	used, known := v.trial.limit(key)
	if !known {
		return errUndecided
	}
	sum := used.Add(c.Delta)
	if c.Max != nil && c.Delta.IsPositive() && sum.GreaterThan(*c.Max) {
		return &GuardError{Guard: c.Guard, Kind: "limit", Key: c.Key, Room: c.Max.Sub(used).String()}
	}
	v.trial.limits.set(key, sum)
	return nil
}

func (v *evaluation) checkSeries(a *Append) error {
	for i := range a.Writes {
		for j := range a.Writes[i].Events {
			number := a.Writes[i].Events[j].Number
			if number == nil {
				continue
			}
			if _, known := v.trial.series(number.Series); !known {
				return errUndecided
			}
		}
	}
	return nil
}

// withNumber adds the claim's attribute to the payload, which is a JSON object.
func withNumber(payload json.RawMessage, claim *NumberClaim, number int64) json.RawMessage {
	text := strconv.FormatInt(number, 10)
	if missing := claim.Width - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	name, _ := json.Marshal(claim.Attribute) // a string always marshals
	value, _ := json.Marshal(claim.Series + text)
	body := bytes.TrimRight(payload, " \t\r\n")
	body = bytes.TrimRight(body[:len(body)-1], " \t\r\n")
	out := make(json.RawMessage, 0, len(body)+len(name)+len(value)+3)
	out = append(out, body...)
	if body[len(body)-1] != '{' {
		out = append(out, ',')
	}
	out = append(append(append(out, name...), ':'), value...)
	return append(out, '}')
}
