package model

import (
	"fmt"
	"slices"

	"github.com/google/uuid"
)

// Folder folds many events of one stream type for several projections at once, in place: it
// parses a payload once, keeps of a stream what the projections want as the JSON that it
// came in, and makes values and rows at the end. The rows are those that Fold comes to. It
// is for one goroutine; its states are independent of each other.
type Folder struct {
	projections []*ProjectionType
	wants       [][]want // by number of the projection
	status      []int    // by number of the projection: its place in FoldState.status
	slots       []slot
	statuses    int
	events      map[string]*folderEvent
	ways        map[storedType]*folderWay // of the stored types that came so far; nil: as it is stored

	reader  reader
	touched []int    // slots that the event at hand sets
	raw     [][]byte // by slot: what it sets them to
	refused []error  // by slot: why it cannot
}

// want is an attribute that a projection wants, and the slot that holds it.
type want struct{ attribute, slot int }

// slot holds an attribute as a set of events changes it. Projections that want the
// attribute and handle the same events share a slot.
type slot struct {
	*field
	wantedBy []int // numbers of projections
}

type folderEvent struct {
	*eventType
	handledBy []int            // numbers of projections
	targets   map[string][]int // name in the payload -> slots
	status    []int            // places in FoldState.status
}

// FoldState is what the events of one stream amount to for the projections of a Folder.
type FoldState struct {
	Key uuid.UUID

	sequences []int64  // by number of the projection: the last event that it handles; 0: it has no row
	values    [][]byte // by slot; empty when absent
	status    []string
	size      int
}

// Refusal says that a projection cannot take an event, as its Fold would have said.
type Refusal struct {
	Projection *ProjectionType
	Cause      error
}

// NewFolder returns a folder for the projections, which are sources over the same stream type.
func NewFolder(projections []*ProjectionType) *Folder {
	f := &Folder{projections: projections, wants: make([][]want, len(projections)),
		status: make([]int, len(projections)), events: map[string]*folderEvent{}, ways: map[storedType]*folderWay{}}
	slots, statuses := map[string]int{}, map[string]int{}
	for i, p := range projections {
		moves := f.handle(i, p)
		f.status[i] = number(statuses, fmt.Sprint(moves))
		for _, name := range moves {
			f.events[name].status = appendOnce(f.events[name].status, f.status[i])
		}
		for n, wanted := range p.wanted {
			if wanted {
				f.want(i, n, slots)
			}
		}
	}
	f.statuses = len(statuses)
	f.raw, f.refused = make([][]byte, len(f.slots)), make([]error, len(f.slots))
	return f
}

// handle notes the projection's events and returns those that move the life cycle.
func (f *Folder) handle(i int, p *ProjectionType) (moves []string) {
	for _, name := range p.Events {
		e := f.events[name]
		if e == nil {
			e = &folderEvent{eventType: p.stream.events[name], targets: map[string][]int{}}
			f.events[name] = e
		}
		e.handledBy = append(e.handledBy, i)
		if e.To != "" {
			moves = append(moves, name)
		}
	}
	return moves
}

// want gives the projection the slot of the attribute.
func (f *Folder) want(i, attribute int, slots map[string]int) {
	p := f.projections[i]
	var setters []string
	for _, name := range p.Events {
		if f.events[name].sets(map[int]bool{attribute: true}) {
			setters = append(setters, name)
		}
	}
	n := number(slots, fmt.Sprint(attribute, setters))
	if n == len(f.slots) {
		f.slots = append(f.slots, slot{field: p.stream.attributes[attribute]})
	}
	f.slots[n].wantedBy = append(f.slots[n].wantedBy, i)
	f.wants[i] = append(f.wants[i], want{attribute, n})
	for _, name := range setters {
		e := f.events[name]
		for key, target := range e.target {
			if target == attribute {
				e.targets[key] = appendOnce(e.targets[key], n)
			}
		}
	}
}

// number returns the number of the key, the next one when it is new.
func number(known map[string]int, key string) int {
	n, ok := known[key]
	if !ok {
		n = len(known)
		known[key] = n
	}
	return n
}

func appendOnce(list []int, n int) []int {
	if slices.Contains(list, n) {
		return list
	}
	return append(list, n)
}

// New returns the state of a stream without events.
func (f *Folder) New(key uuid.UUID) *FoldState {
	s := &FoldState{Key: key, sequences: make([]int64, len(f.projections)),
		values: make([][]byte, len(f.slots)), status: make([]string, f.statuses)}
	s.size = stateOverhead + 8*len(s.sequences) + 24*len(s.values) + 16*len(s.status)
	return s
}

// stateOverhead is what a state takes beside its slices: itself, and its place in a map.
const stateOverhead = 200

// Size returns about how many bytes of memory the state takes.
func (s *FoldState) Size() int { return s.size }

// Fold applies one event of the release to its stream's state, in place, and keeps nothing of
// the payload. It returns the projections that cannot take the event, whose rows mean nothing
// from then on; the others go on.
func (f *Folder) Fold(s *FoldState, fact Fact, sequence int64) []Refusal {
	e := f.events[fact.Name]
	if e == nil {
		return nil
	}
	defer f.reset()
	if err := f.scan(e, fact.Payload); err != nil {
		return f.refuse(e, fact, func(int) error { return err })
	}
	return f.settle(s, e, fact, sequence)
}

