package httpapi

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/expr"
	"github.com/polderhq/polder/internal/query"
	"github.com/polderhq/polder/internal/tenant"
)

// change tells that rows of a projection changed.
type change struct {
	Projection     string      `json:"projection"`
	Via            string      `json:"via,omitempty"` // the projection whose rows changed, when this one's follow from them
	SequenceNumber int64       `json:"sequenceNumber"`
	Keys           []uuid.UUID `json:"keys"` // of the rows; with Via, of that projection's rows
}

// watch is the projections of one release that a client follows.
type watch struct {
	release string
	targets []target
	types   []string // names of stored events that can change one of them, sorted
	tables  []string // that show them
}

// target is what a projection's rows follow from: the rows of a stream type's projection,
// whose keys an event names. A row per element or per group has a key that no event names,
// so it is told of by way of the rows that it is made of, as what is joined or copied is.
type target struct {
	projection string
	via        string
	rows       *model.ProjectionType // a row per stream
	keyless    bool                  // the client may not query these rows, and is not told which they are
}

// newWatch finds the projections, and what their rows follow from. Its errors are NotFound
// and Forbidden.
func (s *Server) newWatch(ctx context.Context, who tenant.Principal, names []string) (*watch, error) {
	release, err := s.config.Releases.Get(ctx, who.Account.Release)
	if err != nil {
		return nil, err
	}
	w := &watch{release: who.Account.Release}
	for _, name := range names {
		p := release.Projection(name)
		if p == nil || p.Helper {
			return nil, noProjection(release, name)
		}
		if !maySeeRows(who, release.IR(), name) {
			return nil, fault.New(fault.Forbidden, "This key has none of the roles that may query %s", name)
		}
		if err := w.follow(who, release, p); err != nil {
			return nil, err
		}
	}
	slices.Sort(w.types)
	w.types = slices.Compact(w.types)
	return w, nil
}

func noProjection(release *model.Release, name string) error {
	var known []string
	for _, p := range release.IR().Projections {
		if !p.Helper {
			known = append(known, p.Name)
		}
	}
	return fault.New(fault.NotFound, "There is no projection %.80q in this account's release%s", name, expr.DidYouMean(name, known))
}

// follow adds what the projection's rows follow from.
func (w *watch) follow(who tenant.Principal, release *model.Release, p *model.ProjectionType) error {
	sources, err := query.SourcesOf(release, p)
	if err != nil {
		return err
	}
	w.tables = append(w.tables, sources.Tables...)
	own := target{projection: p.Name, rows: rootOf(release, p)}
	if p.Key != "" {
		own.via = own.rows.Name
		own.keyless = !maySeeRows(who, release.IR(), own.via)
	}
	w.add(own)
	slices.Sort(sources.Helpers)
	for _, helper := range sources.Helpers {
		w.add(target{projection: p.Name, via: helper, rows: rootOf(release, release.Projection(helper))})
	}
	return nil
}

// rootOf returns the projection with a row per stream that p follows from; mostly itself.
func rootOf(release *model.Release, p *model.ProjectionType) *model.ProjectionType {
	for p.Of != "" {
		p = release.Projection(p.Of)
	}
	return p
}

func (w *watch) add(t target) {
	w.targets = append(w.targets, t)
	w.types = append(w.types, t.rows.StoredEvents()...)
}

// maySeeRows reports whether the principal may ask one of the projection's queries. A
// projection that no query reads is nobody's secret: its keys are all that is told.
func maySeeRows(who tenant.Principal, ir *model.IR, projection string) bool {
	queried := false
	for _, q := range ir.Queries {
		if q.From != projection {
			continue
		}
		if queried = true; mayUse(who, q.Allow) {
			return true
		}
	}
	return !queried
}

// changes maps events to the rows that they changed, one change per target.
func (w *watch) changes(events []es.Event) []change {
	var all []change
	for _, t := range w.targets {
		if c, found := t.change(events); found {
			all = append(all, c)
		}
	}
	return all
}

func (t target) change(events []es.Event) (change, bool) {
	c := change{Projection: t.projection, Via: t.via, Keys: []uuid.UUID{}}
	seen := map[uuid.UUID]bool{}
	for i := range events {
		e := &events[i]
		if !t.rows.HandlesStored(e.StreamType, e.PayloadItemName, e.PayloadVersion) {
			continue
		}
		c.SequenceNumber = e.SequenceNumber
		if !seen[e.StreamID] && !t.keyless {
			seen[e.StreamID] = true
			c.Keys = append(c.Keys, e.StreamID)
		}
	}
	return c, c.SequenceNumber > 0
}

// projectionNames reads ?projections=Orders,Customers, also given several times.
func projectionNames(values []string) ([]string, error) {
	var names []string
	for _, value := range values {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.TrimSpace(name); name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 || len(names) > 100 {
		return nil, fault.New(fault.Invalid, "Name 1 to 100 projections, like ?projections=Orders,Customers")
	}
	return names, nil
}
