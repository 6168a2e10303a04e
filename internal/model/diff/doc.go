// Package diff compares two releases: what differs, what each difference takes to get from the
// one to the other, and what a machine cannot know and has to be declared. It is pure.
//
//	a, b *model.IR --Compare--> Diff: changes (move | minor | major), tables to build, refusals
//
// Words: a is the release that accounts run on, b the one that they are to run on. A change is
// one thing that differs. A refusal is what stands in the way of publishing b after a, with the
// lines to add to a file below changes/, one of which mends it. An arrival is what a stored
// event of a is in b after all of b's upcasts.
//
// What holds:
//
//   - Declarations are not believed: an event of a is followed through b's upcasts, and what
//     arrives is compared with what b's event carries.
//   - What only tightens a rule is no refusal: facts are never checked when they are read. It
//     is flagged, because what is stored may not keep to it.
//   - A table that both have, by its fingerprint, is shared and takes nothing.
//   - Places are those of b, or of a for what b does not have.
package diff
