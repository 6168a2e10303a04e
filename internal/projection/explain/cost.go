package explain

import (
	"fmt"
	"slices"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// Step is what an event that changes a row costs in one table.
type Step struct {
	Projection   string `json:"projection"`
	Rows         string `json:"rows"`         // written for the event
	IndexEntries int    `json:"indexEntries"` // for each of those rows at most, the primary key's included
	Statements   int    `json:"statements"`   // at most, for a page of events, however many events it has
	Background   bool   `json:"background,omitempty"`
}

// cost lists the tables that are written because of an event: the projection's own, those
// that it feeds, directly or over others, and, when the column changes that they copy, those
// that keep copies. Events of a page that change the same row are written as one.
func cost(release *model.Release, p *model.ProjectionType) []Step {
	steps := []Step{step(p)}
	for _, fed := range release.Projections() {
		if fed.Of == p.Name {
			steps = append(steps, cost(release, fed)...)
		}
	}
	return append(steps, copies(release, p)...)
}

// step counts the statements that a page adds for the table. A source and a group load the
// rows first; what follows from the feeder's rows alone does not.
func step(p *model.ProjectionType) Step {
	s := Step{Projection: p.Name, IndexEntries: 1 + len(projection.TableOf(p).Indexes()), Rows: "1", Statements: 2}
	refs := map[string]int{}
	for i := range p.Columns {
		if c := p.Columns[i].Copy; c != nil {
			refs[c.Ref] = len(c.Helpers)
		}
	}
	for _, helpers := range refs {
		s.Statements += helpers // look-ups of what is copied
	}
	switch {
	case p.Grouped:
		s.Rows = "1, or 2 when the group is another"
		s.Statements++ // a group that loses its last row is removed
		for i := range p.Columns {
			if slices.Contains([]string{"min", "max"}, p.Columns[i].Fold) {
				s.Rows = "1, or 2 when the group is another; a lost " + p.Columns[i].Fold + " is looked up"
			}
		}
	case p.Each != "":
		s.Rows = "1 for each element that differs"
	case p.Of != "":
		s.Rows = "1"
	}
	return s
}

// copies are the jobs that take a changed value to the rows that keep it.
func copies(release *model.Release, p *model.ProjectionType) []Step {
	var steps []Step
	for _, other := range release.Projections() {
		for i := range other.Columns {
			c := &other.Columns[i]
			if c.Copy == nil || !slices.Contains(c.Copy.Helpers, p.Name) {
				continue
			}
			steps = append(steps, Step{Projection: other.Name, Background: true, Statements: 1,
				Rows:         fmt.Sprintf("all with that %s, when %s changes", c.Copy.Ref, c.Copy.Column),
				IndexEntries: 1 + len(projection.TableOf(other).Indexes())})
		}
	}
	return steps
}
