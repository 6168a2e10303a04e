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

// sources are these tables, by their physical names.
type sources struct {
	tables []string // all; with what feeds a table, because that is where its cursor is
	copied []string // those whose rows keep copies that an answer shows
	fed    bool     // some of these copies came with the rows of a feeder, and cannot be joined
	sync   bool     // all tables are written by the appends themselves
}

// of returns the sources of what the projection shows.
func (o *origins) of(p *model.ProjectionType) (sources, error) {
	s := sources{sync: true}
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

func (o *origins) addJoins(s *sources, hops []model.Hop) error {
	for _, hop := range hops {
		for _, helper := range hop.Helpers {
			if err := o.addTable(s, helper); err != nil {
				return err
			}
		}
	}
	return nil
}

// addTable adds a projection's table and those of what feeds it: they share the cursor of
// the first of them.
func (o *origins) addTable(s *sources, name string) error {
	for name != "" {
		p := o.release.Projection(name)
		if p == nil {
			return fmt.Errorf("there is no projection %s", name)
		}
		if !slices.Contains(s.tables, p.Table) {
			s.tables = append(s.tables, p.Table)
		}
		s.sync = s.sync && p.Sync
		name = p.Of
	}
	return nil
}

// addColumn adds the tables whose copies the column's values are, or are made of.
func (o *origins) addColumn(s *sources, p *model.ProjectionType, name string) error {
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
	before := len(s.copied)
	for _, need := range append([]string{c.Expr, p.Where, p.Each}, c.Needs...) {
		root, _, _ := strings.Cut(need, ".")
		if err := o.addColumn(s, feeder, root); err != nil {
			return err
		}
	}
	s.fed = s.fed || len(s.copied) > before
	return nil
}

// addCopy adds a table that keeps a copy, and those whose copies it is a copy of.
func (o *origins) addCopy(s *sources, p *model.ProjectionType, from *model.Hop) error {
	if !slices.Contains(s.copied, p.Table) {
		s.copied = append(s.copied, p.Table)
	}
	for _, name := range from.Helpers {
		if err := o.addTable(s, name); err != nil {
			return err
		}
		if err := o.addColumn(s, o.release.Projection(name), from.Column); err != nil {
			return err
		}
	}
	return nil
}
