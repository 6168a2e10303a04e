// Command readme writes the table of values in helm/polder/README.md anew, from values.yaml and
// the comments there.
package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

//go:generate go run .

const (
	values = "../polder/values.yaml"
	readme = "../polder/README.md"
	begin  = "<!-- values: written by make generate -->\n"
	end    = "<!-- end of values -->\n"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "readme:", err)
		os.Exit(1)
	}
}

func run() error {
	file, err := parser.ParseFile(values, parser.ParseComments)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(readme)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(text), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		return fmt.Errorf("%s lacks the lines %s and %s", readme, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	table := "| value | default | meaning |\n|---|---|---|\n" + strings.Join(rows("", file.Docs[0].Body), "")
	return os.WriteFile(readme, []byte(before+begin+table+end+after), 0o644)
}

// rows are the lines of what the node holds: one for each value that a user sets as a whole.
func rows(path string, node ast.Node) (lines []string) {
	mapping, ok := node.(*ast.MappingNode)
	if !ok {
		return nil
	}
	for _, member := range mapping.Values {
		key := path + member.Key.String()
		inner, isMapping := unwrapped(member.Value).(*ast.MappingNode)
		if isMapping && !inner.IsFlowStyle && comment(member) == "" {
			lines = append(lines, rows(key+".", inner)...)
			continue
		}
		lines = append(lines, fmt.Sprintf("| `%s` | `%s` | %s |\n", key, flow(member.Value), comment(member)))
	}
	return lines
}

// unwrapped is the value without the name that others refer to it by.
func unwrapped(node ast.Node) ast.Node {
	if anchor, ok := node.(*ast.AnchorNode); ok {
		return anchor.Value
	}
	return node
}

func comment(member *ast.MappingValueNode) string {
	if member.GetComment() == nil {
		return ""
	}
	var words []string
	for _, line := range member.GetComment().Comments {
		words = append(words, strings.TrimSpace(line.Token.Value))
	}
	return strings.Join(words, " ")
}

// flow writes a value in one line.
func flow(node ast.Node) string {
	switch n := node.(type) {
	case *ast.AnchorNode:
		return flow(n.Value)
	case *ast.AliasNode:
		return "as that of api"
	case *ast.MappingNode:
		var members []string
		for _, member := range n.Values {
			members = append(members, member.Key.String()+": "+flow(member.Value))
		}
		return "{" + strings.Join(members, ", ") + "}"
	case *ast.SequenceNode:
		var items []string
		for _, item := range n.Values {
			items = append(items, flow(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return regexp.MustCompile(`\s*#.*`).ReplaceAllString(node.String(), "")
}
