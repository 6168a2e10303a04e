package es

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Sizes of what a lane remembers; a lane needs some 20 MB when all are full.
const (
	rememberedAccounts = 8 << 10
	rememberedStreams  = 32 << 10
	rememberedGuards   = 16 << 10
)

// memory is what a lane remembers of its accounts. Only the lane touches it.
type memory struct {
	accounts cache[uuid.UUID, *remembered]
	streams  cache[factKey[uuid.UUID], streamFacts]
	uniques  cache[factKey[guardKey], uniqueFacts]
	serials  cache[factKey[string], int64]
	limits   cache[factKey[guardKey], decimal.Decimal]
	lives    uint64
}

// remembered is an account as it was at its head. It is true exactly while the stored
// head is this one.
type remembered struct {
	head Head
	life uint64 // part of the key of each fact, so that forgetting an account forgets its facts
	lost bool   // the last append found another head: another process writes the account too
}

type factKey[K comparable] struct {
	life uint64
	key  K
}

func newMemory() *memory {
	return &memory{
		accounts: newCache[uuid.UUID, *remembered](rememberedAccounts),
		streams:  newCache[factKey[uuid.UUID], streamFacts](rememberedStreams),
		uniques:  newCache[factKey[guardKey], uniqueFacts](rememberedGuards),
		serials:  newCache[factKey[string], int64](rememberedGuards),
		limits:   newCache[factKey[guardKey], decimal.Decimal](rememberedGuards),
	}
}

// account returns what is remembered of the account, nil when that is nothing.
func (m *memory) account(id uuid.UUID) *remembered {
	r, _ := m.accounts.get(id)
	return r
}

// begin remembers the account at a head and nothing else of it.
func (m *memory) begin(head Head) *remembered {
	m.lives++
	r := &remembered{head: head, life: m.lives}
	m.accounts.put(head.AccountID, r)
	return r
}

// learn takes over a draft that was stored, with the head that it made.
func (m *memory) learn(r *remembered, head Head, d *draft) {
	r.head = head
	for _, e := range d.streams.entries {
		e.value.checked = false
		m.streams.put(factKey[uuid.UUID]{r.life, e.key}, e.value)
	}
	for _, e := range d.uniques.entries {
		key := factKey[guardKey]{r.life, e.key}
		if e.value.status == releasedBlindly {
			m.uniques.delete(key)
			continue
		}
		m.uniques.put(key, e.value)
	}
	for _, e := range d.serials.entries {
		m.serials.put(factKey[string]{r.life, e.key}, e.value)
	}
	for _, e := range d.limits.entries {
		m.limits.put(factKey[guardKey]{r.life, e.key}, e.value)
	}
}

// recollection is the memory of one account, as a source.
type recollection struct {
	memory *memory
	life   uint64
}

func (r recollection) stream(id uuid.UUID) (streamFacts, bool) {
	return r.memory.streams.get(factKey[uuid.UUID]{r.life, id})
}

func (r recollection) unique(k guardKey) uniqueFacts {
	facts, _ := r.memory.uniques.get(factKey[guardKey]{r.life, k})
	return facts
}

func (r recollection) series(name string) (int64, bool) {
	return r.memory.serials.get(factKey[string]{r.life, name})
}

func (r recollection) limit(k guardKey) (decimal.Decimal, bool) {
	return r.memory.limits.get(factKey[guardKey]{r.life, k})
}
