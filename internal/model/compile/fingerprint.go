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
	Copies   []copyContent `json:",omitempty"` // by name
	Chain    *chainContent `json:",omitempty"`
	Sync     bool          `json:",omitempty"`
}

// copyContent is what a copied value depends on: of the helpers the one column that is
// copied, so that what else they keep does not count.
type copyContent struct {
	Name, Type, Ref, Own string
	From                 []string // fingerprints, one per helper
}

// chainContent is how the rows follow from the feeder's. All that these depend on counts.
type chainContent struct {
	Of, Each, Where string // Of is a fingerprint
	Grouped         bool
	Folds           [][2]string // of the columns that have one: name, fold
}

type eventContent struct {
	Name       string
	Version    int // always 1: what an event was in other versions says Lineage
	To         string
	Attributes [][2]string // name, type; those that the columns need
	Lineage    []string    `json:",omitempty"`
}

// fingerprint returns what stands for the content of the projection's table. Whether there are
// keys beside it in the table says withKeys.
func (c *compiler) fingerprint(p *projection) string {
	if p.ir.Fingerprint != "" {
		return p.ir.Fingerprint
	}
	all := content{Fold: foldVersion, From: p.ir.From, Hidden: p.ir.Hidden, Sync: p.ir.Sync}
	for _, column := range p.ir.Columns {
		if column.Copy == nil && column.Stored() {
			all.Columns = append(all.Columns, [3]string{column.Name, c.typeText(column.Type), column.Expr})
		}
	}
	slices.SortFunc(all.Columns, func(a, b [3]string) int { return strings.Compare(a[0], b[0]) })
	all.Copies = c.copyContents(p)
	if p.feeder != nil {
		all.Chain = c.chainContent(p)
	} else {
		c.addStream(&all, p)
	}
	p.ir.Fingerprint = shortSum(all)
	return p.ir.Fingerprint
}

// shortSum returns 12 hex digits that stand for the value, which is of strings and numbers.
func shortSum(of any) string {
	text, err := json.Marshal(of)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:12]
}

// addStream adds what a source depends on beside its columns.
func (c *compiler) addStream(all *content, p *projection) {
	stream := p.typ.ir
	needed := neededBy(stream, p.ir)
	for _, compute := range stream.Computes {
		if needed[compute.Name] {
			all.Computes = append(all.Computes, [2]string{compute.Name, compute.Expr})
		}
	}
	if needed[status] {
		all.States = stream.Lifecycle
	}
	all.Events = c.eventContents(stream, p.ir, needed)
}

func (c *compiler) chainContent(p *projection) *chainContent {
	chain := &chainContent{Of: c.fingerprint(p.feeder), Each: p.ir.Each, Where: p.ir.Where, Grouped: p.ir.Grouped}
	for _, column := range p.ir.Columns {
		if column.Fold != "" {
			chain.Folds = append(chain.Folds, [2]string{column.Name, column.Fold})
		}
	}
	slices.SortFunc(chain.Folds, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return chain
}

func (c *compiler) copyContents(p *projection) []copyContent {
	var list []copyContent
	for _, column := range p.ir.Columns {
		if column.Copy == nil {
			continue
		}
		content := copyContent{Name: column.Name, Type: c.typeText(column.Type), Ref: column.Copy.Ref, Own: column.Own}
		for _, helper := range column.Copy.Helpers {
			content.From = append(content.From, c.columnFingerprint(c.projections[helper], column.Copy.Column))
		}
		list = append(list, content)
	}
	slices.SortFunc(list, func(a, b copyContent) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// columnFingerprint is the fingerprint that the helper would have with this column alone.
// It ends, also where helpers copy of each other, because each copy shortens the path.
func (c *compiler) columnFingerprint(helper *projection, name string) string {
	column := *helper.column(name)
	alone := &projection{Projection: helper.Projection, typ: helper.typ, name: helper.name, at: helper.at}
	alone.ir = &model.Projection{Name: helper.name, From: helper.ir.From, Columns: []model.Column{column}}
	if column.Copy != nil {
		alone.ir.Columns = append(alone.ir.Columns, *helper.column(column.Copy.Ref))
	}
	alone.ir.Hidden, alone.ir.Events = alone.hidden(), alone.events()
	return c.fingerprint(alone)
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
		e := eventContent{Name: event.Name, Version: 1, Lineage: c.lineage(stream.Name, &event, needed)}
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
