package model

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model/expr"
)

// UniqueClaim takes Take and gives Release back; either may be empty.
type UniqueClaim struct {
	Guard   string // "Organisation.VatNumber"
	Take    string
	Release string
	Path    string // input that holds the key, for the message
	Origin  string
}

// LimitChange reserves or gives back an amount under a limit.
type LimitChange struct {
	Guard  string // "Customer.Credit"
	Key    string // the limited stream's id
	Delta  string // decimal
	Max    string // decimal; empty: unlimited, an overriding role, or nothing is reserved
	Path   string
	Origin string
}

// loadClaims ties the claims of events to the limits of other types.
func (l *loader) loadClaims() error {
	for i := range l.ir.Streams {
		t := l.release.streams[l.ir.Streams[i].Name]
		env, err := l.scopes.Event(t.Stream)
		if err != nil {
			return err
		}
		for _, e := range t.events {
			for j := range e.Claims {
				claim, err := l.newClaim(t, env, &e.Claims[j])
				if err != nil {
					return located(e.Claims[j].Origin, err)
				}
				e.claims = append(e.claims, claim)
			}
		}
	}
	return nil
}

func (l *loader) newClaim(t *StreamType, env *expr.Env, c *LimitClaim) (*limitClaim, error) {
	made := &limitClaim{LimitClaim: c, via: t.attribute(c.Via)}
	if made.via < 0 || t.attributes[made.via].kind.Kind != Ref {
		return nil, fmt.Errorf("via %q is no ref of %s", c.Via, t.Name)
	}
	streamName, limitName, _ := strings.Cut(c.Limit, ".")
	if made.limit = l.release.streams[streamName]; made.limit == nil || made.limit.limits[limitName] == nil {
		return nil, fmt.Errorf("there is no limit %q", c.Limit)
	}
	made.max = made.limit.limits[limitName]
	var err error
	if made.delta, err = t.env.Compile(c.Delta); err != nil {
		return nil, err
	}
	if c.When != "" {
		made.when, err = compile(env, c.When, c.Origin, expr.Bool)
	}
	return made, err
}

// uniques returns what the command's keys take and give back.
func (on *deciding) uniques() []UniqueClaim {
	var list []UniqueClaim
	for _, u := range on.Stream.uniques {
		before, after := on.Stream.key(u, on.own), on.Stream.key(u, on.after())
		if before == after {
			continue
		}
		claim := UniqueClaim{Guard: on.Stream.Name + "." + u.Name, Take: after, Release: before, Origin: u.Origin}
		if i := slices.IndexFunc(u.Key, func(name string) bool { return on.input.shape.Index(name) >= 0 }); i >= 0 {
			claim.Path = u.Key[i]
		}
		list = append(list, claim)
	}
	return list
}

// key returns the key's text in the state, empty while a part of it is absent. Several parts
// are written as a JSON array, so that no two keys look alike.
func (t *StreamType) key(u *Unique, s *State) string {
	parts := make([]string, len(u.Key))
	for i, name := range u.Key {
		value, ok := s.Get(name)
		if !ok {
			return ""
		}
		if parts[i] = strings.ToLower(strings.TrimSpace(keyText(value))); parts[i] == "" {
			return ""
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	text, _ := json.Marshal(parts) // texts always have a JSON
	return string(text)
}

// limits returns what the events reserve and give back. What goes wrong is a violation.
func (on *deciding) limits() []LimitChange {
	var list []LimitChange
	for _, s := range on.steps {
		for _, claim := range s.event.claims {
			change, err := on.limit(s, claim)
			if err != nil {
				on.violate(fault.Detail{Path: on.claimPath(claim), Rule: "limit", Origin: claim.Origin,
					Message: fmt.Sprintf("%s cannot be reserved (%v)", claim.Limit, err)})
			}
			if change != nil {
				list = append(list, *change)
			}
		}
	}
	return list
}

func (on *deciding) claimPath(claim *limitClaim) string {
	if on.input.shape.Index(claim.Via) >= 0 {
		return claim.Via
	}
	return ""
}

// limit returns the change that one claim of one event makes, nil when it makes none.
func (on *deciding) limit(s step, claim *limitClaim) (*LimitChange, error) {
	via, delta, err := claim.claimed(s.before, s.after)
	if err != nil || delta == nil {
		return nil, err
	}
	other, err := on.other(via)
	if err != nil || other.of != claim.limit { // a ref to several types claims only with the one that has the limit
		return nil, err
	}
	change := &LimitChange{Guard: claim.Limit, Key: via, Delta: expr.FormatDecimal(delta.Amount), Path: on.claimPath(claim), Origin: claim.Origin}
	change.Max, err = on.max(claim, other, *delta)
	return change, err
}

// claimed returns what an event between the two states changes under the limit of the stream
// via; nil when it changes nothing.
func (c *limitClaim) claimed(before, after *State) (via string, delta *expr.Money, err error) {
	via, ok := after.values[c.via].(string)
	if !ok {
		return "", nil, nil
	}
	view := newView(after)
	if c.when != nil {
		holds, err := c.when.Eval(eventScope{view, newView(before)})
		if err != nil || holds != true {
			return "", nil, err
		}
	}
	delta, err = amount(c.delta, view)
	if err != nil || delta == nil || delta.Amount.IsZero() {
		return "", nil, err
	}
	return via, delta, nil
}

func (on *deciding) other(via string) (*State, error) {
	id, err := uuid.Parse(via)
	if err != nil {
		return nil, err
	}
	if other := on.ask.Others[id]; other != nil {
		return other, nil
	}
	return nil, fmt.Errorf("there is no %s", id)
}

// max returns what may be reserved in all, empty when there is no end to it.
func (on *deciding) max(claim *limitClaim, other *State, delta expr.Money) (string, error) {
	most, err := amount(claim.max, newView(other))
	if err != nil || most == nil {
		return "", err
	}
	if _, err := most.Compare(delta); err != nil {
		return "", err
	}
	overridden := claim.Override != "" && slices.Contains(on.ask.Roles, claim.Override)
	if overridden || delta.Amount.Sign() < 0 {
		return "", nil
	}
	return expr.FormatDecimal(most.Amount), nil
}

// amount evaluates to an amount: money, or a number as neutral money; nil when absent.
func amount(p *expr.Program, on *view) (*expr.Money, error) {
	value, err := p.Eval(on)
	if err != nil {
		return nil, err
	}
	switch v := value.(type) {
	case expr.Money:
		return &v, nil
	case decimal.Decimal:
		return &expr.Money{Amount: v}, nil
	case int64:
		return &expr.Money{Amount: decimal.NewFromInt(v)}, nil
	case nil:
		return nil, nil
	}
	return nil, fmt.Errorf("%q is neither money nor a number", p.Source())
}

// eventScope is what the condition of a claim reads.
type eventScope struct{ after, before *view }

// Lookup implements expr.Scope.
func (s eventScope) Lookup(name string) (any, error) {
	if name != thisName {
		return s.after.Lookup(name)
	}
	if s.before.state.Revision == 0 {
		return nil, nil
	}
	return s.before, nil
}
