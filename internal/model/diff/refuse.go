package diff

import (
	"fmt"
	"strings"

	"github.com/polderhq/polder/internal/model"
)

// open stands in a line for what only a person can say.
const open = "…"

// refuseAttribute says what has to be declared about an attribute of a stored event.
func (c *comparison) refuseAttribute(event string, f finding, all []finding, place string) {
	what := fmt.Sprintf("%s of %s %s", f.path, event, f.what)
	whole, _, nested := strings.Cut(f.path, ".")
	switch {
	case nested:
		c.refuse(place, what, line("update attribute", "of", event, "attribute", whole, "value", quote(open)))
	case f.relation == gone:
		lines := []string{line("delete attribute", "of", event, "attribute", f.path, "type", declared(f.a.Attribute))}
		for _, other := range all {
			if (other.relation == missing || other.relation == added) && !strings.Contains(other.path, ".") && fits(f.a, other.b) {
				lines = append(lines, line("update attribute", "of", event, "attribute", f.path, "to", other.path))
			}
		}
		c.refuse(place, what, lines...)
	case f.relation == missing:
		c.refuse(place, what, line("add attribute", "of", event, "attribute", f.path, "value", quote(open)))
	case f.relation == required:
		c.refuse(place, what, line("update attribute", "of", event, "attribute", f.path, "from", declared(f.a.Attribute), "value", f.path, "else", quote(open)))
	case f.relation == mapped:
		value := f.path
		for _, gone := range f.values {
			value = fmt.Sprintf("%s == '%s' ? '%s' : %s", f.path, gone, open, value)
		}
		c.refuse(place, what, line("update attribute", "of", event, "attribute", f.path, "from", declared(f.a.Attribute), "value", quote(value)))
	default:
		c.refuse(place, what, line("update attribute", "of", event, "attribute", f.path, "from", declared(f.a.Attribute), "value", quote(open)))
	}
}

// fits reports whether b may be what a was under another name.
func fits(a, b *typed) bool {
	for _, f := range compareAttributes("", a, b) {
		if !f.harmless() && f.relation != narrowed {
			return false
		}
	}
	return true
}

// lostEvents says what has to be declared about events, or their whole stream type.
func (c *comparison) lostEvents(stream *model.Stream, lost []*model.Event) {
	if c.b.streams[stream.Name] == nil && len(lost) > 0 && len(lost) == len(stream.Events) {
		c.lostStream(stream)
		return
	}
	for _, e := range lost {
		name := stream.Name + "." + e.Name
		c.add(Change{Class: Major, Part: "event", Name: name, What: "is gone", Action: Action{Upcast, e.Name}, Place: e.Origin, LosesData: true})
		lines := []string{line("delete event", "event", e.Name, "attributes", declaredAll(e.Attributes))}
		if target := c.b.streams[stream.Name]; target != nil {
			for i := range target.Events {
				if other := &target.Events[i]; c.a.events[stream.Name+"."+other.Name] == nil && similar(e.Attributes, other.Attributes) {
					lines = append(lines, line("rename event", "event", e.Name, "to", other.Name))
				}
			}
		}
		c.refuse(e.Origin, e.Name+" of "+stream.Name+" is gone", lines...)
	}
}

func (c *comparison) lostStream(stream *model.Stream) {
	c.add(Change{Class: Major, Part: "stream", Name: stream.Name, What: "is gone", Action: Action{Upcast, stream.Name}, Place: stream.Origin, LosesData: true})
	lines := []string{line("delete stream", "stream", stream.Name)}
	for i := range c.b.Streams {
		if other := &c.b.Streams[i]; c.a.streams[other.Name] == nil && similar(stream.Attributes, other.Attributes) {
			lines = append(lines, line("rename stream", "stream", stream.Name, "to", other.Name))
		}
	}
	c.refuse(stream.Origin, "The stream type "+stream.Name+" is gone", lines...)
}

// similar reports whether most attributes of the one are among the other's.
func similar(a, b []model.Attribute) bool {
	same := 0
	for i := range a {
		for j := range b {
			if a[i].Name == b[j].Name && a[i].Type.Kind == b[j].Type.Kind {
				same++
			}
		}
	}
	return 2*same >= max(len(a), len(b))
}

// line is an operation as a file below changes/ holds it; keys and values take turns.
func line(kind string, pairs ...string) string {
	var fields []string
	for i := 0; i < len(pairs); i += 2 {
		fields = append(fields, pairs[i]+": "+pairs[i+1])
	}
	return "- " + kind + ": {" + strings.Join(fields, ", ") + "}"
}

func quote(text string) string { return `"` + text + `"` }

// declared is the type of an attribute as an operation declares what it was.
func declared(a *model.Attribute) string {
	text := typeName(&a.Type)
	switch {
	case a.Type.Kind == model.List && a.Optional:
		return strings.TrimSuffix(text, "}") + ", optional: true}"
	case a.Optional:
		return "{type: " + text + ", optional: true}"
	}
	return text
}

func typeName(t *model.Type) string {
	switch t.Kind {
	case model.Decimal:
		return fmt.Sprintf(`"decimal(%d,%d)"`, t.Precision, t.Scale)
	case model.Enum:
		return quote("enum(" + strings.Join(t.Enum, ", ") + ")")
	case model.Ref:
		return quote("ref(" + strings.Join(t.Targets, ", ") + ")")
	case model.List:
		return "{key: " + t.Key + ", of: " + declaredAll(t.Of) + "}"
	case model.Object:
		return t.Value
	}
	return string(t.Kind)
}

func declaredAll(attributes []model.Attribute) string {
	fields := make([]string, len(attributes))
	for i := range attributes {
		fields[i] = attributes[i].Name + ": " + declared(&attributes[i])
	}
	return "{" + strings.Join(fields, ", ") + "}"
}
