package diff

import (
	"fmt"
	"slices"

	"github.com/polderhq/polder/internal/model"
)

// typed is an attribute of a side, which knows the value objects that it may hold.
type typed struct {
	*model.Attribute
	of    *side
	given bool // by a client, who may leave out what has a default
}

func (t *typed) optional() bool { return t.Optional || t.given && t.Default != "" }

func (s *side) typed(attributes []model.Attribute) []typed {
	list := make([]typed, len(attributes))
	for i := range attributes {
		list[i] = typed{Attribute: &attributes[i], of: s}
	}
	return list
}

func find(list []typed, name string) *typed {
	i := slices.IndexFunc(list, func(t typed) bool { return t.Name == name })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// relation is how an attribute of one shape is to that of the other.
type relation int

const (
	added     relation = iota // b has it, and it may be absent
	missing                   // b must have it, and a does not
	required                  // b must have it, and a may not
	relaxed                   // a must have it, and b may not
	gone                      // only a has it
	converted                 // a value of a's type is none of b's
	mapped                    // values of the enum are gone
	narrowed                  // a value of a may not keep to b's limits
	widened                   // a value of a is one of b
)

// finding is one difference between two shapes.
type finding struct {
	relation relation
	path     string // such as OrderLines.Quantity
	a, b     *typed // nil: there is none
	what     string // completes a sentence that begins with the path
	values   []string
}

// harmless reports whether every value of a's shape is one of b's.
func (f finding) harmless() bool {
	return f.relation == added || f.relation == relaxed || f.relation == widened
}

// compareShapes returns how what has the shape a differs from what has the shape b.
func compareShapes(path string, a, b []typed) []finding {
	var list []finding
	for i := range a {
		other := find(b, a[i].Name)
		if other == nil {
			list = append(list, finding{relation: gone, path: path + a[i].Name, a: &a[i], what: "is gone"})
			continue
		}
		list = append(list, compareAttributes(path+a[i].Name, &a[i], other)...)
	}
	for i := range b {
		if find(a, b[i].Name) != nil {
			continue
		}
		f := finding{relation: added, path: path + b[i].Name, b: &b[i], what: "is new, and optional"}
		if !b[i].optional() {
			f.relation, f.what = missing, "is new, and mandatory"
		}
		list = append(list, f)
	}
	return list
}

func compareAttributes(path string, a, b *typed) []finding {
	if a.Attribute == b.Attribute {
		return nil
	}
	var list []finding
	switch {
	case a.optional() && !b.optional():
		list = append(list, finding{relation: required, path: path, a: a, b: b, what: "was optional, and is mandatory"})
	case !a.optional() && b.optional():
		list = append(list, finding{relation: relaxed, path: path, a: a, b: b, what: "was mandatory, and is optional"})
	}
	return append(list, compareTypes(path, a, b)...)
}

// compareTypes compares what the attributes hold.
func compareTypes(path string, a, b *typed) []finding {
	found := func(relation relation) []finding {
		what := fmt.Sprintf("was %s, and is %s", typeText(&a.Type), typeText(&b.Type))
		return []finding{{relation: relation, path: path, a: a, b: b, what: what}}
	}
	s, t := &a.Type, &b.Type
	switch {
	case s.Kind != t.Kind && !readAs(s.Kind, t.Kind), s.Kind == model.List && s.Key != t.Key:
		return found(converted)
	case s.Kind == model.Enum && t.Kind == model.Enum:
		return compareEnums(path, a, b)
	case s.Kind == model.List, s.Kind == model.Object:
		list := compareShapes(path+".", a.inner(), b.inner())
		if tightens(s, t) {
			list = append(list, found(narrowed)...)
		}
		return list
	case tightens(s, t):
		return found(narrowed)
	case s.Kind != t.Kind || tightens(t, s):
		return found(widened)
	}
	return nil
}

// inner returns what a row or a value object consists of.
func (t *typed) inner() []typed {
	list := t.of.typed(t.Type.Of)
	if t.Type.Kind == model.Object {
		list = t.of.typed(t.of.values[t.Type.Value])
	}
	for i := range list {
		list[i].given = t.given
	}
	return list
}

func compareEnums(path string, a, b *typed) []finding {
	less, more := without(a.Type.Enum, b.Type.Enum), without(b.Type.Enum, a.Type.Enum)
	switch {
	case len(less) > 0:
		return []finding{{relation: mapped, path: path, a: a, b: b, values: less, what: "cannot be " + either(less) + " any more"}}
	case len(more) > 0:
		return []finding{{relation: widened, path: path, a: a, b: b, values: more, what: "can be " + either(more) + " too"}}
	}
	return nil
}
