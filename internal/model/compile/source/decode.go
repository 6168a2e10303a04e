package source

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/polderhq/polder/internal/model/compile/problem"
)

// Decodable is a type that reads itself from a node, because the language has a short form
// for it. The method reports what is wrong; it never fails otherwise.
type Decodable interface {
	DecodeNode(d *Decoder, n *Node)
}

// Decoder fills Go structs from nodes. Struct fields carry `yaml:"name"`, `doc:"..."` and,
// when the key must be there, `need:"yes"`; fields without yaml are left alone.
type Decoder struct {
	Report *Report
}

// Into reads the node into what the pointer points to.
func (d *Decoder) Into(n *Node, into any) { d.value(n, reflect.ValueOf(into).Elem()) }

// Plain reads the node into the struct field by field, whatever DecodeNode it has: it is
// how a DecodeNode reads the long form.
func (d *Decoder) Plain(n *Node, into any) { d.structure(n, reflect.ValueOf(into).Elem()) }

// Wrong reports that the node is not of the wanted kind.
func (d *Decoder) Wrong(n *Node, want string) {
	d.Report.At(n, problem.WrongKind, "Expected %s, found %s", want, n.Kind)
}

func (d *Decoder) value(n *Node, into reflect.Value) {
	if into.CanAddr() {
		if self, ok := into.Addr().Interface().(Decodable); ok {
			self.DecodeNode(d, n)
			return
		}
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		d.value(n, into.Elem())
	case reflect.Slice:
		d.list(n, into)
	case reflect.Struct:
		d.structure(n, into)
	default:
		panic("source: no way to read a " + into.Type().String())
	}
}

func (d *Decoder) list(n *Node, into reflect.Value) {
	if n.Kind != List {
		d.Wrong(n, "a list")
		return
	}
	items := reflect.MakeSlice(into.Type(), len(n.Items), len(n.Items))
	for i, item := range n.Items {
		d.value(item, items.Index(i))
	}
	into.Set(items)
}

func (d *Decoder) structure(n *Node, into reflect.Value) {
	if n.Kind != Map {
		d.Wrong(n, "a map with the keys "+strings.Join(keysOf(into.Type()), ", "))
		return
	}
	for _, f := range n.Fields {
		d.field(f, into)
	}
	for i := range into.NumField() {
		f := into.Type().Field(i)
		if f.Tag.Get("need") != "" && n.Field(f.Tag.Get("yaml")) == nil {
			d.Report.Hint(n, problem.MissingKey, f.Tag.Get("doc"), "The key %q is missing", f.Tag.Get("yaml"))
		}
	}
}

func (d *Decoder) field(f Field, into reflect.Value) {
	for i := range into.NumField() {
		if name := into.Type().Field(i).Tag.Get("yaml"); name != "" && name == f.Key.Text {
			d.value(f.Value, into.Field(i))
			return
		}
	}
	d.Report.Hint(f.Key, problem.UnknownKey, problem.DidYouMean(f.Key.Text, keysOf(into.Type())),
		"The language has no key %q here", f.Key.Text)
}

func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("yaml"); name != "" {
			keys = append(keys, name)
		}
	}
	return keys
}

// Word is a text: a name, an expression or prose. The zero Word was not given.
type Word struct {
	Text string
	At   *Node // nil when not given
}

// Given reports whether the file has it.
func (w Word) Given() bool { return w.At != nil }

// DecodeNode accepts a text; what YAML takes for something else has to be quoted.
func (w *Word) DecodeNode(d *Decoder, n *Node) {
	switch {
	case n.Trap():
		d.unquoted(n)
	case n.Kind == Text:
		w.Text, w.At = n.Text, n
	case n.Kind != Map && n.Kind != List:
		d.unquoted(n)
	default:
		d.Wrong(n, "a text")
	}
}

func (d *Decoder) unquoted(n *Node) {
	if n.Kind == Null {
		d.Wrong(n, "a text")
		return
	}
	d.Report.Unquoted(n)
}

// Figure is a number written as a whole number or as quoted text, never as a float.
type Figure struct {
	Text string
	At   *Node
}

// Given reports whether the file has it.
func (f Figure) Given() bool { return f.At != nil }

// DecodeNode accepts 60 and "0.001"; 0.001 without quotes may lose digits on its way.
func (f *Figure) DecodeNode(d *Decoder, n *Node) {
	switch {
	case n.Kind == Text && n.Quoted:
		f.Text, f.At = n.Text, n
	case n.Kind == Number && strings.Trim(n.Text, "0123456789") == "":
		f.Text, f.At = n.Text, n
	case n.Kind == Number:
		d.unquoted(n)
	default:
		d.Wrong(n, "a whole number or a quoted number")
	}
}

// Count is a whole number, 0 when not given.
type Count struct {
	Value int
	At    *Node
}

// DecodeNode accepts a plain whole number.
func (c *Count) DecodeNode(d *Decoder, n *Node) {
	value, err := strconv.Atoi(n.Text)
	if n.Kind != Number || err != nil {
		d.Wrong(n, "a whole number")
		return
	}
	c.Value, c.At = value, n
}

// Flag is true or false; false when not given.
type Flag struct {
	Value bool
	At    *Node
}

// DecodeNode accepts true and false.
func (f *Flag) DecodeNode(d *Decoder, n *Node) {
	if n.Kind != Bool || n.Quoted {
		d.Wrong(n, "true or false")
		return
	}
	f.Value, f.At = n.Text == "true", n
}

// Dict is a map whose keys are names of the model, in the order of the file. At is nil
// when it was not given.
type Dict[T any] struct {
	Entries []Entry[T]
	At      *Node
}

// Entry is one name and what it stands for.
type Entry[T any] struct {
	Key   Word
	Value T
}

// Given reports whether the file has it.
func (m Dict[T]) Given() bool { return m.At != nil }

// Get returns the value of the name, nil when there is none.
func (m Dict[T]) Get(name string) *T {
	for i := range m.Entries {
		if m.Entries[i].Key.Text == name {
			return &m.Entries[i].Value
		}
	}
	return nil
}

// Keys returns the names in the order of the file.
func (m Dict[T]) Keys() []string {
	keys := make([]string, len(m.Entries))
	for i, e := range m.Entries {
		keys[i] = e.Key.Text
	}
	return keys
}

// DecodeNode accepts a map with any names.
func (m *Dict[T]) DecodeNode(d *Decoder, n *Node) {
	if n.Kind != Map {
		d.Wrong(n, "a map")
		return
	}
	m.At = n
	for _, f := range n.Fields {
		if f.Key.Kind != Text || f.Key.Trap() {
			d.unquoted(f.Key)
			continue
		}
		e := Entry[T]{Key: Word{Text: f.Key.Text, At: f.Key}}
		d.Into(f.Value, &e.Value)
		m.Entries = append(m.Entries, e)
	}
}
