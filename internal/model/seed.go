package model

import (
	"reflect"
	"slices"
)

// Seed makes the rows of a projection from those that an older one has of the same streams.
// What the old rows keep, shown or hidden, is taken from them; what they lack follows from the
// events that set it, and only these are folded. The rows are those that Fold comes to over
// all events.
type Seed struct {
	of     *ProjectionType
	folder *Folder
	shown  []*column // of old rows: attributes that they show, and the life cycle, as the projection reads them
	kept   []bool    // by number of the stream's attribute: old rows keep it
	status bool      // old rows keep the life cycle
	grows  bool      // there may be rows of streams that have no old row
	stored []string
}

// NewSeed returns how rows of the projection follow from those of the old one; nil when they
// do not: old rows have to tell which streams there are rows of, and which event changed each
// of them last. So all events of the old projection have to be ones of the new projection. An
// attribute that a stored event sets to something else than it did is one that old rows lack.
// Rows that appends write do not stand where others do.
func NewSeed(old, of *ProjectionType) *Seed {
	if old.Chained() || of.Chained() || old.From != of.From || old.Sync || of.Sync || !of.handlesAll(old) {
		return nil
	}
	altered, well := of.altered(old)
	if !well {
		return nil
	}
	s := &Seed{of: of, kept: make([]bool, len(of.wanted)), grows: len(of.Events) > len(old.Events)}
	lacks := make([]bool, len(of.wanted))
	for n, wanted := range of.wanted {
		if wanted {
			s.kept[n] = !altered[n] && of.folds(n, old)
			lacks[n] = !s.kept[n]
		}
	}
	s.status = of.folds(readsStatus, old)
	s.show(old)
	replay := *of
	replay.Projection = new(Projection)
	*replay.Projection = *of.Projection
	replay.wanted, replay.Events = lacks, s.replays(old, lacks)
	s.folder = NewFolder([]*ProjectionType{&replay})
	s.folder.projections[0] = of
	s.stored = of.storedAs(replay.Events)
	return s
}

// handlesAll reports whether each event of the old projection is one here.
func (p *ProjectionType) handlesAll(old *ProjectionType) bool {
	return !slices.ContainsFunc(old.Events, func(name string) bool { return !slices.Contains(p.Events, name) })
}

// leadingTo returns the upcasts of what is stored as an event of the projection, or may become one.
func (r *Release) leadingTo(p *ProjectionType) (list []Upcast) {
	for _, u := range r.ir.Upcasts {
		made := r.upcasts[storedType{u.Stream, u.Event, u.Version}]
		if u.Stream == p.From && slices.Contains(p.Events, u.Event) || made != nil && slices.ContainsFunc(made.becomes, p.takes) {
			list = append(list, u)
		}
	}
	return list
}

func (p *ProjectionType) takes(t storedType) bool { return p.Handles(t.stream, t.event) }

func sameUpcast(a, b Upcast) bool {
	return a.Stream == b.Stream && a.Event == b.Event && a.Version == b.Version && a.Refuse == b.Refuse &&
		reflect.DeepEqual(a.Into, b.Into) && slices.EqualFunc(a.Reads, b.Reads, func(x, y Attribute) bool {
		x.Origin, y.Origin = "", ""
		return reflect.DeepEqual(x, y)
	})
}

// folds reports whether the attribute, or the life cycle, comes from the same events as in the
// old projection, which keeps it.
func (p *ProjectionType) folds(n int, old *ProjectionType) bool {
	m := readsStatus
	if n != readsStatus {
		a := p.stream.attributes[n]
		if m = old.stream.attribute(a.Name); m < 0 || !old.wanted[m] || !old.stream.attributes[m].kind.alike(a.kind) {
			return false
		}
	} else if !old.keepsStatus() {
		return false
	}
	return !slices.ContainsFunc(p.Events, func(name string) bool {
		e, before := p.stream.events[name], old.stream.events[name]
		if !slices.Contains(old.Events, name) {
			return e.changes(n)
		}
		return e.changes(n) != before.changes(m) || n == readsStatus && e.To != before.To
	})
}

