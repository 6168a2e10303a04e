package change

import (
	"reflect"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// operation is one of the kinds of changes.
type operation interface {
	// level says what it is about: streams are undone first, then events, then attributes.
	level() level
	// undo makes before of after, and says what the events that it touches become. It
	// reports what does not hold.
	undo(s *step)
	// inverse returns the operations that take it back, or the events of after that cannot
	// be taken back, and why.
	inverse(s *step) way
}

// level is what an operation is about.
type level int

const (
	ofStreams level = iota
	ofEvents
	ofAttributes
)

// way is the way back of an operation: either operations, or a reason why there is none.
type way struct {
	operations []model.Operation
	none       string
	after      []string // the events of after that it is about
	before     []string // the events of before that they were
}

// declaration is an operation in the file of a set.
type declaration struct {
	AddAttribute    *addAttribute    `yaml:"add attribute" one:"kind" doc:"An event carries something that it did not carry before"`
	DeleteAttribute *deleteAttribute `yaml:"delete attribute" one:"kind" doc:"An event carries something no more"`
	UpdateAttribute *updateAttribute `yaml:"update attribute" one:"kind" doc:"An attribute of an event has another name, another value or another type"`
	MergeAttributes *mergeAttributes `yaml:"merge attributes" one:"kind" doc:"Several attributes of an event become one"`
	SplitAttribute  *splitAttribute  `yaml:"split attribute" one:"kind" doc:"An attribute of an event becomes several"`
	AddEvent        *addEvent        `yaml:"add event" one:"kind" doc:"There is an event that there was not before"`
	DeleteEvent     *deleteEvent     `yaml:"delete event" one:"kind" doc:"There is an event no more; stored ones say nothing"`
	RenameEvent     *renameEvent     `yaml:"rename event" one:"kind" doc:"An event has another name"`
	MergeEvents     *mergeEvents     `yaml:"merge events" one:"kind" doc:"Several events become one"`
	SplitEvent      *splitEvent      `yaml:"split event" one:"kind" doc:"An event becomes one of several, or several at once"`
	AddStream       *addStream       `yaml:"add stream" one:"kind" doc:"There is a stream type that there was not before"`
	DeleteStream    *deleteStream    `yaml:"delete stream" one:"kind" doc:"There is a stream type no more; its stored events say nothing"`
	RenameStream    *renameStream    `yaml:"rename stream" one:"kind" doc:"A stream type has another name"`
	MoveAttribute   *moveAttribute   `yaml:"move attribute" one:"kind" doc:"What one event of a stream carried, another one carries; needs a rewrite"`
	MergeStreams    *mergeStreams    `yaml:"merge streams" one:"kind" doc:"Streams of one type become part of those of another; needs a rewrite"`
	SplitStream     *splitStream     `yaml:"split stream" one:"kind" doc:"Some events of a type happen to a stream of their own; needs a rewrite"`
	MoveEvent       *moveEvent       `yaml:"move event" one:"kind" doc:"An event happens to another stream; needs a rewrite"`

	at *source.Node
}

// DecodeNode remembers the place, and knows what people look for under another name.
func (x *declaration) DecodeNode(d *source.Decoder, n *source.Node) {
	x.at = n
	if n.Field("rename attribute") != nil {
		d.Report.Hint(n, problem.UnknownKey, "write \"update attribute: {of: …, attribute: …, to: …}\"",
			"The language has no key %q here", "rename attribute")
		return
	}
	d.Plain(n, x)
}

// Shapes lists what DecodeNode accepts.
func (x *declaration) Shapes() []any { return []any{source.PlainShape(x)} }

// kinds returns an operation of the kind without anything in it, nil when there is no such
// kind. It knows also what no file can declare.
func kinds(kind string) operation {
	if kind == refusing {
		return &refuseEvents{}
	}
	t := reflect.TypeFor[declaration]()
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("yaml") == kind {
			op, _ := reflect.New(t.Field(i).Type.Elem()).Interface().(operation)
			return op
		}
	}
	return nil
}

// NeedsRewrite reports whether the operation cannot be read event by event: the histories
// of accounts have to be rewritten for it, see Rewrite.
func NeedsRewrite(op model.Operation) bool {
	_, needs := kinds(op.Kind).(rewriting)
	return needs
}
