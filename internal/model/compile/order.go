package compile

import (
	"slices"
)

// orderNumbers has tables keep a key beside each decimal and amount that an index is for. The
// index is on the key: below row-level security PostgreSQL compares no numeric by an index.
// Projections that share a table have the keys of all of them.
func (c *compiler) orderNumbers() {
	wanted := map[[2]string][]string{}
	for _, p := range c.ordered {
		at := [2]string{p.ir.From, p.ir.Fingerprint}
		wanted[at] = append(wanted[at], p.indexedNumbers()...)
	}
	for _, p := range c.ordered {
		for i := range p.ir.Columns {
			column := &p.ir.Columns[i]
			column.Ordered = slices.Contains(wanted[[2]string{p.ir.From, p.ir.Fingerprint}], column.Name)
		}
	}
	names := make([]string, len(c.ordered))
	for i, p := range c.ordered {
		names[i] = p.withKeys()
	}
	for i, p := range c.ordered {
		p.ir.Fingerprint = names[i]
	}
}

func (p *projection) indexedNumbers() (names []string) {
	for _, index := range p.ir.Indexes {
		for _, name := range index.Columns {
			if column := p.column(name); column != nil && column.Type.Kind.Numeric() {
				names = append(names, name)
			}
		}
	}
	return names
}

// keyed is what stands for a table with keys: a table without is what it was before there were any.
type keyed struct {
	Content string   // fingerprint
	Of      string   `json:",omitempty"` // that of the feeder, when there are keys in its table or before it
	Keys    []string // the numbers that have one, by name
}

// withKeys returns the fingerprint of the projection's table. Those of its content, and of what
// feeds it, stand in the IR.
func (p *projection) withKeys() string {
	all := keyed{Content: p.ir.Fingerprint}
	for i := range p.ir.Columns {
		if column := &p.ir.Columns[i]; column.Ordered {
			all.Keys = append(all.Keys, column.Name)
		}
	}
	slices.Sort(all.Keys)
	if p.feeder != nil {
		if of := p.feeder.withKeys(); of != p.feeder.ir.Fingerprint {
			all.Of = of
		}
	}
	if len(all.Keys) == 0 && all.Of == "" {
		return all.Content
	}
	return shortSum(all)
}
