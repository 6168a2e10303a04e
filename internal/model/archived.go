package model

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Happened is an event with its place in its stream and in its account.
type Happened struct {
	Stored
	Revision       int
	SequenceNumber int64
}

// MixedError says that events of one stream are of several types in the release, or of none.
type MixedError struct{ Types []string }

// Error names the types.
func (e *MixedError) Error() string {
	return fmt.Sprintf("the stream's events are not all of one type, but of %v", e.Types)
}

// Archived is what the events of a stream come to for any projection, also one that nobody has
// thought of yet. A projection handles some of the types of events, and an attribute is to it
// what the last of those set it to. So there are kept: of each type of event the last one, and of
// those before it what no later one of its type sets.
type Archived struct {
	Type  *StreamType
	Facts []Happened // as the release reads them, in their order
}

// Archive returns what the events come to, which are a stream's from the first one on, as they are
// stored. The error is that of Upcast or Apply when an event cannot be read, whatever projection
// would need of it; a *MixedError; or an *UnknownEventError.
func (r *Release) Archive(events []Happened) (*Archived, error) {
	all := &Archived{}
	state := (*State)(nil)
	for i := range events {
		made, err := r.Upcast(events[i].Stored)
		if err != nil {
			return nil, err
		}
		for _, is := range made {
			t := r.streams[is.StreamType]
			if t == nil || all.Type != nil && t != all.Type {
				return nil, mixed(all.Type, is.StreamType)
			}
			if state == nil {
				all.Type, state = t, t.Empty()
			}
			if state, err = t.Apply(state, is.Name, is.Version, is.Payload); err != nil {
				return nil, err
			}
			all.Facts = append(all.Facts, Happened{is, events[i].Revision, events[i].SequenceNumber})
		}
	}
	if all.Type == nil {
		return nil, mixed(nil, "")
	}
	return all, all.condense()
}

func mixed(t *StreamType, other string) error {
	e := &MixedError{Types: []string{}}
	if t != nil {
		e.Types = append(e.Types, t.Name)
	}
	if other != "" {
		e.Types = append(e.Types, other)
	}
	return e
}

// condense leaves out what later events of the same type say otherwise.
func (a *Archived) condense() error {
	said := map[string]map[int]bool{} // by event: the attributes that later ones set
	kept := a.Facts[:0:0]
	for _, fact := range slices.Backward(a.Facts) {
		later, comes := said[fact.Name]
		if !comes {
			later = map[int]bool{}
			said[fact.Name] = later
		}
		payload, sets, err := a.Type.said(fact, later)
		if err != nil {
			return err
		}
		if !comes || sets {
			fact.Payload, fact.Version = payload, a.Type.events[fact.Name].Version
			kept = append(kept, fact)
		}
	}
	slices.Reverse(kept)
	a.Facts = kept
	return nil
}

// said returns the object of what the event sets and no later one does, and adds to later what it sets.
func (t *StreamType) said(fact Happened, later map[int]bool) (payload []byte, sets bool, err error) {
	e, values := t.events[fact.Name], map[int][]byte{}
	s := &scanner{text: fact.Payload}
	err = s.object(func(key []byte) error {
		n, is := e.target[string(key)]
		if !is || later[n] {
			return s.skip(0)
		}
		raw, err := s.raw()
		values[n] = raw // of an attribute that comes twice the last value counts
		return err
	}, 0)
	payload = append(payload, '{')
	for i, n := range slices.Sorted(maps.Keys(values)) {
		if i > 0 {
			payload = append(payload, ',')
		}
		payload = append(append(appendText(payload, t.attributes[n].Name), ':'), values[n]...)
		later[n] = true
	}
	return append(payload, '}'), len(values) > 0, err
}

// Events are the names of the events that there is something of, sorted.
func (a *Archived) Events() []string {
	names := map[string]bool{}
	for i := range a.Facts {
		names[a.Facts[i].Name] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// Encode writes the facts as JSON, each as [event, revision, sequence number, what it sets].
func (a *Archived) Encode() json.RawMessage {
	text := []byte{'['}
	for i, fact := range a.Facts {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(appendText(append(text, '['), fact.Name), ',')
		text = append(strconv.AppendInt(text, int64(fact.Revision), 10), ',')
		text = append(strconv.AppendInt(text, fact.SequenceNumber, 10), ',')
		text = append(append(text, fact.Payload...), ']')
	}
	return append(text, ']')
}

// DecodeArchived hands the facts of an archived stream to do, in their order: events as the release
// reads them, whose payloads share the text's memory. The text is what Encode wrote under the same ArchiveFingerprint.
func (t *StreamType) DecodeArchived(text json.RawMessage, do func(Happened) error) error {
	s := &scanner{text: text}
	err := s.array(func(int) error {
		fact := Happened{Stored: Stored{StreamType: t.Name}}
		err := s.array(func(i int) error { return fact.read(s, i) }, 0)
		if err != nil {
			return err
		}
		e := t.events[fact.Name]
		if e == nil || fact.SequenceNumber == 0 || fact.Payload == nil {
			return s.broken()
		}
		fact.Name, fact.Version = e.Name, e.Version
		return do(fact)
	}, 0)
	if err == nil {
		err = s.end()
	}
	if err != nil {
		return fmt.Errorf("archived state of %s: %w", t.Name, err)
	}
	return nil
}

// read takes what stands at the place in a fact.
func (h *Happened) read(s *scanner, place int) error {
	raw, err := s.raw()
	if err != nil {
		return err
	}
	switch place {
	case 0:
		h.Name, err = unquote(raw)
	case 1:
		h.Revision, err = strconv.Atoi(string(raw))
	case 2:
		h.SequenceNumber, err = strconv.ParseInt(string(raw), 10, 64)
	case 3:
		h.Payload = raw
	}
	return err
}

// Takes reports whether an event, as the release reads it, can change a row of one of the projections.
func (f *Folder) Takes(streamType, event string) bool {
	return f.events[event] != nil && streamType == f.projections[0].From
}

// Events are the names of the events, as the release reads them, that the folder's projections handle, sorted.
func (f *Folder) Events() []string { return slices.Sorted(maps.Keys(f.events)) }

// From is the stream type that the folder's projections follow from.
func (f *Folder) From() string { return f.projections[0].From }

// Release is the release of the folder's projections.
func (f *Folder) Release() *Release { return f.projections[0].release }
