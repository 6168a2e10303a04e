package tenant

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
)

// mirror is what a directory knows, as of a change number.
type mirror struct {
	watchers []func(Account) // set before the first apply

	mu       sync.RWMutex
	change   int64
	accounts map[uuid.UUID]Account
	names    map[string]uuid.UUID
	stores   map[string]Store
	keys     map[string]apiKey // revoked ones included: they are known, and not valid
}

func newMirror() *mirror {
	m := &mirror{}
	m.clear()
	return m
}

func (m *mirror) clear() {
	m.accounts, m.names = map[uuid.UUID]Account{}, map[string]uuid.UUID{}
	m.stores, m.keys = map[string]Store{}, map[string]apiKey{}
}

func (m *mirror) last() int64 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.change
}

// apply takes over what has changed, at once for readers, and then tells the watchers.
func (m *mirror) apply(n *news) {
	for _, a := range m.takeOver(n) {
		for _, watcher := range m.watchers {
			watcher(a)
		}
	}
}

// takeOver returns the accounts that differ from what was known.
func (m *mirror) takeOver(n *news) (changed []Account) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n.all {
		m.clear()
	}
	m.change = n.change
	for _, s := range n.stores {
		m.stores[s.ID] = s
	}
	for _, a := range n.accounts {
		known, found := m.accounts[a.ID]
		if found && (known == a || a.Epoch < known.Epoch) { // a store told us more already
			continue
		}
		delete(m.names, known.Name)
		m.accounts[a.ID], m.names[a.Name] = a, a.ID
		changed = append(changed, a)
	}
	for _, k := range n.keys {
		m.keys[k.id] = k
	}
	return changed
}

func (m *mirror) switched(id uuid.UUID, epoch int64, release string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a, found := m.accounts[id]; found && a.Epoch < epoch {
		a.Epoch, a.Release = epoch, release
		m.accounts[id] = a
	}
}

func (m *mirror) account(id uuid.UUID) (Account, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	a, found := m.accounts[id]
	if !found {
		return Account{}, noAccount(id)
	}
	return a, nil
}

func (m *mirror) accountByName(name string) (Account, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	id, found := m.names[name]
	if !found {
		return Account{}, fault.New(fault.NotFound, "Account %q does not exist", name)
	}
	return m.accounts[id], nil
}

func (m *mirror) allAccounts() []Account {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.AppendSeq(make([]Account, 0, len(m.accounts)), maps.Values(m.accounts))
}

func (m *mirror) store(id string) (Store, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	s, found := m.stores[id]
	if !found {
		return Store{}, fault.New(fault.NotFound, "Store %q does not exist", id)
	}
	return s, nil
}

func (m *mirror) allStores() []Store {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.SortedFunc(maps.Values(m.stores), func(a, b Store) int { return strings.Compare(a.ID, b.ID) })
}

func (m *mirror) key(id string) (apiKey, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	k, found := m.keys[id]
	return k, found
}
