package change

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// An operation is kept in the IR as its file declares it: a text per key, which is JSON where
// the file has a map or a list. So an IR can be compiled again without its files, with the
// change sets of another.

// flags are the keys of operations that are true or false; all other scalars are texts.
var flags = []string{"optional", "forget", "drop"}

// fieldsOf returns the keys of the operation's map with their texts.
func fieldsOf(n *source.Node) map[string]string {
	fields := make(map[string]string, len(n.Fields))
	for _, f := range n.Fields {
		fields[f.Key.Text] = textOf(f.Value)
	}
	return fields
}

func textOf(n *source.Node) string {
	if n.Kind == source.Map || n.Kind == source.List || n.Kind == source.Null {
		return jsonOf(n)
	}
	return n.Text
}

func jsonOf(n *source.Node) string {
	switch n.Kind {
	case source.Map:
		var o object
		for _, f := range n.Fields {
			o.add(f.Key.Text, jsonOf(f.Value))
		}
		return o.String()
	case source.List:
		items := make([]string, len(n.Items))
		for i, item := range n.Items {
			items[i] = jsonOf(item)
		}
		return "[" + strings.Join(items, ",") + "]"
	case source.Null:
		return "null"
	case source.Bool:
		return n.Text
	}
	return quoted(n.Text)
}

// document is the operation as a file would hold it.
func document(op model.Operation) string {
	var fields object
	for _, key := range sortedKeys(op.Declared) {
		value := op.Declared[key]
		if !slices.Contains(flags, key) && !isStructure(value) {
			value = quoted(value)
		}
		fields.add(key, value)
	}
	return fields.String()
}

// isStructure reports whether the text is a map or a list. No expression that gives an
// attribute's value is JSON: a list of CEL is the value of none.
func isStructure(text string) bool {
	return text != "" && strings.Contains("{[", text[:1]) && json.Valid([]byte(text))
}

// object is a JSON object whose keys stay in order.
type object struct{ strings.Builder }

func (o *object) add(key, value string) {
	if o.Len() > 0 {
		o.WriteString(",")
	}
	o.WriteString(quoted(key) + ":" + value)
}

// String returns the object.
func (o *object) String() string { return "{" + o.Builder.String() + "}" }

func quoted(text string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic(err) // a text
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
