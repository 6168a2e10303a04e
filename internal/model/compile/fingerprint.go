package compile

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
)

// foldVersion is raised when the platform folds the same events of the same definition into
// other rows; every table is then built anew.
const foldVersion = 1

// content is everything that the stored rows of a projection depend on, and nothing else:
// what is joined when a question is asked, what things are called and where they stand in a
// file do not change a row.
type content struct {
	Fold     int
	From     string
	Columns  [][3]string // name, type, expression; by name
	Hidden   []string
	Computes [][2]string // those that the columns need
	States   []string    // when the status counts
	Events   []eventContent
}

type eventContent struct {
	Name       string
	Version    int
	To         string
	Attributes [][2]string // name, type; those that the columns need
}

// fingerprint returns 12 hex digits that stand for the content of the projection's table.
func (c *compiler) fingerprint(stream *model.Stream, p *model.Projection) string {
	needed := neededBy(stream, p)
	all := content{Fold: foldVersion, From: stream.Name, Hidden: p.Hidden}
	for _, column := range p.Columns {
		if column.Expr != "" {
			all.Columns = append(all.Columns, [3]string{column.Name, c.typeText(column.Type), column.Expr})
		}
	}
	slices.SortFunc(all.Columns, func(a, b [3]string) int { return strings.Compare(a[0], b[0]) })
	for _, compute := range stream.Computes {
		if needed[compute.Name] {
			all.Computes = append(all.Computes, [2]string{compute.Name, compute.Expr})
		}
	}
	if needed[status] {
		all.States = stream.Lifecycle
	}
	all.Events = c.eventContents(stream, p, needed)
	text, err := json.Marshal(all)
	if err != nil {
		panic(err) // strings and numbers only
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:12]
}

// neededBy returns the attributes and computes that the stored columns come down to.
func neededBy(stream *model.Stream, p *model.Projection) map[string]bool {
	needed := map[string]bool{}
	for _, column := range p.Columns {
		for _, name := range column.Needs {
			needed[name] = true
		}
	}
	for _, compute := range slices.Backward(stream.Computes) {
		if needed[compute.Name] {
			for _, name := range compute.Needs {
				needed[name] = true
			}
		}
	}
	return needed
}

func (c *compiler) eventContents(stream *model.Stream, p *model.Projection, needed map[string]bool) []eventContent {
	var list []eventContent
	for _, name := range p.Events {
		i := slices.IndexFunc(stream.Events, func(e model.Event) bool { return e.Name == name })
		event := stream.Events[i]
		e := eventContent{Name: event.Name, Version: event.Version}
		if needed[status] {
			e.To = event.To
		}
		for _, a := range event.Attributes {
			if needed[a.Name] {
				e.Attributes = append(e.Attributes, [2]string{a.Name, c.typeText(a.Type)})
			}
		}
		slices.SortFunc(e.Attributes, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
		list = append(list, e)
	}
	return list
}

// typeText returns what of a type decides how its values are kept.
func (c *compiler) typeText(t model.Type) string {
	parts := []string{string(t.Kind), t.Value}
	list := t.Of
	if t.Kind == model.Object {
		list = plain(c.types[t.Value].attributes)
	}
	for _, a := range list {
		parts = append(parts, a.Name, c.typeText(a.Type))
	}
	return strings.Join(parts, " ")
}
