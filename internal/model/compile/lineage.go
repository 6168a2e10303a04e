package compile

import (
	"maps"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
)

// lineage is where stored events of other shapes come from that are read as this one, as far
// as the needed attributes go. A version that differs in other attributes alone is left out:
// it leads to the same rows.
func (c *compiler) lineage(stream string, event *model.Event, needed map[string]bool) []string {
	if c.solved == nil {
		return nil
	}
	l := lineage{upcasts: c.solved.Upcasts, own: map[*model.Upcast]bool{}}
	own := map[string]bool{}
	for _, a := range event.Attributes {
		own[a.Name] = needed[a.Name]
	}
	l.follow(model.Into{Stream: stream, Event: event.Name, Version: event.Version}, own)
	l.lose(stream, event.Name)
	slices.Sort(l.steps)
	return slices.Compact(l.steps)
}

type lineage struct {
	upcasts []model.Upcast
	own     map[*model.Upcast]bool // those that lead to the event
	steps   []string
}

// lose notes that events which were stored under the very name are none of these any more.
func (l *lineage) lose(stream, event string) {
	for i := range l.upcasts {
		u := &l.upcasts[i]
		if u.Stream == stream && u.Event == event && !l.own[u] {
			l.steps = append(l.steps, "other events before")
		}
	}
}

// follow notes the steps that lead to the event. It ends, because each leads on.
func (l *lineage) follow(to model.Into, needed map[string]bool) {
	for i := range l.upcasts {
		u := &l.upcasts[i]
		for _, into := range u.Into {
			if into.Stream == to.Stream && into.Event == to.Event && into.Version == to.Version {
				l.own[u] = true
				l.follow(model.Into{Stream: u.Stream, Event: u.Event, Version: u.Version}, l.step(u, into, needed))
			}
		}
	}
}

// step notes the step unless it changes nothing that is needed, and returns what of the
// stored event is needed for that.
func (l *lineage) step(u *model.Upcast, into model.Into, needed map[string]bool) map[string]bool {
	reads := map[string]bool{}
	all := func() {
		for _, a := range u.Reads {
			reads[a.Name] = true
		}
	}
	parts, derived := []string{u.Stream, u.Event, into.When}, map[string]bool{}
	same := u.Stream == into.Stream && u.Event == into.Event && into.When == ""
	if into.When != "" {
		all()
	}
	for _, d := range into.Attributes {
		derived[d.Name] = true
		switch {
		case !needed[d.Name]:
			continue
		case d.From != "":
			reads[d.From] = true
		default:
			all()
		}
		same = same && d.From == d.Name
		parts = append(parts, d.Name, d.From, d.Expr, d.Else)
	}
	for _, name := range slices.Sorted(maps.Keys(needed)) {
		if needed[name] && !derived[name] { // what was stored under the name was something else
			same, parts = false, append(parts, name, "", "", "")
		}
	}
	if !same {
		l.steps = append(l.steps, strings.Join(parts, "\x00"))
	}
	return reads
}
