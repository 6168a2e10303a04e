package source

import (
	"fmt"
	"strings"

	"github.com/polderhq/polder/internal/model/compile/problem"
)

// Kind is the kind of a node.
type Kind int

// The kinds of nodes. Number is what YAML takes for one; Text is any other scalar.
const (
	Null Kind = iota
	Bool
	Number
	Text
	Map
	List
)

var kindNames = [...]string{"nothing", "true or false", "a number", "a text", "a map", "a list"}

// String returns the kind in words, for messages.
func (k Kind) String() string { return kindNames[k] }

// Node is a key or a value of a file, and its place in it.
type Node struct {
	Kind   Kind
	Text   string // of a scalar, unquoted
	Quoted bool
	block  bool    // it stands on lines of its own
	Items  []*Node // of a list
	Fields []Field // of a map, in order

	Line, Column int
	parent       *Node
	label        string // step from the parent: "commands", "[2]"; of a root the element's name
	file         string
}

// Field is a key of a map and its value.
type Field struct {
	Key   *Node
	Value *Node
}

// File returns the file that the node is in.
func (n *Node) File() string { return n.file }

// Path returns the place of the node in the model, e.g. "Order.commands.PlaceOrderCommand.to".
func (n *Node) Path() string {
	var steps []string
	for at := n; at != nil; at = at.parent {
		if at.label != "" {
			steps = append(steps, at.label)
		}
	}
	var b strings.Builder
	for i := len(steps) - 1; i >= 0; i-- {
		if b.Len() > 0 && !strings.HasPrefix(steps[i], "[") {
			b.WriteByte('.')
		}
		b.WriteString(steps[i])
	}
	return b.String()
}

// Field returns the value of the key, nil when the map has none.
func (n *Node) Field(key string) *Node {
	for _, f := range n.Fields {
		if f.Key.Text == key {
			return f.Value
		}
	}
	return nil
}

// Report collects problems.
type Report struct {
	Problems problem.List
}

// At adds a problem at the node.
func (r *Report) At(n *Node, code problem.Code, format string, args ...any) {
	r.Hint(n, code, "", format, args...)
}

// Hint adds a problem at the node with a way out.
func (r *Report) Hint(n *Node, code problem.Code, hint, format string, args ...any) {
	r.Problems = append(r.Problems, problem.Problem{
		File: n.file, Line: n.Line, Column: n.Column, Code: code,
		Element: n.Path(), Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

// Nowhere returns a node for a problem of the file as a whole.
func Nowhere(file string) *Node { return &Node{Kind: Map, Line: 1, Column: 1, file: file} }

// Inside returns the place of a character of the node's text: in the line itself when the
// text stands on one line, else where the text begins.
func (n *Node) Inside(line, column int) *Node {
	if line != 1 || n.block {
		return n
	}
	inside := *n
	inside.Column += column - 1
	if n.Quoted {
		inside.Column++
	}
	return &inside
}

// Trap reports whether the text stands without quotes and many readers of YAML take it for
// true or false: NO is not Norway to them.
func (n *Node) Trap() bool {
	if n.Kind != Text || n.Quoted {
		return false
	}
	switch strings.ToLower(n.Text) {
	case "yes", "no", "on", "off":
		return true
	}
	return false
}

// meaning is what YAML takes a text without quotes for, in words.
func (n *Node) meaning() string {
	if n.Trap() {
		return Bool.String()
	}
	return n.Kind.String()
}

// Unquoted reports a value that has to be quoted to be the text that belongs there.
func (r *Report) Unquoted(n *Node) {
	r.Hint(n, problem.UnquotedScalar, "write \""+n.Text+"\" in quotes",
		"%s is %s to YAML, but a text belongs here", n.Text, n.meaning())
}
