package model

// IR is the compiled model: everything the processes need to run, and nothing about how
// it was written. Its canonical JSON (sorted keys, no insignificant space) is what a
// release stores and digests. Lists keep the order of the source where order means
// something (attributes, commands, columns) and are sorted by name elsewhere.
type IR struct {
	Format      int          `json:"format"`   // version of this structure that the IR needs; see FormatOf
	Name        string       `json:"name"`     // of the model, e.g. "erp"
	Currency    string       `json:"currency"` // ISO 4217; of money given without one
	Values      []Value      `json:"values"`   // value objects, e.g. Address
	Streams     []Stream     `json:"streams"`  // aggregate types
	Projections []Projection `json:"projections"`
	Queries     []Query      `json:"queries"`
	Changes     []ChangeSet  `json:"changes,omitempty"` // of stored events, oldest first
	Upcasts     []Upcast     `json:"upcasts,omitempty"` // what they come to, by stream, event and version
}

// Kind is the kind of a type.
type Kind string

// The kinds of types.
const (
	Text      Kind = "text"
	Int       Kind = "int"
	Decimal   Kind = "decimal"
	Money     Kind = "money"
	Bool      Kind = "bool"
	Date      Kind = "date"
	Timestamp Kind = "timestamp"
	Enum      Kind = "enum"
	Ref       Kind = "ref"  // the id of a stream of one of Targets
	List      Kind = "list" // rows with attributes Of, told apart by Key
	Object    Kind = "value"
	Custom    Kind = "custom" // values of an account's own, by key; a stream's attribute X
)

// Numeric reports whether values of the kind are numbers of any size: whole ones are not.
func (k Kind) Numeric() bool { return k == Decimal || k == Money }

// Type is the type of an attribute. Fields that the kind does not use are zero.
type Type struct {
	Kind      Kind        `json:"kind"`
	Max       string      `json:"max,omitempty"`       // text: length in characters; numbers: largest value
	Min       string      `json:"min,omitempty"`       // numbers: smallest value; list: fewest rows
	Pattern   string      `json:"pattern,omitempty"`   // text: RE2, matched whole
	Precision int         `json:"precision,omitempty"` // decimal: digits in all
	Scale     int         `json:"scale,omitempty"`     // decimal: digits after the point
	Enum      []string    `json:"enum,omitempty"`      // enum: the values, in order
	Targets   []string    `json:"targets,omitempty"`   // ref: stream types, sorted
	Value     string      `json:"value,omitempty"`     // value: name in IR.Values
	Of        []Attribute `json:"of,omitempty"`        // list: attributes of a row
	Key       string      `json:"key,omitempty"`       // list: the attribute that identifies a row
}

// Attribute is a named, typed value of a stream, an event, a command or a row.
type Attribute struct {
	Name     string `json:"name"`
	Type     Type   `json:"type"`
	Optional bool   `json:"optional,omitempty"`
	Default  string `json:"default,omitempty"` // CEL; given to an input that is missing
	Personal bool   `json:"personal,omitempty"`
	Label    string `json:"label,omitempty"` // for people; the platform derives one when empty
	Help     string `json:"help,omitempty"`
	Origin   string `json:"origin"` // file:line
}

// Value is a value object: attributes that are set together and have no identity.
type Value struct {
	Name       string      `json:"name"`
	Attributes []Attribute `json:"attributes"`
	Origin     string      `json:"origin"`
}

// Stream is an aggregate type: what it holds, what it can be told, what can happen to it.
type Stream struct {
	Name       string      `json:"name"`       // stream_type, e.g. "Order"
	Module     string      `json:"module"`     // folder below models/erp, e.g. "orders"
	Stereotype string      `json:"stereotype"` // entity | role | agreement | activity | workarea
	Of         []string    `json:"of,omitempty"`
	ID         string      `json:"id"` // the input that names the stream, e.g. "OrderId"
	Attributes []Attribute `json:"attributes"`
	Computes   []Compute   `json:"computes,omitempty"` // derived from attributes, in order of dependency
	Lifecycle  []string    `json:"lifecycle,omitempty"`
	Number     *Number     `json:"number,omitempty"`
	Uniques    []Unique    `json:"uniques,omitempty"`
	Limits     []Limit     `json:"limits,omitempty"`
	Commands   []Command   `json:"commands"`
	Events     []Event     `json:"events"`
	Origin     string      `json:"origin"`
}

