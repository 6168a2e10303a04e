package syntax

import "github.com/polderhq/polder/internal/model/compile/source"

// Number is the series that a type takes its number from.
type Number struct {
	Series  source.Word `yaml:"series" need:"yes" doc:"Such as SO-{yyyy}-{#####}; {yyyy}, {yy} and {mm} are of the day the number is given"`
	At      source.Word `yaml:"at" need:"yes" doc:"The event that the number is given at"`
	As      source.Word `yaml:"as" doc:"Name of the attribute that gets it; without it the type's name with Number"`
	Gapless source.Flag `yaml:"gapless" doc:"No number is ever skipped, as the law wants for invoices"`

	Node *source.Node
}

// DecodeNode remembers the place.
func (x *Number) DecodeNode(d *source.Decoder, n *source.Node) {
	x.Node = n
	d.Plain(n, x)
}

// Shapes lists what DecodeNode accepts.
func (x *Number) Shapes() []any { return []any{source.PlainShape(x)} }

// Guard is a rule over many streams.
type Guard struct {
	Kind source.Word `yaml:"kind" need:"yes" doc:"unique: no two have the same key; limit: what is reserved stays under a maximum"`
	Key  Words       `yaml:"key" doc:"Of unique: the attributes; of limit: self"`
	Max  source.Word `yaml:"max" doc:"Of limit: expression of the maximum; while it is absent there is none"`
}

// Words is a list of names; the short form is one name.
type Words struct{ List []source.Word }

// DecodeNode accepts a name or a list of names.
func (w *Words) DecodeNode(d *source.Decoder, n *source.Node) {
	if n.Kind == source.List {
		d.Into(n, &w.List)
		return
	}
	var one source.Word
	if d.Into(n, &one); one.Given() {
		w.List = []source.Word{one}
	}
}

// Shapes lists what DecodeNode accepts.
func (w *Words) Shapes() []any { return []any{source.TextShape{}, []source.Word{}} }

// Command is what a type can be told.
type Command struct {
	Label   source.Word              `yaml:"label" doc:"Name for people, on the button"`
	Help    source.Word              `yaml:"help" doc:"What it does, in a sentence"`
	Creates source.Flag              `yaml:"creates" doc:"It makes a new one; without any such command the one that goes to the first state does"`
	In      []source.Word            `yaml:"in" doc:"The states it is allowed in; without it all"`
	To      source.Word              `yaml:"to" doc:"The state it leads to"`
	Input   Attributes               `yaml:"input" doc:"What it needs: names of own attributes, or a map with types"`
	Allow   []source.Word            `yaml:"allow" doc:"The roles that may give it; without it every key of the account"`
	Require []Rule                   `yaml:"require" doc:"Conditions that must hold"`
	Guard   []source.Dict[Reserve]   `yaml:"guard" doc:"What it reserves under a limit, or gives back"`
	With    source.Dict[source.Word] `yaml:"with" doc:"Attributes of the event that are not in the input, each with an expression"`
	Raises  Raises                   `yaml:"raises" doc:"The event that it leads to, or several"`
}

// Rule is a condition and the sentence for who breaks it.
type Rule struct {
	That source.Word `yaml:"that" need:"yes" doc:"Expression that must hold"`
	Else source.Word `yaml:"else" need:"yes" doc:"What people read when it does not"`

	At *source.Node
}

// DecodeNode remembers the place.
func (r *Rule) DecodeNode(d *source.Decoder, n *source.Node) {
	r.At = n
	d.Plain(n, r)
}

// Shapes lists what DecodeNode accepts.
func (r *Rule) Shapes() []any { return []any{source.PlainShape(r)} }

// Reserve is the use of a limit of another type.
type Reserve struct {
	Via      source.Word `yaml:"via" doc:"The own reference to what has the limit; may be left out when only one fits"`
	Reserve  source.Word `yaml:"reserve" doc:"Expression of the amount to reserve"`
	Release  source.Word `yaml:"release" doc:"Expression of the amount to give back"`
	When     source.Word `yaml:"when" doc:"Condition over the state before the event"`
	Override source.Word `yaml:"override" doc:"The role that may exceed the limit"`
}

// Raises is an event's name, a list of names, or a map from names to when and with.
type Raises struct {
	source.Dict[Raise]
}

// Raise is when an event is raised, and with what.
type Raise struct {
	When source.Word              `yaml:"when" doc:"Condition; without it always"`
	With source.Dict[source.Word] `yaml:"with" doc:"Attributes of the event that are not in the input, each with an expression"`
}

// DecodeNode accepts nothing or the long form.
func (r *Raise) DecodeNode(d *source.Decoder, n *source.Node) {
	if n.Kind != source.Null {
		d.Plain(n, r)
	}
}

// Shapes lists what DecodeNode accepts.
func (r *Raise) Shapes() []any { return []any{source.NullShape{}, source.PlainShape(r)} }

// DecodeNode accepts a name, a list of names, or a map.
func (r *Raises) DecodeNode(d *source.Decoder, n *source.Node) {
	if n.Kind == source.Map {
		d.Into(n, &r.Dict)
		return
	}
	r.At = n
	var names Words
	d.Into(n, &names)
	for _, name := range names.List {
		if name.Given() {
			r.Entries = append(r.Entries, source.Entry[Raise]{Key: name})
		}
	}
}

// Shapes lists what DecodeNode accepts.
func (r *Raises) Shapes() []any {
	return []any{source.TextShape{}, []source.Word{}, source.Dict[Raise]{}}
}

// Event is what the language adds to what follows about an event from the commands.
type Event struct {
	To         source.Word `yaml:"to" doc:"The state it leads to"`
	Attributes Attributes  `yaml:"attributes" doc:"What it carries; without it the inputs of the commands that raise it"`
}
