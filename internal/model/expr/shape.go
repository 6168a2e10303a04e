package expr

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Field is a named part of a row or value object.
type Field struct {
	Name string
	Type Type
}

// Shape is the fields of a row or value object, in order.
type Shape struct {
	name   string
	fields []Field
	index  map[string]int
	celled []*types.FieldType
	cel    *types.Type
}

// Fields is a value with fields: a *Row, or what a caller computes on demand.
type Fields interface {
	// Field returns the value of field number i of the shape, nil when it is absent.
	Field(i int) (any, error)
}

// Shape returns the shape with these fields. Shapes with the same fields are one shape, so
// that rows declared alike in two places are of one type; name is for messages.
func (l *Language) Shape(name string, fields []Field) *Shape {
	signature := signatureOf(fields)
	l.mu.Lock()
	defer l.mu.Unlock()
	if shape, ok := l.bySignature[signature]; ok {
		return shape
	}
	for n := 2; l.byName[name] != nil; n++ {
		name = fmt.Sprintf("%s_%d", strings.TrimRight(name, "_0123456789"), n)
	}
	shape := newShape(name, fields)
	l.bySignature[signature], l.byName[name] = shape, shape
	return shape
}

func (l *Language) shape(name string) *Shape {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.byName[name]
}

func newShape(name string, fields []Field) *Shape {
	s := &Shape{name: name, fields: fields, index: make(map[string]int, len(fields)), cel: types.NewObjectType(name)}
	s.celled = make([]*types.FieldType, len(fields))
	for i, f := range fields {
		s.index[f.Name] = i
		s.celled[i] = &types.FieldType{Type: f.Type.cel(), IsSet: fieldSet(i), GetFrom: fieldGet(i)}
	}
	return s
}

func fieldGet(i int) ref.FieldGetter {
	return func(object any) (any, error) {
		if fields, ok := object.(Fields); ok {
			return fields.Field(i)
		}
		return nil, nil // the fields of what is absent are absent
	}
}

func fieldSet(i int) ref.FieldTester {
	get := fieldGet(i)
	return func(object any) bool {
		value, err := get(object)
		return err == nil && value != nil
	}
}

func signatureOf(fields []Field) string {
	var b strings.Builder
	for _, f := range fields {
		fmt.Fprintf(&b, "%s %d", f.Name, f.Type.Kind)
		if f.Type.Shape != nil {
			b.WriteString(" " + f.Type.Shape.name)
		}
		if f.Type.Enum != nil {
			fmt.Fprintf(&b, " %q", f.Type.Enum)
		}
		b.WriteByte(';')
	}
	return b.String()
}

// Name returns the shape's name for messages.
func (s *Shape) Name() string { return s.name }

// Fields returns the fields in order; callers do not change them.
func (s *Shape) Fields() []Field { return s.fields }

// Index returns the number of the named field, -1 if there is none.
func (s *Shape) Index(name string) int {
	if i, ok := s.index[name]; ok {
		return i
	}
	return -1
}

// IndexBytes is Index for a name that is not a string yet.
func (s *Shape) IndexBytes(name []byte) int {
	if i, ok := s.index[string(name)]; ok {
		return i
	}
	return -1
}

// Row is a row of a list or a value object: a value per field of its shape.
type Row struct {
	Shape  *Shape
	Values []any
}

// Rows is the value of a list.
type Rows []*Row

// NewRow returns a row of the shape with all fields absent.
func NewRow(shape *Shape) *Row { return &Row{shape, make([]any, len(shape.fields))} }

// Field returns the value of field number i.
func (r *Row) Field(i int) (any, error) {
	if r == nil {
		return nil, nil
	}
	return r.Values[i], nil
}

// Get returns the value of the named field, nil when it is absent or unknown.
func (r *Row) Get(name string) any {
	if i := r.Shape.Index(name); i >= 0 {
		return r.Values[i]
	}
	return nil
}
