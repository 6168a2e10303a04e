package command

import (
	"container/list"
	"sync"

	"github.com/google/uuid"
)

// streamKey names a folded aggregate. The epoch is part of it: an account that was moved
// or restored does not meet what was remembered of it before.
type streamKey struct {
	account uuid.UUID
	epoch   int64
	stream  uuid.UUID
	release string
}

type remembered struct {
	key       streamKey
	aggregate *aggregate
}

// memory keeps the folded aggregates that were used last.
type memory struct {
	mu      sync.Mutex
	most    int
	entries map[streamKey]*list.Element // of remembered
	order   *list.List                  // last used first
}

func newMemory(most int) *memory {
	return &memory{most: most, entries: map[streamKey]*list.Element{}, order: list.New()}
}

// recall returns the aggregate as it was last folded, nil if it is not remembered.
func (m *memory) recall(key streamKey) *aggregate {
	m.mu.Lock()
	defer m.mu.Unlock()
	element := m.entries[key]
	if element == nil {
		return nil
	}
	m.order.MoveToFront(element)
	return element.Value.(remembered).aggregate
}

// keep remembers the aggregate, unless a later revision of it is remembered already.
func (m *memory) keep(key streamKey, a *aggregate) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if element := m.entries[key]; element != nil {
		if element.Value.(remembered).aggregate.revision < a.revision {
			element.Value = remembered{key, a}
		}
		m.order.MoveToFront(element)
		return
	}
	m.entries[key] = m.order.PushFront(remembered{key, a})
	if m.order.Len() > m.most {
		oldest := m.order.Back()
		delete(m.entries, m.order.Remove(oldest).(remembered).key)
	}
}

// forget drops the aggregates that were folded by a release which is not loaded any more.
func (m *memory) forget(loaded func(digest string) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key, element := range m.entries {
		if !loaded(key.release) {
			m.order.Remove(element)
			delete(m.entries, key)
		}
	}
}
