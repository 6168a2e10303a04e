// Package example runs the examples of a model: given what happened, when this is told,
// then that comes of it. They are the tests of a model, written beside what they test.
//
// Words: an alias is a name that an example gives to a stream; it stands for the same id
// all through the example. The world is what happened so far: streams, what guards hold,
// and the rows of the projections.
//
// Invariants: running is pure and decides with the same code as the processes do. Guards
// are held in memory by the rules of the store: a unique key has one owner, what is reserved
// under a limit stays under its maximum. Joined columns are looked up in the helpers' rows,
// as a query does, and so are copies; the rows of chained projections are made when they are
// looked at, of all that feeds them.
package example
