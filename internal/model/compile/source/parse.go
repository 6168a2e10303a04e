package source

import (
	"errors"
	"fmt"
	"strings"

	yaml "github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/polderhq/polder/internal/model/compile/problem"
)

// maxBytes and maxDepth bound what a file may cost; the largest type we know is 40 kB, 9 deep.
const (
	maxBytes = 1 << 20
	maxDepth = 40
)

// Parse reads a file into nodes; element names its root in messages. It returns nil when
// there is nothing to go on with, after reporting why.
func Parse(file, element string, text []byte, report *Report) *Node {
	root := &Node{Kind: Map, Line: 1, Column: 1, file: file, label: element}
	if len(text) > maxBytes {
		report.Hint(root, problem.FileTooLarge, "split the type; one file describes one type",
			"The file has %d bytes; the most is %d", len(text), maxBytes)
		return nil
	}
	tree, err := parseYAML(text)
	if err != nil {
		reportSyntax(root, err, report)
		return nil
	}
	p := &builder{report: report, file: file}
	var docs []*ast.DocumentNode
	for _, doc := range tree.Docs {
		if doc.Body != nil {
			docs = append(docs, doc)
		}
	}
	if len(docs) == 0 {
		return root
	}
	if len(docs) > 1 {
		at := p.node(docs[1].Body, root, "", 0)
		report.At(at, problem.YAMLFeature, "A file holds one document; this is a second")
	}
	return p.node(docs[0].Body, nil, element, 0)
}

// parseYAML turns a panic of the YAML library into an error: a file is input, and input
// never ends the process.
func parseYAML(text []byte) (tree *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the YAML cannot be read: %v", r)
		}
	}()
	return parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
}

func reportSyntax(root *Node, err error, report *Report) {
	at, message := *root, err.Error()
	var located yaml.Error
	if errors.As(err, &located) {
		message = located.GetMessage()
		if tk := located.GetToken(); tk != nil && tk.Position != nil {
			at.Line, at.Column = tk.Position.Line, tk.Position.Column
		}
	}
	report.At(&at, problem.YAMLSyntax, "%s", sentence(message))
}

func sentence(text string) string {
	if text == "" {
		return "The YAML cannot be read"
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// builder turns the library's tree into nodes.
type builder struct {
	report *Report
	file   string
}

func (b *builder) node(from ast.Node, parent *Node, label string, depth int) *Node {
	n := &Node{parent: parent, label: label, file: b.file}
	n.at(from.GetToken())
	if depth > maxDepth {
		b.report.At(n, problem.YAMLFeature, "More than %d levels deep", maxDepth)
		return n
	}
	switch from := from.(type) {
	case *ast.MappingNode:
		b.fields(n, from.Values, depth)
	case *ast.MappingValueNode:
		b.fields(n, []*ast.MappingValueNode{from}, depth)
	case *ast.SequenceNode:
		n.Kind = List
		for i, value := range from.Values {
			n.Items = append(n.Items, b.node(value, n, fmt.Sprintf("[%d]", i), depth+1))
		}
	default:
		b.scalar(n, from)
	}
	return n
}

func (n *Node) at(tk *token.Token) {
	if tk != nil && tk.Position != nil {
		n.Line, n.Column = tk.Position.Line, tk.Position.Column
	}
}

func (b *builder) scalar(n *Node, from ast.Node) {
	switch from := from.(type) {
	case *ast.NullNode:
		n.Kind = Null
	case *ast.BoolNode:
		n.Kind, n.Text = Bool, from.GetToken().Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		n.Kind, n.Text = Number, from.GetToken().Value
	case *ast.StringNode:
		n.Kind, n.Text = Text, from.Value
		n.Quoted = from.Token.Type != token.StringType
	case *ast.LiteralNode:
		n.Kind, n.Text, n.Quoted, n.block = Text, strings.TrimRight(from.Value.Value, "\n"), true, true
	default:
		b.report.Hint(n, problem.YAMLFeature, "write the value out where it holds",
			"%s is not part of the language", feature(from))
	}
}

func feature(n ast.Node) string {
	switch n.(type) {
	case *ast.AnchorNode:
		return "An anchor (&name)"
	case *ast.AliasNode:
		return "An alias (*name)"
	case *ast.TagNode:
		return "A tag (!name)"
	case *ast.MergeKeyNode:
		return "A merge key (<<)"
	}
	return "This YAML construct"
}

func (b *builder) fields(n *Node, values []*ast.MappingValueNode, depth int) {
	n.Kind = Map
	seen := map[string]*Node{}
	for i, value := range values {
		key := b.key(n, value.Key)
		if i == 0 {
			n.Line, n.Column = key.Line, key.Column
		}
		if first := seen[key.Text]; first != nil {
			b.report.Hint(key, problem.DuplicateKey, "remove one of the two, or merge them",
				"The key %q is already given on line %d", key.Text, first.Line)
			continue
		}
		seen[key.Text] = key
		n.Fields = append(n.Fields, Field{Key: key, Value: b.value(value, n, key, depth)})
	}
}

// value builds a field's value; a missing one stands where its key stands.
func (b *builder) value(from *ast.MappingValueNode, parent, key *Node, depth int) *Node {
	if from.Value == nil {
		return &Node{Line: key.Line, Column: key.Column, parent: parent, label: key.Text, file: b.file}
	}
	v := b.node(from.Value, parent, key.Text, depth+1)
	if v.Kind == Null {
		v.Line, v.Column = key.Line, key.Column
	}
	return v
}

func (b *builder) key(parent *Node, from ast.MapKeyNode) *Node {
	key := &Node{Kind: Text, parent: parent, file: b.file}
	key.at(from.GetToken())
	switch from := from.(type) {
	case *ast.StringNode:
		key.Text, key.Quoted = from.Value, from.Token.Type != token.StringType
	case *ast.BoolNode:
		key.Kind, key.Text = Bool, from.GetToken().Value
	case *ast.NullNode, *ast.IntegerNode, *ast.FloatNode:
		key.Kind, key.Text = Number, from.GetToken().Value
	default:
		key.Text = from.String()
		b.report.At(key, problem.YAMLFeature, "%s is no key of the language", feature(from))
	}
	key.label = key.Text
	return key
}
