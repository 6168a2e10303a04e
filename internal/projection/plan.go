package projection

import (
	"sync"

	"github.com/polderhq/polder/internal/model"
)

// plan is how the projections of one release are kept up to date. It is safe for concurrent use.
type plan struct {
	release  *model.Release
	targets  []*target
	mu       sync.RWMutex
	handlers map[eventType][]int // indexes into targets; filled as types are met
}

// target is a projection with the statements for its table.
type target struct {
	projection *model.ProjectionType
	table      *Table
	cells      []cell
	load, save string
}

type eventType struct{ stream, event string }

// newPlan returns the plan of the release. Projections that share a table are kept once.
func newPlan(release *model.Release) *plan {
	p := &plan{release: release, handlers: map[eventType][]int{}}
	seen := map[string]bool{}
	for _, projection := range release.Projections() {
		if !seen[projection.Table] {
			seen[projection.Table] = true
			p.targets = append(p.targets, newTarget(projection))
		}
	}
	return p
}

func newTarget(projection *model.ProjectionType) *target {
	table := TableOf(projection)
	return &target{projection: projection, table: table, cells: table.cells(), load: table.loadSQL(), save: table.saveSQL()}
}

// handling returns the indexes of the targets that the event can change.
func (p *plan) handling(e eventType) []int {
	p.mu.RLock()
	handlers, known := p.handlers[e]
	p.mu.RUnlock()
	if known {
		return handlers
	}
	for i, t := range p.targets {
		if t.projection.Handles(e.stream, e.event) {
			handlers = append(handlers, i)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handlers[e] = handlers
	return handlers
}

// byName returns the target of the projection, nil when the release has none of that name.
func (p *plan) byName(projection string) *target {
	for _, t := range p.targets {
		if t.projection.Name == projection {
			return t
		}
	}
	return nil
}

// plans keeps the plan of each release that accounts of this process run on.
type plans struct {
	mu  sync.Mutex
	all map[string]*plan // by digest
}

func (p *plans) of(release *model.Release) *plan {
	p.mu.Lock()
	defer p.mu.Unlock()
	found, ok := p.all[release.Digest()]
	if !ok {
		found = newPlan(release)
		p.all[release.Digest()] = found
	}
	return found
}
