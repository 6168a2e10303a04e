package model

// folderWay is an upcast as a folder takes it: what the stored event says goes into slots as it
// stands there, and no payload is made in between. It holds the event at hand, one after another.
type folderWay struct {
	*upcasting
	ends  []folderEnding // those that any of the projections handles
	plain [][]int        // by source: the slots that take what is stored, and nothing else decides on
}

// folderEnding is an event that the stored one may be.
type folderEnding struct {
	*ending
	event *folderEvent
	sets  []setting
}

// setting sets slots that hold the same attribute to the value of a source.
type setting struct {
	source int
	slots  []int
	sure   bool // the attribute can be whatever the source gives
}

// Handles reports whether a stored event, or what its upcasts may make of it, can change a row
// of one of the projections.
func (f *Folder) Handles(streamType, event string, version int) bool {
	if w := f.way(storedType{streamType, event, version}); w != nil {
		return len(w.ends) > 0
	}
	return f.events[event] != nil && streamType == f.projections[0].From
}

// FoldStored is Fold for an event as it is stored, in whatever version. It comes to what Fold
// comes to over the events that ProjectionType.Upcast gives, for each projection.
func (f *Folder) FoldStored(s *FoldState, e Stored, sequence int64) []Refusal {
	w := f.way(storedType{e.StreamType, e.Name, e.Version})
	if w == nil {
		return f.Fold(s, Fact{Name: e.Name, Version: e.Version, Payload: e.Payload}, sequence)
	}
	if len(w.ends) == 0 {
		return nil
	}
	refusals, err := f.follow(w, s, e.Payload, sequence)
	if err != nil {
		return f.oneByOne(s, e, sequence)
	}
	return refusals
}

// way returns how the folder takes stored events of the type.
func (f *Folder) way(of storedType) *folderWay {
	w, known := f.ways[of]
	if !known {
		if u := f.projections[0].release.upcasts[of]; u != nil {
			w = f.newWay(u)
		}
		f.ways[of] = w
	}
	return w
}

func (f *Folder) newWay(u *upcast) *folderWay {
	w := &folderWay{upcasting: u.begin(), plain: make([][]int, len(u.sources))}
	w.memory = make([]memory, len(u.sources))
	for i := range u.ends {
		is := u.ends[i].is
		if e := f.events[is.event]; e != nil && is.stream == f.projections[0].From {
			w.ends = append(w.ends, folderEnding{ending: &u.ends[i], event: e})
		}
	}
	alone := len(w.ends) == 1 && len(w.ends[0].when) == 0 && w.ends[0].refused == nil
	for i := range w.ends {
		end := &w.ends[i]
		for _, a := range end.attributes {
			slots, source := end.event.targets[a.name], u.sources[a.source]
			switch {
			case len(slots) == 0:
			case alone && source.made == nil && source.constant == nil && w.plain[a.source] == nil:
				w.plain[a.source] = slots
			default:
				end.sets = append(end.sets, setting{a.source, slots, source.made != nil && f.slots[slots[0]].kind.takesAll(source.made.kind)})
			}
		}
	}
	return w
}

// takesAll reports whether any value of the other kind is one of the kind, as it is written.
func (k *kind) takesAll(of *kind) bool {
	return k.Kind == of.Kind && (k.Kind == Text || k.Kind == Bool || k.Kind == Int)
}

// follow folds the events that the stored one is. After an error, which is about something
// that one of the projections needs, the state is anything between before and after.
func (f *Folder) follow(w *folderWay, s *FoldState, payload []byte, sequence int64) (refusals []Refusal, err error) {
	w.again()
	defer f.reset()
	f.reader.scanner = scanner{text: payload}
	if err := w.scan(&f.reader.scanner, func(source int) error { return f.takeLast(w.plain[source]) }); err != nil {
		return nil, err
	}
	for i := range w.ends {
		end := &w.ends[i]
		holds, err := w.holds(end.when)
		if holds && end.refused != nil {
			err = end.refused
		}
		if err != nil {
			return nil, err
		}
		if !holds {
			continue
		}
		if err := f.takeMade(w, end.sets); err != nil {
			return nil, err
		}
		refusals = append(refusals, f.settle(s, end.event, Fact{Version: end.is.version}, sequence)...)
		f.reset()
	}
	return refusals, nil
}

// takeLast takes the value for the slots, which may be none. Of an attribute that comes twice
// the last value counts.
func (f *Folder) takeLast(slots []int) error {
	if len(slots) == 0 {
		return f.reader.skip(0)
	}
	for _, n := range slots {
		f.refused[n] = nil
	}
	return f.take(slots)
}

// takeMade takes what is not taken where it is stored.
func (f *Folder) takeMade(w *folderWay, sets []setting) error {
	for _, set := range sets {
		raw, err := w.raw(set.source)
		switch {
		case err != nil:
		case raw == nil:
		case set.sure:
			f.found(set.slots, raw, nil)
		default:
			f.reader.scanner = scanner{text: raw}
			err = f.take(set.slots)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// oneByOne folds an event for each projection by itself, as far as that needs it.
func (f *Folder) oneByOne(s *FoldState, e Stored, sequence int64) (refusals []Refusal) {
	for _, p := range f.projections {
		if !p.HandlesStored(e.StreamType, e.Name, e.Version) {
			continue
		}
		made, err := p.Upcast(e)
		if err != nil {
			refusals = append(refusals, Refusal{p, err})
			continue
		}
		for _, is := range made {
			for _, r := range f.Fold(s, Fact{Name: is.Name, Version: is.Version, Payload: is.Payload}, sequence) {
				if r.Projection == p {
					refusals = append(refusals, r)
				}
			}
		}
	}
	return refusals
}
