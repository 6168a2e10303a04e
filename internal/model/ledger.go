package model

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model/expr"
)

// Ledger is what some guards hold, as it follows from an account's events. It keeps the states
// of all streams that have to do with them. It is for one goroutine.
type Ledger struct {
	release *Release
	guards  map[string]bool
	states  map[uuid.UUID]*State
	owners  map[GuardKey][]uuid.UUID
	used    map[GuardKey]decimal.Decimal
}

// GuardKey names what a guard holds.
type GuardKey struct {
	Guard string // "Organisation.VatNumber"
	Key   string
}

// NewLedger returns an empty ledger of the guards, named as in "Customer.Credit".
func (r *Release) NewLedger(guards ...string) *Ledger {
	l := &Ledger{release: r, guards: map[string]bool{}, states: map[uuid.UUID]*State{},
		owners: map[GuardKey][]uuid.UUID{}, used: map[GuardKey]decimal.Decimal{}}
	for _, guard := range guards {
		l.guards[guard] = true
	}
	return l
}

// Take enters an event, which is current: events come in the account's order, or in that of their streams where not
// each of them counts. The error is that of an event that cannot be applied.
func (l *Ledger) Take(stream uuid.UUID, event Stored) error {
	t := l.release.streams[event.StreamType]
	if t == nil || !l.concerns(t) {
		return nil
	}
	before := l.states[stream]
	if before == nil {
		before = t.Empty()
	}
	after, err := t.Apply(before, event.Name, event.Version, event.Payload)
	if err != nil {
		return err
	}
	l.states[stream] = after
	l.takeKeys(t, stream, before, after)
	return l.takeSums(t.events[event.Name], before, after)
}

// Concerns reports whether streams of the type have to do with the guards, and whether each of their events counts, because
// sums follow from it. Where none does, the guards hold keys: a key is what the stream's events come to, so what is archived of it says as much.
func (l *Ledger) Concerns(streamType string) (concerned, each bool) {
	t := l.release.streams[streamType]
	return t != nil && l.concerns(t), t != nil && l.hasSums(t)
}

// concerns reports whether the type has one of the guards, or claims under one.
func (l *Ledger) concerns(t *StreamType) bool { return l.hasKeys(t) || l.hasSums(t) }

func (l *Ledger) hasKeys(t *StreamType) bool {
	return slices.ContainsFunc(t.uniques, func(u *Unique) bool { return l.guards[t.Name+"."+u.Name] })
}

// hasSums reports whether the type has one of the limits, or claims under one.
func (l *Ledger) hasSums(t *StreamType) bool {
	for name := range t.limits {
		if l.guards[t.Name+"."+name] {
			return true
		}
	}
	for _, e := range t.events {
		if slices.ContainsFunc(e.claims, func(c *limitClaim) bool { return l.guards[c.Limit] }) {
			return true
		}
	}
	return false
}

func (l *Ledger) takeKeys(t *StreamType, stream uuid.UUID, before, after *State) {
	for _, u := range t.uniques {
		guard := t.Name + "." + u.Name
		had, has := t.key(u, before), t.key(u, after)
		if !l.guards[guard] || had == has {
			continue
		}
		if had != "" {
			at := GuardKey{guard, had}
			l.owners[at] = slices.DeleteFunc(l.owners[at], func(owner uuid.UUID) bool { return owner == stream })
		}
		if has != "" {
			at := GuardKey{guard, has}
			l.owners[at] = append(l.owners[at], stream)
		}
	}
}

func (l *Ledger) takeSums(e *eventType, before, after *State) error {
	for _, c := range e.claims {
		if !l.guards[c.Limit] {
			continue
		}
		via, delta, err := c.claimed(before, after)
		if err != nil {
			return err
		}
		if delta == nil || !l.hasLimit(via, c) {
			continue
		}
		at := GuardKey{c.Limit, via}
		l.used[at] = l.used[at].Add(delta.Amount)
	}
	return nil
}

// hasLimit reports whether the stream is of the type that has the limit: a ref to several types
// claims only with that.
func (l *Ledger) hasLimit(via string, c *limitClaim) bool {
	id, err := uuid.Parse(via)
	state := l.states[id]
	return err == nil && state != nil && state.of == c.limit
}

// HeldKey is a unique key with its owner.
type HeldKey struct {
	GuardKey
	Stream uuid.UUID
}

// HeldSum is what is used under a limit.
type HeldSum struct {
	GuardKey
	Used string // decimal
}

// Doubled is a unique key that several streams have, which a new guard does not allow.
type Doubled struct {
	GuardKey
	Streams []uuid.UUID // sorted
}

// Held returns what the guards hold by the events so far, and the keys that they cannot hold.
func (l *Ledger) Held() (keys []HeldKey, sums []HeldSum, doubled []Doubled) {
	for at, owners := range l.owners {
		switch len(owners) {
		case 0:
		case 1:
			keys = append(keys, HeldKey{at, owners[0]})
		default:
			streams := slices.SortedFunc(slices.Values(owners), func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
			doubled = append(doubled, Doubled{at, streams})
		}
	}
	for at, used := range l.used {
		sums = append(sums, HeldSum{at, expr.FormatDecimal(used)})
	}
	slices.SortFunc(keys, func(a, b HeldKey) int { return compareGuardKeys(a.GuardKey, b.GuardKey) })
	slices.SortFunc(sums, func(a, b HeldSum) int { return compareGuardKeys(a.GuardKey, b.GuardKey) })
	slices.SortFunc(doubled, func(a, b Doubled) int { return compareGuardKeys(a.GuardKey, b.GuardKey) })
	return keys, sums, doubled
}

func compareGuardKeys(a, b GuardKey) int {
	return cmp.Or(cmp.Compare(a.Guard, b.Guard), cmp.Compare(a.Key, b.Key))
}

// Guards returns the names of the release's unique keys and limits, sorted.
func (r *Release) Guards() []string {
	var names []string
	for _, t := range r.streams {
		for _, u := range t.uniques {
			names = append(names, t.Name+"."+u.Name)
		}
		for name := range t.limits {
			names = append(names, t.Name+"."+name)
		}
	}
	slices.Sort(names)
	return names
}