// settle puts what the event at hand sets into the state.
func (f *Folder) settle(s *FoldState, e *folderEvent, fact Fact, sequence int64) []Refusal {
	failed := false
	for _, n := range f.touched {
		if f.refused[n] != nil {
			failed = true
			continue
		}
		s.set(n, f.raw[n])
	}
	for _, n := range e.status {
		s.status[n] = e.To
	}
	for _, i := range e.handledBy {
		s.sequences[i] = sequence
	}
	if failed {
		return f.refuse(e, fact, f.refusal)
	}
	return nil
}

func (s *FoldState) set(n int, raw []byte) {
	before := cap(s.values[n])
	if before < len(raw) {
		s.values[n] = make([]byte, 0, len(raw))
	}
	s.values[n] = append(s.values[n][:0], raw...)
	s.size += cap(s.values[n]) - before
}

func (f *Folder) reset() {
	for _, n := range f.touched {
		f.raw[n], f.refused[n] = nil, nil
	}
	f.touched = f.touched[:0]
}

// refusal returns why the projection cannot take the event at hand.
func (f *Folder) refusal(i int) error {
	for _, n := range f.touched { // in the order of the payload
		if f.refused[n] != nil && slices.Contains(f.slots[n].wantedBy, i) {
			return f.refused[n]
		}
	}
	return nil
}

func (f *Folder) refuse(e *folderEvent, fact Fact, why func(projection int) error) (refusals []Refusal) {
	for _, i := range e.handledBy {
		p := f.projections[i]
		if err := why(i); err != nil {
			refusals = append(refusals, Refusal{p, fmt.Errorf("%s, event version %d: apply %s to %s: %w", p.Name, fact.Version, e.Name, p.From, err)})
		}
	}
	return refusals
}

// scan finds what the event sets. The error is about JSON that no projection can take.
func (f *Folder) scan(e *folderEvent, payload []byte) error {
	f.reader.scanner = scanner{text: payload}
	s := &f.reader.scanner
	if !s.take('{') {
		return s.broken()
	}
	if s.take('}') {
		return s.end()
	}
	for {
		key, err := s.key()
		if err != nil {
			return err
		}
		if targets := e.targets[string(key)]; len(targets) > 0 {
			err = f.take(targets)
		} else {
			err = s.skip(0)
		}
		if err != nil {
			return err
		}
		if s.take(',') {
			continue
		}
		if s.take('}') {
			return s.end()
		}
		return s.broken()
	}
}

// take takes the value of slots that hold the same attribute.
func (f *Folder) take(targets []int) error {
	s := &f.reader.scanner
	s.peek()
	start := s.at
	refused := error(nil)
	if kind := f.slots[targets[0]].kind; !s.glance(kind) {
		s.at = start
		if refused = f.try(f.slots[targets[0]].field); refused != nil {
			s.at = start // those that do not want it may still get past it
			if err := s.skip(0); err != nil {
				return err
			}
		}
	}
	f.found(targets, s.text[start:s.at], refused)
	return nil
}

// found notes what the event sets slots to, and why they cannot be set to it.
func (f *Folder) found(targets []int, raw []byte, refused error) {
	if raw[0] == 'n' {
		raw = nil
	}
	for _, n := range targets {
		if f.raw[n] = raw; f.refused[n] == nil {
			f.refused[n] = refused
		}
		f.touched = appendOnce(f.touched, n)
	}
}

// try reads the value and returns what is wrong with it.
func (f *Folder) try(a *field) error {
	_, err := f.reader.read(a.kind, a, &place{name: a.Name})
	if err == nil && len(f.reader.violations) > 0 {
		d := f.reader.violations[0]
		err = fmt.Errorf("%s: %s", d.Path, d.Message)
	}
	f.reader.violations = nil
	return err
}

// Row returns the projection's row of the stream and the last event that the projection
// handled; nil when there was none. The number of the projection is its place among those
// that the folder was made for.
func (f *Folder) Row(projection int, s *FoldState) (*Row, int64, error) {
	if s.sequences[projection] == 0 {
		return nil, 0, nil
	}
	p := f.projections[projection]
	state := p.stream.Empty()
	state.Revision, state.status = 1, s.status[f.status[projection]]
	if err := f.restore(projection, s, state); err != nil {
		return nil, 0, err
	}
	row := &Row{Key: s.Key, Values: p.blank()}
	if err := p.fill(row.Values, newView(state), nil); err != nil {
		return nil, 0, err
	}
	row.Hidden = p.hide(state)
	return row, s.sequences[projection], nil
}

// restore reads the attributes that the projection wants into the state.
func (f *Folder) restore(projection int, s *FoldState, state *State) (err error) {
	for _, w := range f.wants[projection] {
		if len(s.values[w.slot]) == 0 {
			continue
		}
		a := state.of.attributes[w.attribute]
		r := reader{scanner: scanner{text: s.values[w.slot]}}
		if state.values[w.attribute], err = r.read(a.kind, a, nil); err != nil {
			return fmt.Errorf("%s, row %s: %s: %w", f.projections[projection].Name, s.Key, a.Name, err)
		}
	}
	return nil
}
