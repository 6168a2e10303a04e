package compile

import (
	"maps"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
)

// ancestry finds upcasts by what they lead to, and by what they are of. It is made once for
// all tables: a model that has lived long has many.
type ancestry struct {
	to map[shape][]origin
	of map[shape][]*model.Upcast // of any version
}

// shape is a version of an event; 0 stands for any.
type shape struct {
	stream, event string
	version       int
}

// origin is an upcast and one of the events that it leads to.
type origin struct {
	*model.Upcast
	into *model.Into
}

func newAncestry(upcasts []model.Upcast) *ancestry {
	a := &ancestry{map[shape][]origin{}, map[shape][]*model.Upcast{}}
	for i := range upcasts {
		u := &upcasts[i]
		name := shape{u.Stream, u.Event, 0}
		a.of[name] = append(a.of[name], u)
		for j := range u.Into {
			to := shape{u.Into[j].Stream, u.Into[j].Event, u.Into[j].Version}
			a.to[to] = append(a.to[to], origin{u, &u.Into[j]})
		}
	}
	return a
}

// lineage is where stored events of other shapes come from that are read as this one, as far
// as the needed attributes go. A version that differs in other attributes alone is left out:
// it leads to the same rows.
func (c *compiler) lineage(stream string, event *model.Event, needed map[string]bool) []string {
	if c.solved == nil {
		return nil
	}
	if c.ancestry == nil {
		c.ancestry = newAncestry(c.solved.Upcasts)
	}
	l := lineage{ancestry: c.ancestry, own: map[*model.Upcast]bool{}}
	own := map[string]bool{}
	for _, a := range event.Attributes {
		own[a.Name] = needed[a.Name]
	}
	l.follow(shape{stream, event.Name, event.Version}, own)
	l.lose(shape{stream, event.Name, 0})
	slices.Sort(l.steps)
	return slices.Compact(l.steps)
}

type lineage struct {
	*ancestry
	own   map[*model.Upcast]bool // those that lead to the event
	steps []string
}

// lose notes that events which were stored under the very name are none of these any more.
func (l *lineage) lose(name shape) {
	for _, u := range l.of[name] {
		if !l.own[u] {
			l.steps = append(l.steps, "other events before")
		}
	}
}

// follow notes the steps that lead to the event. It ends, because each leads on.
func (l *lineage) follow(to shape, needed map[string]bool) {
	for _, from := range l.to[to] {
		l.own[from.Upcast] = true
		l.follow(shape{from.Stream, from.Event, from.Version}, l.step(from.Upcast, *from.into, needed))
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
