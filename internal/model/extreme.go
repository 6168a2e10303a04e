package model

import (
	"cmp"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model/expr"
)

// Extreme is a min or max column whose member has gone: only a look at the members that
// are left tells the new value.
type Extreme struct {
	Column string
	Of     string // column of the feeder
	Max    bool   // the largest is wanted, else the smallest
}

// widen takes a new member's value for the extreme when it is at least as far out. While
// the extreme's own member has gone, its value still bounds those that are left.
func (g *Group) widen(f *folding, value any) {
	form := storedForm(value)
	order := compare(form, g.values[f.Name])
	if g.values[f.Name] == nil && !g.stale[f.Name] || f.Fold == foldMin && order <= 0 || f.Fold == foldMax && order >= 0 {
		g.values[f.Name] = form
		delete(g.stale, f.Name)
	}
}

// forgetExtremes is for a group that has lost its last member.
func (g *Group) forgetExtremes() {
	clear(g.stale)
	for _, f := range g.of.chain.folds {
		if f.extreme() {
			g.values[f.Name] = nil
		}
	}
}

// Stale returns the columns whose value has to be looked up among the members and Set
// before Row, in the order of the columns; none for a group without members.
func (g *Group) Stale() []Extreme {
	var stale []Extreme
	for _, f := range g.of.chain.folds {
		if g.rows > 0 && g.stale[f.Name] {
			stale = append(stale, Extreme{Column: f.Name, Of: f.of.Name, Max: f.Fold == foldMax})
		}
	}
	return stale
}

// Set gives a stale column the value that was looked up, nil when no member has one.
func (g *Group) Set(column string, value any) {
	g.values[column] = storedForm(normal(value))
	delete(g.stale, column)
}

// storedForm is the form of a value that extremes keep, which are of scalar kinds.
func storedForm(value any) any {
	if d, ok := value.(expr.Date); ok {
		return d.Time()
	}
	return value
}

// compare orders two values of the same kind as PostgreSQL does; nil is less than any.
func compare(a, b any) int {
	switch x := a.(type) {
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
	case string:
		if y, ok := b.(string); ok {
			return strings.Compare(x, y)
		}
	case decimal.Decimal:
		if y, ok := b.(decimal.Decimal); ok {
			return x.Cmp(y)
		}
	case time.Time:
		if y, ok := b.(time.Time); ok {
			return x.Compare(y)
		}
	}
	if a == b {
		return 0
	}
	if a == nil {
		return -1
	}
	return 1
}
