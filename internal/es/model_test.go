package es_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/es"
)

// modelStore does in maps what the store promises.
type modelStore struct {
	events   []uuid.UUID // by sequence number: the command
	streams  map[uuid.UUID]int
	commands map[uuid.UUID]map[uuid.UUID]modelCommand // by first stream
	owners   map[string]uuid.UUID
	used     decimal.Decimal
	number   int
}

type modelCommand struct {
	hash int64
	last int64
}

const (
	stored   = "stored"
	repeated = "repeated"
	conflict = "conflict"
	guarded  = "guarded"
	reused   = "reused"
)

func newModel() *modelStore {
	return &modelStore{streams: map[uuid.UUID]int{}, commands: map[uuid.UUID]map[uuid.UUID]modelCommand{}, owners: map[string]uuid.UUID{}}
}

// expectation is an es.Expected that the model can read.
type expectation struct {
	es.Expected
	holds func(revision int) bool
	read  int // the caller has read the stream up to it
}

func drawExpectation(t *rapid.T, label string, revision int) expectation {
	switch rapid.IntRange(0, 6).Draw(t, label) {
	case 0:
		return expectation{es.None(), func(r int) bool { return r == 0 }, 0}
	case 1:
		return expectation{es.Exists(), func(r int) bool { return r > 0 }, 0}
	case 2:
		return expectation{es.Any(), func(int) bool { return true }, 0}
	case 3:
		wrong := max(0, revision-1)
		return expectation{es.Exactly(wrong), func(r int) bool { return r == wrong }, wrong}
	}
	return expectation{es.Exactly(revision), func(r int) bool { return r == revision }, revision}
}

// decide is Append in the model. It changes nothing unless the append is stored.
func (m *modelStore) decide(a es.Append, expected map[uuid.UUID]expectation, max decimal.Decimal) (string, int64) {
	own := a.Writes[0].StreamID
	if known, found := m.commands[own][a.CommandID]; found {
		if known.hash != a.CommandHash {
			return reused, 0
		}
		return repeated, known.last
	}
	for stream, e := range expected {
		if !e.holds(m.streams[stream]) {
			return conflict, 0
		}
	}
	owners := maps.Clone(m.owners)
	for _, c := range a.Uniques {
		if owners[c.Release] == own {
			delete(owners, c.Release)
		}
		if owner, taken := owners[c.Take]; c.Take != "" && taken && owner != own {
			return guarded, 0
		} else if c.Take != "" {
			owners[c.Take] = own
		}
	}
	used := m.used
	for _, c := range a.Limits {
		used = used.Add(c.Delta)
		if c.Delta.IsPositive() && used.GreaterThan(max) {
			return guarded, 0
		}
	}
	m.owners, m.used = owners, used
	return stored, m.store(a)
}

func (m *modelStore) store(a es.Append) int64 {
	for _, w := range a.Writes {
		for _, e := range w.Events {
			m.events = append(m.events, a.CommandID)
			m.streams[w.StreamID]++
			if e.Number != nil {
				m.number++
			}
		}
	}
	own := a.Writes[0].StreamID
	if m.commands[own] == nil {
		m.commands[own] = map[uuid.UUID]modelCommand{}
	}
	m.commands[own][a.CommandID] = modelCommand{a.CommandHash, int64(len(m.events))}
	return int64(len(m.events))
}

// machine compares one account of two processes with the model, step by step.
type machine struct {
	model  *modelStore
	stores [2]*world
	ids    []uuid.UUID
	sent   []es.Append // to be repeated
	expect []map[uuid.UUID]expectation
	max    decimal.Decimal
}

func TestStoreBehavesAsTheModel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	second := open(t, w.db)
	rapid.Check(t, func(rt *rapid.T) {
		account := newAccount(t, w.db)
		m := &machine{model: newModel(), max: decimal.RequireFromString("5"), ids: []uuid.UUID{uuid.New(), uuid.New(), uuid.New(), uuid.New()},
			stores: [2]*world{{w.Store, w.db, account}, {second, w.db, account}}}
		rt.Repeat(map[string]func(*rapid.T){"append": m.append, "repeat": m.repeat, "reuse": m.reuse})
		m.check(rt)
	})
}

func (m *machine) append(t *rapid.T) {
	a, expected := m.draw(t)
	m.sent, m.expect = append(m.sent, a), append(m.expect, expected)
	m.compare(t, a, expected)
}

