package source

// NullShape is nothing at all, as what a short form accepts.
type NullShape struct{}

// TextShape is a text, as what a short form accepts.
type TextShape struct{}

// AnyShape is anything, as what a short form accepts.
type AnyShape struct{}

type plainShape struct{ of any }

// PlainShape is the struct read field by field, whatever DecodeNode it has.
func PlainShape(of any) any { return plainShape{of} }
