// Package compile turns the YAML of a model into the IR that the processes run.
//
//	files ─source→ nodes ─syntax→ Go structs ─declare, resolve, read→ IR ─Canonical→ bytes, digest
//
// Words: a type is what one file describes, a stream type or a value object; a problem is
// one thing that is wrong, with its place; a helper is a projection that the compiler makes
// for joins; a feeder is the projection whose rows another follows from; a copy is a column
// that keeps what a reference leads to, over several references by way of copies in helpers.
//
// Invariants:
//   - Compile is total: any files give a result or a list of all problems, never a panic.
//   - The result depends on the files alone. Names in origins are relative to the model, so
//     the same model has the same digest wherever it was read from.
//   - What passes here, Load accepts: both check expressions with model.Scopes.
//   - A projection's fingerprint stands for the content of its table: the stored columns,
//     the computes and the attributes of events that they come down to, and the states when
//     the status is among them; of a copy the column that it is of; of a chained projection all
//     that its feeder depends on. What is joined at query time is not content: a helper has a
//     fingerprint of its own, and a projection that joins it keeps its own when it changes.
//     Labels, help, origins and indexes are not content either; but the keys of decimals and
//     amounts that indexes are on are columns of the table, and of what shares it.
package compile
