package source

// What a short form accepts, for the JSON Schema: the zero value of a Go type stands for
// that type's schema, and these for the rest.
type (
	nullShape  struct{}
	textShape  struct{}
	anyShape   struct{}
	plainShape struct{ of any }
)

// Shapes of nodes that are no type of their own.
var (
	NullShape = nullShape{} // nothing
	TextShape = textShape{} // a text
	AnyShape  = anyShape{}  // anything
)

// PlainShape is the struct read field by field, whatever DecodeNode it has.
func PlainShape(of any) any { return plainShape{of} }
