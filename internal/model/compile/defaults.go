package compile

import (
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/compile/syntax"
)

// verbs are how a type comes into being when its file does not say: the command's first
// word and the event's last.
var verbs = map[string][2]string{
	"entity":    {"Register", "Registered"},
	"role":      {"Assign", "Assigned"},
	"agreement": {"Make", "Made"},
	"activity":  {"Record", "Recorded"},
	"workarea":  {"Open", "Opened"},
}

// addDefaults completes a file that says only what is special about its type.
func (t *typ) addDefaults() {
	if !t.Commands.Given() {
		t.addCommands()
	}
	if !t.Projections.Given() {
		t.addProjection()
	}
	if !t.Queries.Given() && len(t.Projections.Entries) > 0 {
		t.addQuery()
	}
}

// word is a name that the compiler gives, at the place of the type's name.
func (t *typ) word(text string) source.Word { return source.Word{Text: text, At: t.at} }

func (t *typ) plural() string {
	if t.Plural.Given() {
		return t.Plural.Text
	}
	return t.name + "s"
}

func (t *typ) addCommands() {
	verb := verbs[t.stereotype]
	t.Commands.At = t.at
	t.addCommand(verb[0], verb[1], false)
	if len(t.Attributes.Entries) > 0 {
		t.addCommand("Change", "Changed", true)
	}
}

func (t *typ) addCommand(verb, done string, change bool) {
	c := syntax.Command{}
	c.Creates.Value = !change
	c.Input.At = t.at
	for _, a := range t.Attributes.Entries {
		input := syntax.Attribute{At: a.Value.At}
		input.Optional.Value = change
		c.Input.Entries = append(c.Input.Entries, source.Entry[syntax.Attribute]{Key: a.Key, Value: input})
	}
	c.Raises.Entries = []source.Entry[syntax.Raise]{{Key: t.word(t.name + done + "Event")}}
	t.Commands.Entries = append(t.Commands.Entries,
		source.Entry[syntax.Command]{Key: t.word(verb + t.name + "Command"), Value: c})
}

func (t *typ) addProjection() {
	p := syntax.Projection{}
	p.Columns.At = t.at
	add := func(name source.Word) {
		p.Columns.Entries = append(p.Columns.Entries, source.Entry[syntax.Column]{Key: name})
	}
	if t.Number != nil {
		add(t.word(t.numberName()))
	}
	for _, a := range t.Attributes.Entries {
		if scalar(a.Value) && (t.Number == nil || a.Key.Text != t.numberName()) {
			add(a.Key)
		}
	}
	for _, compute := range t.Compute.Entries {
		add(compute.Key)
	}
	if len(t.Lifecycle) > 0 {
		add(t.word(status))
	}
	t.Projections.At = t.at
	t.Projections.Entries = []source.Entry[syntax.Projection]{{Key: t.word(t.plural()), Value: p}}
}

// scalar reports whether the attribute fits in a column; it goes by its text, because the
// types are not resolved yet. A value object is written by its name and begins with a capital.
func scalar(a syntax.Attribute) bool {
	call, ok := syntax.ParseType(a.Type.Text)
	return ok && call.Name != "list" && !a.Of.Given() && !pascalCase.MatchString(call.Name)
}

// addQuery asks the first projection by everything that people look things up by.
func (t *typ) addQuery() {
	first := t.Projections.Entries[0]
	q := syntax.Query{From: t.word(first.Key.Text)}
	for _, column := range first.Value.Columns.Entries {
		if t.lookedUpBy(column.Key.Text) {
			q.Filter = append(q.Filter, column.Key)
		}
	}
	for _, column := range first.Value.Columns.Entries {
		if column.Key.Text != model.CustomName && len(q.Sort) == 0 {
			q.Sort = []source.Word{column.Key}
		}
	}
	t.Queries.At = t.at
	t.Queries.Entries = []source.Entry[syntax.Query]{{Key: t.word("Get" + first.Key.Text), Value: q}}
}

func (t *typ) lookedUpBy(column string) bool {
	if column == status || t.Number != nil && column == t.numberName() {
		return true
	}
	a := t.Attributes.Get(column)
	if a == nil {
		return false
	}
	call, _ := syntax.ParseType(a.Type.Text)
	return call.Name == "text" || call.Name == "ref" || call.Name == "enum"
}
