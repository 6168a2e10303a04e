package model

import (
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
)

// The folds of a grouped projection.
const (
	foldCount = "count"
	foldSum   = "sum"
	foldMin   = "min"
	foldMax   = "max"
)

// folding is a column of a group that is folded from a column of its members.
type folding struct{ shown }

func (f *folding) extreme() bool { return f.Fold == foldMin || f.Fold == foldMax }

// group makes ready what rows of the feeder are grouped with.
func (p *ProjectionType) group() error {
	if p.chain.each != nil {
		return located(p.Origin, errors.New("it is grouped and of the elements of a list: put a projection between"))
	}
	for i := range p.Columns {
		c := p.stored[p.Columns[i].Name]
		if c == nil {
			continue
		}
		if err := p.addToGroup(c); err != nil {
			return located(c.Origin, fmt.Errorf("%s: %w", c.Name, err))
		}
	}
	return nil
}

func (p *ProjectionType) addToGroup(c *column) error {
	of := p.chain.feeder.stored[c.Expr]
	if of == nil && (c.Expr != "" || c.Fold != foldCount) {
		return fmt.Errorf("%s has no column %q", p.chain.feeder.Name, c.Expr)
	}
	if c.Fold == "" {
		p.chain.groups = append(p.chain.groups, shown{c, of})
		if of.kind.Kind == List || of.kind.Kind == Object || of.kind.Kind != c.kind.Kind {
			return fmt.Errorf("a group cannot be told apart by %s, which is %s", c.Expr, of.kind.Kind)
		}
		return nil
	}
	p.chain.folds = append(p.chain.folds, &folding{shown{c, of}})
	if !foldable(c, of) {
		return fmt.Errorf("there is no %s of %s that is %s", c.Fold, c.Expr, c.kind.Kind)
	}
	return nil
}

// foldable reports whether the column can hold what it is folded of. The least of amounts
// in several currencies would be none, so money has none.
func foldable(c, of *column) bool {
	switch c.Fold {
	case foldCount:
		return c.kind.Kind == Int
	case foldSum:
		return slices.Contains([]Kind{Int, Decimal, Money}, of.kind.Kind) && of.kind.as.AssignableTo(c.kind.as)
	case foldMin, foldMax:
		return slices.Contains([]Kind{Int, Decimal, Text, Date, Timestamp}, of.kind.Kind) && of.kind.Kind == c.kind.Kind
	}
	return false
}

// groupSpace is the name space of the keys of groups.
var groupSpace = uuid.MustParse("5d0c1f2e-6b3a-5c8e-9f10-2d4b7a6c8e01")

// Member returns the key of the group that a row of the feeder counts in; false when the
// row is nil or does not count.
func (p *ProjectionType) Member(feeder *Row) (uuid.UUID, bool) {
	if !p.chain.counts(feeder) {
		return uuid.UUID{}, false
	}
	text := []byte{'['}
	for i, c := range p.chain.groups {
		if i > 0 {
			text = append(text, ',')
		}
		// Groups are told apart by scalars, and to load those cannot fail.
		value, _ := c.of.read(feeder.Values)
		text = appendValue(text, value)
	}
	return uuid.NewSHA1(groupSpace, append(text, ']')), true
}