// changes reports whether the event sets the attribute, or moves the life cycle.
func (e *eventType) changes(n int) bool {
	if n == readsStatus {
		return e.To != ""
	}
	return e.sets(map[int]bool{n: true})
}

// alike reports whether values of the kinds are read and kept alike.
func (k *kind) alike(other *kind) bool {
	return k.Kind == other.Kind && k.currency == other.currency && k.key == other.key &&
		slices.EqualFunc(k.fields, other.fields, func(a, b *field) bool { return a.Name == b.Name && a.kind.alike(b.kind) })
}

// keepsStatus reports whether the rows keep the life cycle.
func (p *ProjectionType) keepsStatus() bool {
	return p.status || slices.ContainsFunc(p.columns, func(c *column) bool { return c.status })
}

// show finds the columns of old rows to take values from.
func (s *Seed) show(old *ProjectionType) {
	for _, c := range old.columns {
		switch {
		case c.status && s.status:
			s.shown = append(s.shown, &column{Column: c.Column, kind: c.kind, plain: -1, status: true})
		case c.plain >= 0:
			n := s.of.stream.attribute(old.stream.attributes[c.plain].Name)
			if n >= 0 && s.kept[n] {
				s.shown = append(s.shown, &column{Column: c.Column, kind: s.of.stream.attributes[n].kind, plain: n})
			}
		}
	}
}

// replays returns the projection's events that old rows lack something of.
func (s *Seed) replays(old *ProjectionType, lacks []bool) []string {
	names := []string{}
	for _, name := range s.of.Events {
		e := s.of.stream.events[name]
		lacking := !slices.Contains(old.Events, name) || !s.status && s.of.keepsStatus() && e.To != ""
		for _, n := range e.target {
			lacking = lacking || lacks[n]
		}
		if lacking {
			names = append(names, name)
		}
	}
	return names
}

// storedAs returns the names under which these events of the projection may be stored.
func (p *ProjectionType) storedAs(events []string) []string {
	names := slices.Clone(events)
	for stored, u := range p.release.upcasts {
		if slices.ContainsFunc(u.becomes, func(is storedType) bool { return is.stream == p.From && slices.Contains(events, is.event) }) {
			names = append(names, stored.event)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// StoredEvents returns the names under which the events may be stored that have to be folded,
// sorted; none when old rows keep all that is needed.
func (s *Seed) StoredEvents() []string { return s.stored }

// Grows reports whether there may be rows of streams that have no old row.
func (s *Seed) Grows() bool { return s.grows }

// Folder returns what folds the events that old rows lack something of. It is always the same
// one; its Row is not to be used.
func (s *Seed) Folder() *Folder { return s.folder }

// Row makes the row of the old one, which stands at the sequence number, and of what its
// stream's events came to in the Folder, nil when there was none. It returns the last event
// that the projection handled. Both stand at the same event of the account.
func (s *Seed) Row(old *Row, sequence int64, folded *FoldState) (*Row, int64, error) {
	state := s.of.stream.Empty()
	state.Revision = 1
	if err := s.of.reveal(state, old.Hidden, s.kept); err != nil {
		return nil, 0, err
	}
	if !s.status {
		state.status = ""
	}
	for _, c := range s.shown {
		if err := c.restore(state, old.Values); err != nil {
			return nil, 0, err
		}
	}
	if folded != nil && folded.sequences[0] > 0 {
		sequence = max(sequence, folded.sequences[0])
		if !s.status {
			state.status = folded.status[s.folder.status[0]]
		}
		if err := s.folder.restore(0, folded, state); err != nil {
			return nil, 0, err
		}
	}
	row, err := s.of.Show(old.Key, state)
	return row, sequence, err
}
