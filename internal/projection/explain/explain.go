package explain

import (
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// Projection is the physical plan of one projection.
type Projection struct {
	Name        string             `json:"name"`
	Rows        string             `json:"rows"` // what there is a row for, in words
	Helper      bool               `json:"helper,omitempty"`
	Sync        bool               `json:"sync,omitempty"`
	Table       string             `json:"table"`
	Fingerprint string             `json:"fingerprint"`
	SharedWith  []string           `json:"sharedWith"` // projections of the same table
	FedBy       string             `json:"fedBy,omitempty"`
	Feeds       []string           `json:"feeds"`
	CopiedBy    []string           `json:"copiedBy"` // columns of others, as Projection.Column
	Events      []string           `json:"events"`
	Columns     []Column           `json:"columns"`
	Indexes     []projection.Index `json:"indexes"`
	Cost        []Step             `json:"cost"`             // of an event that changes a row
	FanOut      []FanOut           `json:"fanOut,omitempty"` // as measured for an account
}

// Shape says where a column's value comes from.
type Shape string

// The shapes of columns.
const (
	Own  Shape = "own"
	Copy Shape = "copy"
	Join Shape = "join"
	Fold Shape = "fold"
)

// Column is a column with its shape.
type Column struct {
	Name     string   `json:"name"`
	Shape    Shape    `json:"shape"`
	From     string   `json:"from"`           // an expression, or the way to the other row
	Else     string   `json:"else,omitempty"` // where the value is looked up when the row has none
	Silent   bool     `json:"silent,omitempty"`
	Filtered []string `json:"filtered"` // queries that filter by it
	Sorted   []string `json:"sorted"`   // queries that sort by it
}

// Release explains all projections of the release, sorted by name.
func Release(release *model.Release) []Projection {
	out := make([]Projection, 0, len(release.Projections()))
	for _, p := range release.Projections() {
		out = append(out, explain(release, p))
	}
	return out
}

func explain(release *model.Release, p *model.ProjectionType) Projection {
	out := Projection{
		Name: p.Name, Rows: rows(p.Projection), Helper: p.Helper, Sync: p.Sync, Table: p.Table, Fingerprint: p.Fingerprint,
		FedBy: p.Of, Events: p.Events, SharedWith: []string{}, Feeds: []string{}, CopiedBy: []string{},
		Columns: make([]Column, len(p.Columns)), Indexes: projection.TableOf(p).Indexes(),
	}
	for _, other := range release.Projections() {
		if other.Name != p.Name && other.Table == p.Table {
			out.SharedWith = append(out.SharedWith, other.Name)
		}
		if other.Of == p.Name {
			out.Feeds = append(out.Feeds, other.Name)
		}
		for i := range other.Columns {
			if c := &other.Columns[i]; c.Copy != nil && slices.Contains(c.Copy.Helpers, p.Name) {
				out.CopiedBy = append(out.CopiedBy, other.Name+"."+c.Name)
			}
		}
	}
	for i := range p.Columns {
		out.Columns[i] = column(release, p, &p.Columns[i])
	}
	out.Cost = cost(release, p)
	return out
}

// rows says what there is a row for.
func rows(p *model.Projection) string {
	text := "one for each " + p.From
	switch {
	case p.Grouped:
		text = "one for each group of rows of " + p.Of + " with the same " + strings.Join(groupColumns(p), ", ")
	case p.Each != "":
		text = "one for each element of " + p.Of + "." + p.Each
	case p.Of != "":
		text = "one for each row of " + p.Of
	}
	if p.Where != "" {
		text += ", where " + p.Where
	}
	return text
}

func groupColumns(p *model.Projection) []string {
	var names []string
	for i := range p.Columns {
		if p.Columns[i].Fold == "" {
			names = append(names, p.Columns[i].Name)
		}
	}
	return names
}

func column(release *model.Release, p *model.ProjectionType, c *model.Column) Column {
	out := Column{Name: c.Name, Shape: Own, From: c.Expr, Silent: c.Silent, Filtered: []string{}, Sorted: []string{}}
	switch {
	case c.Copy != nil:
		out.Shape, out.From = Copy, way(path(c))
		if c.Own != "" {
			out.From, out.Else = c.Own, out.From
		}
	case c.Fold != "":
		out.Shape, out.From = Fold, strings.TrimSpace(c.Fold+" "+c.Expr)
	case c.Expr == "":
		out.Shape, out.From = Join, way(c.Join)
	case len(c.Join) > 0:
		out.Else = way(c.Join)
	}
	for _, query := range release.IR().Queries {
		if query.From != p.Name {
			continue
		}
		if slices.Contains(query.Filter, c.Name) {
			out.Filtered = append(out.Filtered, query.Name)
		}
		if slices.Contains(query.Sort, c.Name) || slices.Contains(query.Sort, "-"+c.Name) {
			out.Sorted = append(out.Sorted, query.Name)
		}
	}
	return out
}

// path is the way of a joined or copied column to the row that has the value.
func path(c *model.Column) []model.Hop {
	if len(c.Join) == 0 && c.Copy != nil {
		return []model.Hop{*c.Copy}
	}
	return c.Join
}

// way writes the hops as "CustomerId > CustomerLookup.PartyId > PersonLookup.Name".
func way(hops []model.Hop) string {
	if len(hops) == 0 {
		return ""
	}
	var text strings.Builder
	text.WriteString(hops[0].Ref)
	for _, hop := range hops {
		text.WriteString(" > " + strings.Join(hop.Helpers, "|") + "." + hop.Column)
	}
	return text.String()
}
