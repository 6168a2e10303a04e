package model

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model/expr"
)

// Group is a row of a grouped projection at work: rows of the feeder come and go. What it
// amounts to follows from its members alone, in whatever order they came. It is for one
// goroutine.
type Group struct {
	of     *ProjectionType
	key    uuid.UUID
	rows   int64
	values map[string]any              // of all columns but the sums
	sums   map[string]map[string]total // by column, then by currency: "" for what is no money
	stale  map[string]bool             // extremes whose member has gone
}

// total is what members of a group with a value amount to.
type total struct {
	Count int64           `json:"n"`
	Sum   decimal.Decimal `json:"sum"`
}

// storedGroup is the JSON of Row.Hidden of a group.
type storedGroup struct {
	Rows int64                       `json:"rows"`
	Sums map[string]map[string]total `json:"sums,omitempty"`
}

// OpenGroup returns the group of that key with the row it has; without members when row is nil.
func (p *ProjectionType) OpenGroup(key uuid.UUID, row *Row) (*Group, error) {
	g := &Group{of: p, key: key, sums: map[string]map[string]total{}, stale: map[string]bool{}}
	if row == nil {
		g.values = make(map[string]any, 2*len(p.stored))
		return g, nil
	}
	var stored storedGroup
	if err := json.Unmarshal(row.Hidden, &stored); err != nil {
		return nil, fmt.Errorf("row %s of %s: hidden values: %w", key, p.Name, err)
	}
	g.rows, g.values = stored.Rows, maps.Clone(row.Values)
	for name, value := range g.values {
		g.values[name] = normal(value)
	}
	if stored.Sums != nil {
		g.sums = stored.Sums
	}
	return g, nil
}

// Add counts a row of the feeder in, which Member says is of this group.
func (g *Group) Add(feeder *Row) error {
	if g.rows++; g.rows == 1 {
		for _, c := range g.of.chain.groups {
			value, err := c.of.read(feeder.Values)
			if err != nil {
				return fmt.Errorf("%s.%s: %w", g.of.Name, c.Name, err)
			}
			c.store(g.values, normal(value))
		}
	}
	return g.change(feeder, 1)
}

// Remove takes out a row of the feeder that was added as it is here.
func (g *Group) Remove(feeder *Row) error {
	if g.rows == 0 {
		return fmt.Errorf("row %s of %s: there is no row to take out", g.key, g.of.Name)
	}
	g.rows--
	if err := g.change(feeder, -1); err != nil || g.rows > 0 {
		return err
	}
	g.forgetExtremes()
	return nil
}

func (g *Group) change(feeder *Row, by int64) error {
	for _, f := range g.of.chain.folds {
		if f.of == nil {
			continue
		}
		value, err := f.of.read(feeder.Values)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", g.of.Name, f.Name, err)
		}
		if value != nil {
			g.fold(f, normal(value), by)
		}
	}
	return nil
}

func (g *Group) fold(f *folding, value any, by int64) {
	switch {
	case f.Fold == foldCount:
		counted, _ := g.values[f.Name].(int64)
		g.values[f.Name] = counted + by
	case f.Fold == foldSum:
		g.sum(f.Name, value, by)
	case by > 0:
		g.widen(f, value)
	case compare(storedForm(value), g.values[f.Name]) == 0:
		g.stale[f.Name] = true
	}
}

func (g *Group) sum(column string, value any, by int64) {
	currency, amount := "", decimal.Decimal{}
	switch v := value.(type) {
	case int64:
		amount = decimal.NewFromInt(v)
	case decimal.Decimal:
		amount = v
	case expr.Money:
		amount, currency = v.Amount, v.Currency
	}
	sums := g.sums[column]
	if sums == nil {
		sums = map[string]total{}
		g.sums[column] = sums
	}
	t := sums[currency]
	t.Count += by
	t.Sum = t.Sum.Add(amount.Mul(decimal.NewFromInt(by)))
	sums[currency] = t
	if t.Count == 0 {
		delete(sums, currency)
	}
}

// Row returns what the group amounts to, nil when it has no members.
func (g *Group) Row() *Row {
	if g.rows == 0 {
		return nil
	}
	row := &Row{Key: g.key, Values: make(map[string]any, 2*len(g.of.stored))}
	stored := storedGroup{Rows: g.rows, Sums: map[string]map[string]total{}}
	for _, c := range g.of.chain.groups {
		c.keep(row.Values, g.values)
	}
	for _, f := range g.of.chain.folds {
		switch {
		case f.of == nil:
			row.Values[f.Name] = g.rows
		case f.Fold == foldCount:
			counted, _ := g.values[f.Name].(int64)
			row.Values[f.Name] = counted
		case f.extreme():
			f.keep(row.Values, g.values)
		default:
			f.store(row.Values, f.total(g.sums[f.Name]))
			if len(g.sums[f.Name]) > 0 {
				stored.Sums[f.Name] = g.sums[f.Name]
			}
		}
	}
	// Marshalling sorts the keys, and a decimal is written in its shortest form.
	row.Hidden, _ = json.Marshal(stored)
	return row
}

func (c *column) keep(to, from map[string]any) {
	to[c.Name] = from[c.Name]
	if c.kind.Kind == Money {
		to[c.Name+currencySuffix] = from[c.Name+currencySuffix]
	}
}

// total returns the sum, nil when no member has a value or the currencies differ.
func (f *folding) total(sums map[string]total) any {
	if len(sums) != 1 {
		return nil
	}
	for currency, t := range sums {
		switch {
		case f.kind.Kind == Money:
			return normal(expr.Money{Amount: t.Sum, Currency: currency})
		case f.kind.Kind == Decimal:
			return normal(t.Sum)
		case t.Sum.BigInt().IsInt64():
			return t.Sum.IntPart()
		}
	}
	return nil // too large for an int
}

// normal returns the value in one form for all that are equal: 7.5 and 7.500 are one number.
func normal(value any) any {
	switch v := value.(type) {
	case decimal.Decimal:
		return decimal.RequireFromString(expr.FormatDecimal(v))
	case expr.Money:
		v.Amount = decimal.RequireFromString(expr.FormatDecimal(v.Amount))
		return v
	case time.Time:
		return v.UTC()
	}
	return value
}
