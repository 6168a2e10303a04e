package expr

import (
	"reflect"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

type lister = traits.Lister

var _ lister = Rows(nil)

// Add implements traits.Adder: the rows of both.
func (r Rows) Add(other ref.Val) ref.Val {
	o, ok := other.(lister)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	more := rowsFromCEL(o)
	return append(r[:len(r):len(r)], more...)
}

// Contains implements traits.Container.
func (r Rows) Contains(value ref.Val) ref.Val {
	for _, row := range r {
		if row.Equal(value) == types.True {
			return types.True
		}
	}
	return types.False
}

// Get implements traits.Indexer.
func (r Rows) Get(index ref.Val) ref.Val {
	i, ok := index.(types.Int)
	if !ok || i < 0 || int(i) >= len(r) {
		return types.NewErr("there is no row %v", index.Value())
	}
	return r[i]
}

// Size implements traits.Sizer.
func (r Rows) Size() ref.Val { return types.Int(len(r)) }

// Iterator implements traits.Iterable.
func (r Rows) Iterator() traits.Iterator { return &rowIterator{rows: r} }

// ConvertToNative implements ref.Val.
func (r Rows) ConvertToNative(want reflect.Type) (any, error) { return native(r, want) }

// ConvertToType implements ref.Val.
func (r Rows) ConvertToType(want ref.Type) ref.Val { return convert(r, want, "list") }

// Equal implements ref.Val.
func (r Rows) Equal(other ref.Val) ref.Val {
	o, ok := other.(Rows)
	return types.Bool(ok && equalLists(r, o))
}

// Type implements ref.Val.
func (r Rows) Type() ref.Type { return types.ListType }

// Value implements ref.Val.
func (r Rows) Value() any { return r }

// rowsFromCEL returns the rows of a list that CEL made, nil when it holds something else.
func rowsFromCEL(list lister) Rows {
	if rows, ok := list.(Rows); ok {
		return rows
	}
	n, _ := list.Size().(types.Int)
	rows := make(Rows, 0, n)
	for it := list.Iterator(); it.HasNext() == types.True; {
		row, ok := it.Next().(*Row)
		if !ok {
			return nil
		}
		rows = append(rows, row)
	}
	return rows
}

type rowIterator struct {
	types.Null // the parts of ref.Val that nobody asks an iterator for
	rows       Rows
}

// HasNext implements traits.Iterator.
func (it *rowIterator) HasNext() ref.Val { return types.Bool(len(it.rows) > 0) }

// Next implements traits.Iterator.
func (it *rowIterator) Next() ref.Val {
	row := it.rows[0]
	it.rows = it.rows[1:]
	return row
}