// Compute is an attribute whose value follows from others by an expression.
type Compute struct {
	Name   string   `json:"name"`
	Type   Type     `json:"type"`
	Expr   string   `json:"expr"`
	Needs  []string `json:"needs"` // attributes and earlier computes it reads, sorted
	Origin string   `json:"origin"`
}

// Number is a number series whose next number the append writes into an event.
type Number struct {
	Attribute string `json:"attribute"` // of the event and the stream, e.g. "OrderNumber"
	Series    string `json:"series"`    // e.g. "SO-{yyyy}-{#####}"; the text before {#} is the series' scope
	At        string `json:"at"`        // the event
	Gapless   bool   `json:"gapless,omitempty"`
	Origin    string `json:"origin"`
}

// Unique is a guard: no two streams of an account have the same key. It is claimed when
// the key's value comes or changes, and given back when it goes.
type Unique struct {
	Name   string   `json:"name"`   // stored as "<Stream>.<Name>"
	Key    []string `json:"key"`    // attributes; no claim while one of them is absent
	Origin string   `json:"origin"` // text keys are compared case-insensitively, without outer space
}

// Limit is a guard: what is reserved under a stream of this type may not exceed Max.
type Limit struct {
	Name   string `json:"name"`   // stored as "<Stream>.<Name>", key = the stream's id
	Max    string `json:"max"`    // CEL over the stream's state; absent value: unlimited
	Origin string `json:"origin"` //
}

// Command is what a stream of this type can be told.
type Command struct {
	Name    string      `json:"name"`
	Creates bool        `json:"creates,omitempty"` // the stream must not exist yet; otherwise it must
	In      []string    `json:"in,omitempty"`      // states of the life cycle it is allowed in; empty: all
	Input   []Attribute `json:"input"`             // beside the stream's id
	Allow   []string    `json:"allow,omitempty"`   // roles; empty: every key of the account
	Require []Rule      `json:"require,omitempty"`
	Raises  []Raise     `json:"raises"`
	Label   string      `json:"label,omitempty"`
	Help    string      `json:"help,omitempty"`
	Origin  string      `json:"origin"`
}

// Rule is a condition of a command. Inputs go by their bare name, then the stream's
// attributes and computes as they will be after the command; "this" is the stream before it.
type Rule struct {
	That   string   `json:"that"` // CEL, bool
	Else   string   `json:"else"` // the message when it does not hold
	Needs  []string `json:"needs"`
	Origin string   `json:"origin"`
}

// Raise says which event a command raises, and with what.
type Raise struct {
	Event  string            `json:"event"`
	When   string            `json:"when,omitempty"` // CEL, bool; absent: always
	With   map[string]string `json:"with,omitempty"` // event attribute -> CEL; absent: the input of the same name
	Origin string            `json:"origin"`
}

// Event is what can happen to a stream. Applying it sets the attributes it carries (a null
// clears one), moves the life cycle, and takes or gives back what it claims.
type Event struct {
	Name       string       `json:"name"` // payload_item_name
	Version    int          `json:"version"`
	Attributes []Attribute  `json:"attributes"`
	To         string       `json:"to,omitempty"` // state of the life cycle
	Claims     []LimitClaim `json:"claims,omitempty"`
	Origin     string       `json:"origin"`
}

// LimitClaim changes what is reserved under a limit of another stream.
type LimitClaim struct {
	Limit    string `json:"limit"`              // "<Stream>.<Name>"
	Via      string `json:"via"`                // own ref attribute; no claim while it is absent
	Delta    string `json:"delta"`              // CEL over the state after the event; money or decimal; negative gives back
	When     string `json:"when,omitempty"`     // CEL over the state before the event ("this")
	Override string `json:"override,omitempty"` // role that may exceed the limit
	Origin   string `json:"origin"`
}

