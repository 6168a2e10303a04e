package sales

import (
	"slices"

	"github.com/polderhq/polder/internal/model"
)

// Format1 is the last change for Release: as models were compiled before numbers had keys. Tables
// that would have keys, and those that are fed, have other names.
func Format1(ir *model.IR) {
	ir.Format = 1
	for i := range ir.Projections {
		if p := &ir.Projections[i]; p.Of != "" || slices.ContainsFunc(p.Columns, indexedNumber(p)) {
			p.Fingerprint = "f1" + p.Fingerprint[2:]
		}
	}
}

// orderNumbers gives indexed numbers a key, as the compiler does.
func orderNumbers(ir *model.IR) {
	for i := range ir.Projections {
		p := &ir.Projections[i]
		indexed := indexedNumber(p)
		for j := range p.Columns {
			p.Columns[j].Ordered = indexed(p.Columns[j])
		}
	}
}

func indexedNumber(p *model.Projection) func(model.Column) bool {
	return func(c model.Column) bool {
		return c.Type.Kind.Numeric() && slices.ContainsFunc(p.Indexes, func(x model.Index) bool { return slices.Contains(x.Columns, c.Name) })
	}
}
