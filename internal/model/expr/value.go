package expr

import (
	"fmt"
	"reflect"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/shopspring/decimal"
)

// The values that CEL does not have itself, as it wants to see them.
type (
	decimalValue struct{ decimal.Decimal }
	moneyValue   struct{ Money }
	dateValue    struct{ Date }
	customValue  struct{ Custom }
)

// Custom are values of an account's own, as their canonical JSON. An expression sees whether
// there are any; it cannot read one, because no model declares which there are.
type Custom string

func decimalOf(n int64) decimal.Decimal { return decimal.NewFromInt(n) }

// ConvertToNative implements ref.Val.
func (v decimalValue) ConvertToNative(want reflect.Type) (any, error) { return native(v, want) }

// ConvertToType implements ref.Val.
func (v decimalValue) ConvertToType(want ref.Type) ref.Val { return convert(v, want, v.String()) }

// Equal implements ref.Val.
func (v decimalValue) Equal(other ref.Val) ref.Val {
	o, ok := other.(decimalValue)
	return types.Bool(ok && v.Decimal.Equal(o.Decimal))
}

// Type implements ref.Val.
func (v decimalValue) Type() ref.Type { return decimalType }

// Value implements ref.Val.
func (v decimalValue) Value() any { return v.Decimal }

// ConvertToNative implements ref.Val.
func (v moneyValue) ConvertToNative(want reflect.Type) (any, error) { return native(v, want) }

// ConvertToType implements ref.Val.
func (v moneyValue) ConvertToType(want ref.Type) ref.Val { return convert(v, want, v.String()) }

// Equal implements ref.Val.
func (v moneyValue) Equal(other ref.Val) ref.Val {
	o, ok := other.(moneyValue)
	return types.Bool(ok && v.Money.Equal(o.Money))
}

// Type implements ref.Val.
func (v moneyValue) Type() ref.Type { return moneyType }

// Value implements ref.Val.
func (v moneyValue) Value() any { return v.Money }

// ConvertToNative implements ref.Val.
func (v dateValue) ConvertToNative(want reflect.Type) (any, error) { return native(v, want) }

// ConvertToType implements ref.Val.
func (v dateValue) ConvertToType(want ref.Type) ref.Val { return convert(v, want, v.String()) }

// Equal implements ref.Val.
func (v dateValue) Equal(other ref.Val) ref.Val {
	o, ok := other.(dateValue)
	return types.Bool(ok && v.Date == o.Date)
}

// Type implements ref.Val.
func (v dateValue) Type() ref.Type { return dateType }

// Value implements ref.Val.
func (v dateValue) Value() any { return v.Date }

// ConvertToNative implements ref.Val.
func (v customValue) ConvertToNative(want reflect.Type) (any, error) { return native(v, want) }

// ConvertToType implements ref.Val.
func (v customValue) ConvertToType(want ref.Type) ref.Val { return convert(v, want, string(v.Custom)) }

// Equal implements ref.Val.
func (v customValue) Equal(other ref.Val) ref.Val {
	o, ok := other.(customValue)
	return types.Bool(ok && v.Custom == o.Custom)
}

// Type implements ref.Val.
func (v customValue) Type() ref.Type { return customType }

// Value implements ref.Val.
func (v customValue) Value() any { return v.Custom }

func native(v ref.Val, want reflect.Type) (any, error) {
	if value := reflect.ValueOf(v.Value()); value.Type().AssignableTo(want) {
		return v.Value(), nil
	}
	return nil, fmt.Errorf("%s cannot become %s", v.Type().TypeName(), want)
}

func convert(v ref.Val, want ref.Type, text string) ref.Val {
	switch want {
	case v.Type():
		return v
	case types.StringType:
		return types.String(text)
	}
	return types.NewErr("%s cannot become %s", v.Type().TypeName(), want.TypeName())
}

// ConvertToNative implements ref.Val.
func (r *Row) ConvertToNative(want reflect.Type) (any, error) { return native(r, want) }

// ConvertToType implements ref.Val.
func (r *Row) ConvertToType(want ref.Type) ref.Val { return convert(r, want, r.Shape.name) }

// Equal implements ref.Val: rows are equal when all their fields are.
func (r *Row) Equal(other ref.Val) ref.Val {
	o, ok := other.(*Row)
	return types.Bool(ok && EqualValues(r, o))
}

// Type implements ref.Val.
func (r *Row) Type() ref.Type { return r.Shape.cel }

// Value implements ref.Val.
func (r *Row) Value() any { return r }

// EqualValues reports whether two values, each nil or of a kind's Go type, are equal.
func EqualValues(a, b any) bool {
	switch x := a.(type) {
	case decimal.Decimal:
		y, ok := b.(decimal.Decimal)
		return ok && x.Equal(y)
	case Money:
		y, ok := b.(Money)
		return ok && x.Currency == y.Currency && x.Amount.Equal(y.Amount)
	case time.Time:
		y, ok := b.(time.Time)
		return ok && x.Equal(y)
	case *Row:
		y, ok := b.(*Row)
		return ok && equalRows(x, y)
	case Rows:
		y, ok := b.(Rows)
		return ok && equalLists(x, y)
	}
	return a == b
}

func equalRows(a, b *Row) bool {
	if a == nil || b == nil || a.Shape != b.Shape {
		return a == b
	}
	for i, value := range a.Values {
		if !EqualValues(value, b.Values[i]) {
			return false
		}
	}
	return true
}

func equalLists(a, b Rows) bool {
	if len(a) != len(b) {
		return false
	}
	for i, row := range a {
		if !equalRows(row, b[i]) {
			return false
		}
	}
	return true
}

// toCEL and fromCEL translate between our values and CEL's.
func toCEL(value any) ref.Val {
	switch v := value.(type) {
	case nil:
		return types.NullValue
	case ref.Val:
		return v
	case string:
		return types.String(v)
	case int64:
		return types.Int(v)
	case bool:
		return types.Bool(v)
	case decimal.Decimal:
		return decimalValue{v}
	case Money:
		return moneyValue{v}
	case Date:
		return dateValue{v}
	case Custom:
		return customValue{v}
	case time.Time:
		return types.Timestamp{Time: v}
	case Fields:
		return object{v}
	}
	return types.DefaultTypeAdapter.NativeToValue(value)
}

func fromCEL(value ref.Val) any {
	switch v := value.(type) {
	case types.Null:
		return nil
	case types.String:
		return string(v)
	case types.Int:
		return int64(v)
	case types.Bool:
		return bool(v)
	case types.Timestamp:
		return v.Time.UTC()
	case lister:
		return rowsFromCEL(v)
	}
	return value.Value()
}

// adapter implements types.Adapter.
type adapter struct{}

// NativeToValue implements types.Adapter.
func (adapter) NativeToValue(value any) ref.Val { return toCEL(value) }

// object is a Fields that is not a row, such as the state of a stream.
type object struct{ Fields }

// ConvertToNative implements ref.Val.
func (o object) ConvertToNative(want reflect.Type) (any, error) { return native(o, want) }

// ConvertToType implements ref.Val.
func (o object) ConvertToType(want ref.Type) ref.Val { return convert(o, want, "") }

// Equal implements ref.Val.
func (o object) Equal(other ref.Val) ref.Val {
	x, ok := other.(object)
	return types.Bool(ok && o == x)
}

// Type implements ref.Val.
func (o object) Type() ref.Type { return types.DynType }

// Value implements ref.Val.
func (o object) Value() any { return o.Fields }
