package query

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
)

// origins finds the tables that an answer comes from, over joins, copies and feeders.
type origins struct{ release source }

// Sources are where what a projection shows comes from. Tables go by their physical names.
type Sources struct {
	Tables  []string // all; with what feeds a table, because that is where its cursor is
	Copied  []string // those whose rows keep copies that an answer shows
	Fed     bool     // some of these copies came with the rows of a feeder, and cannot be joined
	Sync    bool     // all tables are written by the appends themselves
	Helpers []string // names of the projections that are joined or copied from
}

// SourcesOf returns the sources of what the projection shows. An error is a release that
// does not fit together.
func SourcesOf(release *model.Release, p *model.ProjectionType) (Sources, error) {
	return (&origins{release}).of(p)
}

func (o *origins) of(p *model.ProjectionType) (Sources, error) {
	s := Sources{Sync: true}
	if err := o.addTable(&s, p.Name); err != nil {
		return s, err
	}
	for i := range p.Columns {
		c := &p.Columns[i]
		if c.Silent {
			continue
		}
		if err := errors.Join(o.addJoins(&s, c.Join), o.addColumn(&s, p, c.Name)); err != nil {
			return s, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return s, nil
}

func (o *origins) addJoins(s *Sources, hops []model.Hop) error {
	for _, hop := range hops {
		if err := o.addHelpers(s, hop.Helpers); err != nil {
			return err
		}
	}
	return nil
}

func (o *origins) addHelpers(s *Sources, names []string) error {
	for _, name := range names {
		if !slices.Contains(s.Helpers, name) {
			s.Helpers = append(s.Helpers, name)
		}
		if err := o.addTable(s, name); err != nil {
			return err
		}
	}
	return nil
}

// addTable adds a projection's table and those of what feeds it: they share the cursor of
// the first of them.
func (o *origins) addTable(s *Sources, name string) error {
	for name != "" {
		p := o.release.Projection(name)
		if p == nil {
			return fmt.Errorf("there is no projection %s", name)
		}
		if !slices.Contains(s.Tables, p.Table) {
			s.Tables = append(s.Tables, p.Table)
		}
		s.Sync = s.Sync && p.Sync
		name = p.Of
	}
	return nil
}

// addColumn adds the tables whose copies the column's values are, or are made of.
func (o *origins) addColumn(s *Sources, p *model.ProjectionType, name string) error {
	i := slices.IndexFunc(p.Columns, func(c model.Column) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	c := &p.Columns[i]
	if c.Copy != nil {
		return o.addCopy(s, p, c.Copy)
	}
	if p.Of == "" {
		return nil
	}
	feeder := o.release.Projection(p.Of)
	if feeder == nil {
		return fmt.Errorf("there is no projection %s", p.Of)
	}
	before := len(s.Copied)
	for _, need := range append([]string{c.Expr, p.Where, p.Each}, c.Needs...) {
		root, _, _ := strings.Cut(need, ".")
		if err := o.addColumn(s, feeder, root); err != nil {
			return err
		}
	}
	s.Fed = s.Fed || len(s.Copied) > before
	return nil
}

// addCopy adds a table that keeps a copy, and those whose copies it is a copy of.
func (o *origins) addCopy(s *Sources, p *model.ProjectionType, from *model.Hop) error {
	if !slices.Contains(s.Copied, p.Table) {
		s.Copied = append(s.Copied, p.Table)
	}
	if err := o.addHelpers(s, from.Helpers); err != nil {
		return err
	}
	for _, name := range from.Helpers {
		if err := o.addColumn(s, o.release.Projection(name), from.Column); err != nil {
			return err
		}
	}
	return nil
}
