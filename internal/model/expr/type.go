package expr

import (
	"cel.dev/cel-go/common/types"
)

// Kind is the kind of a value.
type Kind int

// The kinds. Null is the type of an expression that is always absent; Other is one that
// the language can make inside an expression but no attribute can hold.
const (
	Null Kind = iota
	Text
	Int
	Decimal
	MoneyKind
	Bool
	DateKind
	Timestamp
	List
	Object
	CustomKind
	Other
)

var kindNames = [...]string{"null", "text", "int", "decimal", "money", "bool", "date", "timestamp", "list", "value", "custom", "other"}

// String returns the kind's name in the model language.
func (k Kind) String() string { return kindNames[k] }

// Type is what a value can be.
type Type struct {
	Kind  Kind
	Enum  []string // text: the only values it takes; nil for any
	Shape *Shape   // list: of a row; value: of itself
}

// String returns the type's name for messages.
func (t Type) String() string {
	switch {
	case t.Kind == List && t.Shape != nil:
		return "list of " + t.Shape.name
	case t.Kind == Object && t.Shape != nil:
		return t.Shape.name
	case t.Enum != nil:
		return "enum"
	}
	return t.Kind.String()
}

// AssignableTo reports whether a value of the type can be kept in one of type to. An int
// can be kept as a decimal.
func (t Type) AssignableTo(to Type) bool {
	switch {
	case t.Kind == Null:
		return true
	case t.Kind == Int && to.Kind == Decimal:
		return true
	case t.Kind != to.Kind:
		return false
	case t.Kind == List || t.Kind == Object:
		return t.Shape == to.Shape
	}
	return true
}

// Convert returns the value in the form that the kind keeps it: an int as a decimal.
func Convert(value any, to Kind) any {
	if n, ok := value.(int64); ok && to == Decimal {
		return decimalOf(n)
	}
	return value
}

//nolint:gochecknoglobals // constants that Go has no word for
var (
	decimalType = types.NewOpaqueType("decimal")
	moneyType   = types.NewOpaqueType("money")
	dateType    = types.NewOpaqueType("date")
	customType  = types.NewOpaqueType("custom")

	// Scalars of CEL cannot be null, their wrappers can, and are interchangeable otherwise.
	nullableText = types.NewNullableType(types.StringType)
	nullableInt  = types.NewNullableType(types.IntType)
	nullableBool = types.NewNullableType(types.BoolType)
)

// cel returns CEL's type of the values of t, each of which may be null.
func (t Type) cel() *types.Type {
	switch t.Kind {
	case Text:
		return nullableText
	case Int:
		return nullableInt
	case Decimal:
		return decimalType
	case MoneyKind:
		return moneyType
	case Bool:
		return nullableBool
	case DateKind:
		return dateType
	case Timestamp:
		return types.TimestampType
	case CustomKind:
		return customType
	case List:
		return types.NewListType(t.Shape.cel)
	case Object:
		return t.Shape.cel
	case Null:
		return types.NullType
	}
	return types.DynType
}

// typeOf is the inverse of Type.cel.
func (l *Language) typeOf(t *types.Type) Type {
	switch t.Kind() {
	case types.StringKind:
		return Type{Kind: Text}
	case types.IntKind:
		return Type{Kind: Int}
	case types.BoolKind:
		return Type{Kind: Bool}
	case types.TimestampKind:
		return Type{Kind: Timestamp}
	case types.NullTypeKind:
		return Type{Kind: Null}
	case types.StructKind:
		return l.objectType(Object, t)
	case types.ListKind:
		return l.objectType(List, t.Parameters()[0])
	}
	switch t.TypeName() {
	case decimalType.TypeName():
		return Type{Kind: Decimal}
	case moneyType.TypeName():
		return Type{Kind: MoneyKind}
	case dateType.TypeName():
		return Type{Kind: DateKind}
	case customType.TypeName():
		return Type{Kind: CustomKind}
	}
	return Type{Kind: Other}
}

func (l *Language) objectType(kind Kind, t *types.Type) Type {
	if shape := l.shape(t.TypeName()); shape != nil {
		return Type{Kind: kind, Shape: shape}
	}
	return Type{Kind: Other}
}