func (m *machine) draw(t *rapid.T) (es.Append, map[uuid.UUID]expectation) {
	account := m.stores[0].account
	chosen := rapid.Permutation(m.ids).Draw(t, "streams")
	expected := map[uuid.UUID]expectation{}
	for _, id := range chosen[:3] {
		expected[id] = drawExpectation(t, "expected", m.model.streams[id])
	}
	a := write(account, chosen[0], expected[chosen[0]].Expected, rapid.IntRange(1, 3).Draw(t, "events"))
	if rapid.Bool().Draw(t, "second write") {
		a.Writes = append(a.Writes, write(account, chosen[1], expected[chosen[1]].Expected, 1).Writes...)
	} else {
		delete(expected, chosen[1])
	}
	if rapid.Bool().Draw(t, "read") {
		a.Reads = []es.Read{{StreamID: chosen[2], Expected: expected[chosen[2]].Expected}}
	} else {
		delete(expected, chosen[2])
	}
	m.drawGuards(t, &a)
	return a, expected
}

func (m *machine) drawGuards(t *rapid.T, a *es.Append) {
	keys := rapid.SampledFrom([]string{"", "", "a", "b"})
	if take, release := keys.Draw(t, "take"), keys.Draw(t, "release"); take+release != "" {
		a.Uniques = []es.UniqueClaim{unique(take, release)}
	}
	if delta := rapid.IntRange(-3, 3).Draw(t, "delta"); delta != 0 {
		a.Limits = []es.LimitClaim{{Guard: "g", Key: "k", Delta: decimal.New(int64(delta), 0), Max: &m.max}}
	}
	if rapid.Bool().Draw(t, "number") {
		a.Writes[0].Events[0].Number = &es.NumberClaim{Attribute: "Number", Series: "S-"}
	}
}

func (m *machine) repeat(t *rapid.T) {
	if len(m.sent) == 0 {
		t.Skip("nothing to repeat")
	}
	i := rapid.IntRange(0, len(m.sent)-1).Draw(t, "which")
	m.compare(t, m.sent[i], m.expect[i])
}

func (m *machine) reuse(t *rapid.T) {
	if len(m.sent) == 0 {
		t.Skip("nothing to reuse")
	}
	i := rapid.IntRange(0, len(m.sent)-1).Draw(t, "which")
	other := m.sent[i]
	other.CommandHash++
	m.compare(t, other, m.expect[i])
}

func (m *machine) compare(t *rapid.T, a es.Append, expected map[uuid.UUID]expectation) {
	want, last := m.model.decide(a, expected, m.max)
	result, err := m.stores[rapid.IntRange(0, 1).Draw(t, "process")].Append(context.Background(), a)
	if got := classify(result, err); got != want || result.SequenceNumber != last {
		t.Fatalf("%s at %d (%v), the model says %s at %d", got, result.SequenceNumber, err, want, last)
	}
}

func classify(result es.Result, err error) string {
	switch {
	case err == nil && result.Repeated:
		return repeated
	case err == nil:
		return stored
	case errors.As(err, new(*es.ConflictError)):
		return conflict
	case errors.As(err, new(*es.GuardError)):
		return guarded
	case errors.As(err, new(*es.CommandReusedError)):
		return reused
	}
	return err.Error()
}

// check holds what is stored against the model.
func (m *machine) check(t *rapid.T) {
	events, err := m.stores[0].ReadAccount(context.Background(), es.AccountRange{AccountID: m.stores[0].account})
	if err != nil || len(events) != len(m.model.events) {
		t.Fatalf("%d events, the model has %d: %v", len(events), len(m.model.events), err)
	}
	number := 0
	for i, e := range events {
		if e.CommandID != m.model.events[i] {
			t.Fatalf("event %d is of command %s, in the model of %s", i+1, e.CommandID, m.model.events[i])
		}
		var payload struct{ Number string }
		if err := json.Unmarshal(e.Payload, &payload); err != nil {
			t.Fatal(err)
		}
		if payload.Number != "" {
			if number++; payload.Number != fmt.Sprintf("S-%d", number) {
				t.Fatalf("event %d has number %s, want S-%d", i+1, payload.Number, number)
			}
		}
	}
	if number != m.model.number {
		t.Fatalf("%d numbers are drawn, in the model %d", number, m.model.number)
	}
}
