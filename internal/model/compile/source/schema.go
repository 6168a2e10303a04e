package source

import "reflect"

// Shaped is a type that has short forms: Shapes lists everything its DecodeNode accepts, as
// zero values of Go types and the shapes of this package.
type Shaped interface {
	Shapes() []any
}

// Schema makes JSON Schema (2020-12) of the Go types that the decoder fills. What a type
// accepts is said once: by its fields and their tags, or by its Shapes.
type Schema struct {
	definitions map[string]any
}

// NewSchema returns a schema without definitions.
func NewSchema() *Schema { return &Schema{definitions: map[string]any{}} }

// Definitions returns the definitions of all types that were asked for, by name.
func (s *Schema) Definitions() map[string]any { return s.definitions }

type object = map[string]any

// Of returns the schema of a value's type.
func (s *Schema) Of(value any) any {
	switch value := value.(type) {
	case NullShape:
		return object{"type": "null"}
	case TextShape:
		return object{"type": "string"}
	case AnyShape:
		return true
	case plainShape:
		return s.fields(reflect.TypeOf(value.of).Elem())
	}
	return s.ofType(reflect.TypeOf(value))
}

func (s *Schema) ofType(t reflect.Type) any {
	switch t {
	case reflect.TypeFor[Word]():
		return object{"type": "string"}
	case reflect.TypeFor[Flag]():
		return object{"type": "boolean"}
	case reflect.TypeFor[Count]():
		return object{"type": "integer"}
	case reflect.TypeFor[Figure]():
		return object{"anyOf": []any{object{"type": "integer", "minimum": 0}, object{"type": "string"}}}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.ofType(t.Elem())
	case reflect.Slice:
		return object{"type": "array", "items": s.ofType(t.Elem())}
	}
	if dict, ok := reflect.New(t).Interface().(interface{ values() reflect.Type }); ok && !isShaped(t) {
		return object{"type": "object", "additionalProperties": s.ofType(dict.values())}
	}
	return s.reference(t)
}

func (m *Dict[T]) values() reflect.Type { return reflect.TypeFor[T]() }

func isShaped(t reflect.Type) bool {
	_, ok := reflect.New(t).Interface().(Shaped)
	return ok
}

// reference defines the struct once, by its name, and refers to it.
func (s *Schema) reference(t reflect.Type) any {
	ref := object{"$ref": "#/$defs/" + t.Name()}
	if _, done := s.definitions[t.Name()]; done {
		return ref
	}
	s.definitions[t.Name()] = true // stands in while the type refers to itself
	s.definitions[t.Name()] = s.define(t)
	return ref
}

func (s *Schema) define(t reflect.Type) any {
	shaped, ok := reflect.New(t).Interface().(Shaped)
	if !ok {
		return s.fields(t)
	}
	var shapes []any
	for _, shape := range shaped.Shapes() {
		shapes = append(shapes, s.Of(shape))
	}
	if len(shapes) == 1 {
		return shapes[0]
	}
	return object{"anyOf": shapes}
}

// fields is an object with the struct's fields and no others. Of fields tagged `one`,
// exactly one is given.
func (s *Schema) fields(t reflect.Type) any {
	properties, required, one := object{}, []any{}, []any{}
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("yaml")
		if name == "" {
			continue
		}
		properties[name] = described(s.ofType(f.Type), f.Tag.Get("doc"))
		if f.Tag.Get("need") != "" {
			required = append(required, name)
		}
		if f.Tag.Get("one") != "" {
			one = append(one, object{"required": []any{name}})
		}
	}
	out := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	if len(one) > 0 {
		out["oneOf"] = one
	}
	return out
}

func described(schema any, doc string) any {
	described := object{"description": doc}
	for key, value := range schema.(object) {
		described[key] = value
	}
	return described
}
