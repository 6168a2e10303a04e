package model

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model/expr"
)

// Derive returns the rows of a chained projection, not a grouped one, that follow from a row
// of its feeder: one, one for each element of the list in its order, or none when the
// feeder's row is nil or does not count. It is pure. Of two elements with the same key the
// last one stands, in the place of the first. Columns that are copies are nil.
func (p *ProjectionType) Derive(feeder *Row) ([]*Row, error) {
	if !p.chain.counts(feeder) {
		return nil, nil
	}
	view := &feederView{of: p.chain.feeder, key: p.chain.key, row: feeder, memo: map[string]any{}}
	if p.chain.each == nil {
		row, err := p.derive(feeder.Key, view)
		return []*Row{row}, err
	}
	list, err := view.Lookup(p.Each)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	elements, _ := list.(expr.Rows)
	rows := make([]*Row, 0, len(elements))
	places := make(map[uuid.UUID]int, len(elements))
	for _, element := range elements {
		view.element = element
		row, err := p.derive(p.chain.elementKey(feeder.Key, element), view)
		if err != nil {
			return nil, err
		}
		if place, twice := places[row.Key]; twice {
			rows[place] = row
			continue
		}
		places[row.Key], rows = len(rows), append(rows, row)
	}
	return rows, nil
}

func (c *chain) elementKey(feeder uuid.UUID, element *expr.Row) uuid.UUID {
	return uuid.NewSHA1(feeder, []byte(keyText(element.Values[c.each.kind.key])))
}

func (p *ProjectionType) derive(key uuid.UUID, view *feederView) (*Row, error) {
	row := &Row{Key: key, Values: p.blank()}
	return row, p.fill(row.Values, view, nil)
}
