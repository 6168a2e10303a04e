package upgrade

import (
	"regexp"
	"slices"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/change"
)

// guarded returns the guards that hold what follows from events that the set rewrites. Rejected: they
// could not be made ahead of the switch, because events may change what earlier ones become.
func guarded(from, to *model.Release, set string) ([]string, error) {
	r, err := change.NewRewrite(to.IR(), set)
	if err != nil {
		return nil, err
	}
	before, now := r.Touched()
	all := append(guardedBy(from.IR(), before), guardedBy(to.IR(), now)...)
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) > 0 && r.LooksBack() {
		return nil, fault.New(fault.Rejected, "The rewrite of %s moves an attribute that %s follows from: that cannot be done while the account is in use", set, all[0])
	}
	return all, nil
}

// rewrittenGuards are those that a release holds otherwise after the rewrite; nil: there are none.
func rewrittenGuards(m Move, set string) (*guards, error) {
	also, err := guarded(m.From, m.To, set)
	if err != nil {
		return nil, err
	}
	return newGuards(m, also...), nil
}

// guardedBy names the guards that follow from what the events say.
func guardedBy(ir *model.IR, events []string) (all []string) {
	for i := range ir.Streams {
		s := &ir.Streams[i]
		said := saidBy(s, events)
		if said == nil {
			continue
		}
		for _, u := range s.Uniques {
			if slices.ContainsFunc(u.Key, func(name string) bool { return said[name] }) {
				all = append(all, s.Name+"."+u.Name)
			}
		}
		for _, e := range s.Events {
			for _, c := range e.Claims {
				if slices.Contains(events, e.Name) || said[c.Via] || mentions(c.Delta, said) || mentions(c.When, said) {
					all = append(all, c.Limit)
				}
			}
		}
	}
	return all
}

// saidBy returns the attributes and computes of the stream that follow from the events; nil: it
// has none of these.
func saidBy(s *model.Stream, events []string) map[string]bool {
	var said map[string]bool
	for _, e := range s.Events {
		if !slices.Contains(events, e.Name) {
			continue
		}
		if said == nil {
			said = map[string]bool{}
		}
		for _, a := range e.Attributes {
			said[a.Name] = true
		}
		if e.To != "" {
			said["Status"] = true
		}
	}
	for _, c := range s.Computes {
		if said != nil && slices.ContainsFunc(c.Needs, func(name string) bool { return said[name] }) {
			said[c.Name] = true
		}
	}
	return said
}

var word = regexp.MustCompile(`\w+`)

func mentions(text string, names map[string]bool) bool {
	return slices.ContainsFunc(word.FindAllString(text, -1), func(w string) bool { return names[w] })
}
