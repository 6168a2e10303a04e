// Package problem holds what can be wrong with a model: one code per kind of problem,
// each with a sentence that says what it means, and the list that a compile ends with.
//
// A Problem names the place (file, line, column), the element of the model, what is wrong
// and, where there is one, the way out. Problems are for the people who write the model;
// nothing decides on their text, only on their code. Codes are stable: they are documented
// in docs/model.md and each has a golden file in the compiler's testdata.
package problem
