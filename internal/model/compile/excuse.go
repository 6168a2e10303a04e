package compile

import "slices"

// One mistake is one problem. What could not be resolved has been reported where it stands;
// who mentions it is excused.

// excused reports whether the file gives the type something of the name that could not be
// resolved.
func (t *typ) excused(name string) bool {
	if _, resolved := t.own(name); resolved {
		return false
	}
	return t.Attributes.Get(name) != nil || t.Compute.Get(name) != nil || t.Number != nil && t.numberName() == name
}

// excuser is what the names in an expression belong to.
type excuser interface {
	excusesText(text string) bool
}

// excusesText reports whether an expression mentions something that is excused.
func (t *typ) excusesText(text string) bool {
	return slices.ContainsFunc(identifiers(text), t.excused)
}

// broken reports whether anything of the type could not be resolved.
func (t *typ) broken() bool {
	return slices.ContainsFunc(append(t.Attributes.Keys(), t.Compute.Keys()...), t.excused)
}

// excused reports whether the file gives the projection a column of the name that could not
// be resolved, or none at all could be.
func (p *projection) excused(name string) bool {
	return p.lost || p.column(name) == nil && (p.Columns.Get(name) != nil || p.inGroup(name))
}
