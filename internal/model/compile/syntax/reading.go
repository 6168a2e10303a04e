package syntax

import "github.com/polderhq/polder/internal/model/compile/source"

// Projection is a read model: a row per stream of the type, or what follows from the rows
// of another.
type Projection struct {
	Of      source.Word              `yaml:"of" doc:"The projection whose rows it follows from; without it the events of the type"`
	Each    source.Word              `yaml:"each" doc:"A list column of that projection: a row per element of the list"`
	Where   source.Word              `yaml:"where" doc:"A column of that projection: only rows for which it is true count"`
	Group   Words                    `yaml:"group" doc:"Columns of that projection: a row per combination of their values"`
	Columns Columns                  `yaml:"columns" need:"yes" doc:"The columns: names, or a map"`
	Shape   source.Dict[source.Word] `yaml:"shape" doc:"How what a reference leads to gets into the rows, by the first step of the path: join, duplicate or auto"`
	Sync    source.Flag              `yaml:"sync" doc:"It is written with the events themselves, so that it shows them at once"`
	Index   []Words                  `yaml:"index" doc:"Indexes beside those that the queries need"`
}

// Columns is a list of names of attributes, or a map from names to what is in them.
type Columns struct {
	source.Dict[Column]
}

// DecodeNode accepts a list of names or a map.
func (c *Columns) DecodeNode(d *source.Decoder, n *source.Node) {
	if n.Kind != source.List {
		d.Into(n, &c.Dict)
		return
	}
	c.At = n
	var names []source.Word
	d.Into(n, &names)
	for _, name := range names {
		if name.Given() {
			c.Entries = append(c.Entries, source.Entry[Column]{Key: name})
		}
	}
}

// Shapes lists what DecodeNode accepts.
func (c *Columns) Shapes() []any { return []any{[]source.Word{}, source.Dict[Column]{}} }

// Column is what a column shows. Nothing means: what the type, the feeding row or its element
// calls so. A text is an expression, a path through references such as Customer.Party.Name,
// or in a group what is counted or added up: count(), sum(Total).
type Column struct {
	Is     source.Word
	Stored source.Word `yaml:"stored" doc:"Expression that is kept in the row; it goes before the joined one"`
	Join   source.Word `yaml:"join" doc:"Path through references, looked up when the question is asked: Customer.Party.Name"`
}

// DecodeNode accepts nothing, a text, or the long form.
func (c *Column) DecodeNode(d *source.Decoder, n *source.Node) {
	switch n.Kind {
	case source.Null:
	case source.Map:
		d.Plain(n, c)
	default:
		d.Into(n, &c.Is)
	}
}

// Shapes lists what DecodeNode accepts.
func (c *Column) Shapes() []any {
	return []any{source.NullShape{}, source.TextShape{}, source.PlainShape(c)}
}

// Query is a question that a projection answers.
type Query struct {
	From   source.Word   `yaml:"from" doc:"The projection; may be left out when the type has only one"`
	Filter []source.Word `yaml:"filter" doc:"The columns that it can be narrowed by"`
	Sort   []source.Word `yaml:"sort" doc:"The columns that it can be sorted by; the first is the order when the question does not say, with - in front descending"`
	Page   source.Count  `yaml:"page" doc:"Rows in an answer when the question does not say; 50 without it"`
	Allow  []source.Word `yaml:"allow" doc:"The roles that may ask; without it every key of the account"`
	Label  source.Word   `yaml:"label" doc:"Name for people"`
}

// Example is a test of the model: what happened, what is told, what must come of it.
type Example struct {
	Name  source.Word        `yaml:"name" need:"yes" doc:"What it shows"`
	Given []source.Dict[Raw] `yaml:"given" doc:"What happened: {Type alias: {Event: {...}}} or a command"`
	As    []source.Word      `yaml:"as" doc:"The roles of who gives the command; without it all"`
	When  source.Dict[Raw]   `yaml:"when" need:"yes" doc:"The command"`
	Then  Then               `yaml:"then" need:"yes" doc:"What comes of it"`

	At *source.Node
}

// DecodeNode remembers the place.
func (e *Example) DecodeNode(d *source.Decoder, n *source.Node) {
	e.At = n
	d.Plain(n, e)
}

// Shapes lists what DecodeNode accepts.
func (e *Example) Shapes() []any { return []any{source.PlainShape(e)} }

// Then is the outcome of an example: events, or a rejection; and what a projection shows.
type Then struct {
	Events   Expected         `yaml:"events" doc:"The events, in order, with the attributes that matter"`
	Rejected source.Word      `yaml:"rejected" doc:"The rule, the guard or the sentence that says no"`
	Shows    source.Dict[Raw] `yaml:"shows" doc:"A projection, and the columns of its row afterwards"`
}

// Expected is a list of events' names, or a map from names to attributes.
type Expected struct {
	source.Dict[Raw]
}

// DecodeNode accepts a list of names or a map.
func (e *Expected) DecodeNode(d *source.Decoder, n *source.Node) {
	if n.Kind == source.Map {
		d.Into(n, &e.Dict)
		return
	}
	e.At = n
	var names Words
	d.Into(n, &names)
	for _, name := range names.List {
		e.Entries = append(e.Entries, source.Entry[Raw]{Key: name})
	}
}

// Shapes lists what DecodeNode accepts.
func (e *Expected) Shapes() []any {
	return []any{source.TextShape{}, []source.Word{}, source.Dict[Raw]{}}
}

// Raw is a value as it stands in the file: what an example sends or expects.
type Raw struct{ Node *source.Node }

// DecodeNode accepts anything.
func (r *Raw) DecodeNode(_ *source.Decoder, n *source.Node) { r.Node = n }

// Shapes lists what DecodeNode accepts.
func (r *Raw) Shapes() []any { return []any{source.AnyShape{}} }