// Projection is a read model. Its rows follow from the events of a stream type, one row per
// stream, or, chained, from the rows of another projection: one row per row, per element of
// a list, or per group.
type Projection struct {
	Name        string   `json:"name"`
	Helper      bool     `json:"helper,omitempty"`  // made by the compiler, to be joined
	From        string   `json:"from"`              // stream type whose events it follows from, over however many others
	Of          string   `json:"of,omitempty"`      // chained: the projection that feeds it
	Each        string   `json:"each,omitempty"`    // chained: a list column of Of; a row per element
	Where       string   `json:"where,omitempty"`   // chained: a bool column of Of; rows for which it is not true do not count
	Grouped     bool     `json:"grouped,omitempty"` // chained: a row per combination of the columns without a Fold
	Sync        bool     `json:"sync,omitempty"`    // written in the transaction of the append
	Key         string   `json:"key,omitempty"`     // the name under which a row shows its key; empty: that of its stream's id
	Columns     []Column `json:"columns"`
	Hidden      []string `json:"hidden,omitempty"` // attributes kept for computes that are no columns, sorted
	Events      []string `json:"events"`           // the events that can change a row, sorted; of a chained one those of what feeds it
	Indexes     []Index  `json:"indexes,omitempty"`
	Fingerprint string   `json:"fingerprint"` // 12 hex digits; the table is read_models.<snake From>_<fingerprint>
	Origin      string   `json:"origin"`
}

// Column is a column of a projection: stored, joined at query time, or both: then the
// stored value goes first.
type Column struct {
	Name    string   `json:"name"`
	Type    Type     `json:"type"`
	Expr    string   `json:"expr,omitempty"`    // CEL over the stream's state, or over the feeding row and its element; grouped: a column of Of
	Needs   []string `json:"needs,omitempty"`   // what the expression reads
	Fold    string   `json:"fold,omitempty"`    // grouped: count | sum | min | max over Expr; count without Expr counts rows
	Join    []Hop    `json:"join,omitempty"`    // from the row's ref to the wanted column
	Copy    *Hop     `json:"copy,omitempty"`    // duplication: the joined value is kept in the row, and followed when it changes there
	Own     string   `json:"own,omitempty"`     // with Copy: the column whose value goes before the copied one
	Silent  bool     `json:"silent,omitempty"`  // kept for others, not shown
	Ordered bool     `json:"ordered,omitempty"` // stored decimal or money: the table also keeps a key that sorts as the number does
	Origin  string   `json:"origin"`
}

// Stored reports whether the column has a place in the projection's table.
func (c *Column) Stored() bool { return c.Expr != "" || c.Copy != nil || c.Fold != "" }

// KeyName returns the name under which a row of the projection shows its key.
func (ir *IR) KeyName(p *Projection) string {
	if p.Key != "" {
		return p.Key
	}
	for i := range ir.Streams {
		if ir.Streams[i].Name == p.From {
			return ir.Streams[i].ID
		}
	}
	return ""
}

// Hop is one step of a join: the ref column of the row at hand, the helper tables it may
// point into, and there the next hop's ref column, or for the last hop the wanted column.
type Hop struct {
	Ref     string   `json:"ref"`     // column of the table at hand
	Helpers []string `json:"helpers"` // projections, one per target of the ref
	Column  string   `json:"column"`  // column of each helper: the next ref, or the value
}

// Index is an index of a projection's table; account_id always comes first.
type Index struct {
	Columns []string `json:"columns"`
	Serves  []string `json:"serves"` // the queries that need it
}

// Query is a question that a projection answers.
type Query struct {
	Name   string   `json:"name"`
	From   string   `json:"from"`   // projection
	Filter []string `json:"filter"` // columns
	Sort   []string `json:"sort"`   // columns, each also descending with "-"
	Page   int      `json:"page"`   // rows when $size is absent
	Allow  []string `json:"allow,omitempty"`
	Label  string   `json:"label,omitempty"`
	Origin string   `json:"origin"`
}
