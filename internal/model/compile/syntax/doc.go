// Package syntax holds the model language as Go structs: what a file may say, before
// anything is looked up or checked.
//
// The structs are the single description of the language. Package source fills them from
// YAML, the JSON Schema for editors is generated from them, and their doc tags are the text
// that an editor shows. A short form is a DecodeNode method, with the shape it accepts in
// the method Shapes beside it.
package syntax
