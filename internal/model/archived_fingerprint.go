package model

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
)

// archiveFormat is raised when Archive comes to something else over the same events of the same
// definition, or writes it otherwise.
const archiveFormat = 1

// archiveContent is everything that what Archive keeps of a stream depends on, and nothing else. What follows from
// it at reading (the life cycle, computes, columns) is not among it.
type archiveContent struct {
	Format     int
	Stream     string
	Attributes [][2]string // name, type
	Events     []archiveEvent
	Upcasts    []Upcast // of what is stored under any name that leads here
	Values     []archiveValue
}

type archiveEvent struct {
	Name    string
	Version int
	Sets    [][2]string // attributes of the stream: name, type in the event
}

type archiveValue struct {
	Name       string
	Attributes [][2]string
}

// ArchiveFingerprint stands for what streams of the type are archived under: releases with the same one
// come to the same with Archive over the same events, and so read each other's archived states. Empty: there is no such type, or what is stored as
// one of its events may be read as one of another type; its streams are not archived.
func (r *Release) ArchiveFingerprint(streamType string) string { return r.archives()[streamType] }

// archiveFingerprints makes those of all types.
func (r *Release) archiveFingerprints() map[string]string {
	families := newFamilies(r.ir.Upcasts)
	members := map[string][]Upcast{}
	mixed := map[string]bool{}
	for _, u := range r.ir.Upcasts {
		family := families.of(u.Stream)
		members[family] = append(members[family], withoutOrigins(u))
	}
	alone := map[string]string{} // by family: the one type that its events are read as
	for stored, u := range r.upcasts {
		family := families.of(stored.stream)
		for _, is := range u.becomes {
			if alone[family] == "" {
				alone[family] = is.stream
			}
			mixed[family] = mixed[family] || alone[family] != is.stream
		}
	}
	found := make(map[string]string, len(r.streams))
	for name, t := range r.streams {
		family := families.of(name)
		if mixed[family] || alone[family] != "" && alone[family] != name {
			continue
		}
		found[name] = t.archiveFingerprint(members[family], r.ir.Values)
	}
	return found
}

func (t *StreamType) archiveFingerprint(upcasts []Upcast, values []Value) string {
	all := archiveContent{Format: archiveFormat, Stream: t.Name, Attributes: typesOf(t.attributes), Upcasts: upcasts}
	for _, event := range t.Events {
		e := archiveEvent{Name: event.Name, Version: event.Version}
		made := t.events[event.Name]
		sets := slices.DeleteFunc(slices.Clone(made.fields), func(f *field) bool { _, is := made.target[f.Name]; return !is })
		e.Sets = typesOf(sets)
		all.Events = append(all.Events, e)
	}
	slices.SortFunc(all.Events, func(a, b archiveEvent) int { return strings.Compare(a.Name, b.Name) })
	if len(upcasts) > 0 { // their expressions may read values
		for _, v := range values {
			all.Values = append(all.Values, archiveValue{v.Name, plainTypes(v.Attributes)})
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err) // strings and numbers only
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:16]
}

// typesOf returns names and types of fields, by name.
func typesOf(fields []*field) [][2]string {
	list := make([][2]string, len(fields))
	for i, f := range fields {
		list[i] = [2]string{f.Name, f.kind.text()}
	}
	slices.SortFunc(list, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return list
}

// text says what decides how values of the kind are read.
func (k *kind) text() string {
	parts := []string{string(k.Kind), k.currency, k.Key}
	for _, f := range k.fields {
		parts = append(parts, f.Name, f.kind.text())
	}
	return "(" + strings.Join(parts, " ") + ")"
}

func plainTypes(attributes []Attribute) [][2]string {
	list := make([][2]string, len(attributes))
	for i, a := range attributes {
		text, err := json.Marshal(withoutOrigin(a).Type)
		if err != nil {
			panic(err) // strings and numbers only
		}
		list[i] = [2]string{a.Name, string(text)}
	}
	return list
}

// withoutOrigins is the upcast, wherever it was written.
func withoutOrigins(u Upcast) Upcast {
	u.Origin, u.Reads = "", slices.Clone(u.Reads)
	for i := range u.Reads {
		u.Reads[i] = withoutOrigin(u.Reads[i])
	}
	return u
}

func withoutOrigin(a Attribute) Attribute {
	a.Origin, a.Label, a.Help = "", "", ""
	a.Type.Of = slices.Clone(a.Type.Of)
	for i := range a.Type.Of {
		a.Type.Of[i] = withoutOrigin(a.Type.Of[i])
	}
	return a
}

// families are names of stream types that upcasts lead between, over whatever steps. Each is known by one of its names.
type families map[string]string

func newFamilies(upcasts []Upcast) families {
	f := families{}
	for _, u := range upcasts {
		for _, into := range u.Into {
			if a, b := f.of(u.Stream), f.of(into.Stream); a != b {
				f[a] = b
			}
		}
	}
	return f
}

func (f families) of(name string) string {
	for f[name] != "" {
		name = f[name]
	}
	return name
}
