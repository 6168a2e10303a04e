package projection

import (
	"maps"
	"slices"
	"sync"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
)

// Plan is how the projections of an account are kept up to date: those of its release, and of
// the one beside it while the account changes from one to another. It is safe for concurrent use.
type Plan struct {
	release   *model.Release
	beside    []*model.Release
	units     []*Unit
	syncs     []*Unit              // sync ones of the release: appends write them; each is a root alone
	writers   map[string][]string  // digests of the releases whose appends write a table, by its name
	targets   []*Target            // of all units
	byTable   map[string]*Target   // by physical name
	followers map[string][]*follow // by the table whose rows are copied, in order of level
	mu        sync.RWMutex
	handlers  map[eventType][]*Unit // filled as types are met
}

// Unit is a source projection with the projections that it feeds, directly or over others.
// What a unit's tables hold follows from the root's rows, in one transaction with them: so a
// unit has one cursor, and is parked, built and mended as one.
type Unit struct {
	Root  *Target
	Chain []*Target // what feeds before what is fed
}

// Tables returns the physical names of the unit's tables, the root's first.
func (u *Unit) Tables() []string {
	var names []string
	for _, t := range u.Targets() {
		names = append(names, t.Table.Name)
	}
	return names
}

// Target is a projection with the statements for its table.
type Target struct {
	Projection *model.ProjectionType
	Table      *Table
	unit       *Unit
	feeder     *Target // nil for a source
	follows    []*follow
	cells      []cell
	load       string
	save       string
	remove     string
}

// eventType is what stored events are told apart by.
type eventType struct {
	stream, event string
	version       int
}

// NewPlan returns the plan of the release and of others beside it. Projections that share a
// table are kept once.
func NewPlan(release *model.Release, beside ...*model.Release) *Plan {
	p := &Plan{release: release, beside: beside, writers: map[string][]string{}, byTable: map[string]*Target{}, followers: map[string][]*follow{}, handlers: map[eventType][]*Unit{}}
	for _, r := range append([]*model.Release{release}, beside...) {
		for _, projection := range r.Projections() {
			p.add(projection)
		}
	}
	for _, t := range p.targets {
		p.addFollows(t)
	}
	p.levelFollows()
	return p
}

// add makes the projection's target, and before it that of what feeds it.
func (p *Plan) add(projection *model.ProjectionType) *Target {
	if projection.Sync {
		p.writers[projection.Table] = append(p.writers[projection.Table], projection.Release().Digest())
	}
	if t := p.byTable[projection.Table]; t != nil {
		return t
	}
	t := newTarget(projection, TableOf(projection))
	if feeder := projection.Feeder(); feeder != nil {
		t.feeder = p.add(feeder)
		t.unit = t.feeder.unit
		t.unit.Chain = append(t.unit.Chain, t)
	} else {
		t.unit = &Unit{Root: t}
		p.units = append(p.units, t.unit)
		if projection.Sync && projection.Release() == p.release {
			p.syncs = append(p.syncs, t.unit)
		}
	}
	p.byTable[projection.Table] = t
	p.targets = append(p.targets, t)
	return t
}

func newTarget(projection *model.ProjectionType, table *Table) *Target {
	return &Target{Projection: projection, Table: table, cells: table.cells(),
		load: table.loadSQL(), save: table.saveSQL(), remove: table.removeSQL()}
}

// tableNames are the physical names of all tables of the release.
func (p *Plan) tableNames() []string {
	names := make([]string, len(p.targets))
	for i, t := range p.targets {
		names[i] = t.Table.Name
	}
	return names
}

// Units returns all units of the release, and not those of releases beside it.
func (p *Plan) Units() []*Unit {
	return slices.DeleteFunc(slices.Clone(p.units), func(u *Unit) bool { return u.Root.Projection.Release() != p.release })
}

// Release returns the release whose units Units returns.
func (p *Plan) Release() *model.Release { return p.release }

// digests are those of the plan's releases.
func (p *Plan) digests() []string {
	all := []string{p.release.Digest()}
	for _, r := range p.beside {
		all = append(all, r.Digest())
	}
	return all
}

// Target returns the target of the projection, nil when the release has none of that name.
func (p *Plan) Target(projection string) *Target {
	if found := p.release.Projection(projection); found != nil {
		return p.byTable[found.Table]
	}
	return nil
}

// TargetOf returns the target of a projection of any of the plan's releases.
func (p *Plan) TargetOf(of *model.ProjectionType) *Target { return p.byTable[of.Table] }

// Unit returns the unit that the target belongs to.
func (t *Target) Unit() *Unit { return t.unit }

// Appended reports whether appends write the unit's rows, and not pages, while the account runs on the
// release of the digest; nil: on the plan's. A sync projection of another release that the account is about
// to run on, or can go back to, is the pages' as any other.
func (p *Plan) Appended(u *Unit, on *string) bool {
	digest := p.release.Digest()
	if on != nil {
		digest = *on
	}
	return slices.Contains(p.writers[u.Root.Projection.Table], digest)
}

// Handling returns the units of all of the plan's releases that pages apply events of the kind to.
func (p *Plan) Handling(k es.Kind) []*Unit {
	return p.handling(eventType{k.StreamType, k.PayloadItemName, k.PayloadVersion})
}

// handling returns the units that the stored event can change, but for those that appends write
// while the account runs on the plan's release.
func (p *Plan) handling(e eventType) []*Unit {
	p.mu.RLock()
	handlers, known := p.handlers[e]
	p.mu.RUnlock()
	if known {
		return handlers
	}
	for _, u := range p.units {
		if !p.Appended(u, nil) && u.Root.Projection.HandlesStored(e.stream, e.event, e.version) {
			handlers = append(handlers, u)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handlers[e] = handlers
	return handlers
}

// levelFollows orders the ways of copying so that a value that is itself a copy is brought
// up to date before it is copied on.
func (p *Plan) levelFollows() {
	for _, t := range p.targets {
		for _, f := range t.follows {
			f.level = f.depth(len(p.targets))
			for _, helper := range f.helpers {
				p.followers[helper.Table.Name] = append(p.followers[helper.Table.Name], f)
			}
		}
		slices.SortStableFunc(t.follows, byLevel)
	}
	for _, list := range p.followers {
		slices.SortStableFunc(list, byLevel)
	}
}

// Plans keeps the plan of each release that accounts of this process run on, and of each two
// that they are between. It is safe for concurrent use.
type Plans struct {
	mu  sync.Mutex
	all map[string]*Plan // by the digests, with spaces between
}

// NewPlans returns an empty one, which learns releases as it meets them, and forgets those that
// are dropped.
func NewPlans(releases Releases) *Plans {
	p := &Plans{all: map[string]*Plan{}}
	releases.OnDrop(p.forget)
	return p
}

// Of returns the plan of the release and of others beside it, as NewPlan does.
func (p *Plans) Of(release *model.Release, beside ...*model.Release) *Plan {
	key := release.Digest()
	for _, r := range beside {
		key += " " + r.Digest()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	found, ok := p.all[key]
	if !ok {
		found = NewPlan(release, beside...)
		p.all[key] = found
	}
	return found
}

// forget drops the plans that hold a release which is not loaded any more.
func (p *Plans) forget(loaded func(digest string) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.all, func(_ string, plan *Plan) bool {
		return slices.ContainsFunc(plan.digests(), func(digest string) bool { return !loaded(digest) })
	})
}
