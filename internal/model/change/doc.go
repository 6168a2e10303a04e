// Package change is the language of changes: what a release changes about events that are
// stored already, in the seventeen operations of Overeem, Spoor and Jansen.
//
//	changes/2.0.yaml ─ReadSet→ Set ─┐
//	     changes of an IR ─stored───┤
//	                                └─Solve→ schemas, newest first → model.Upcast, versions of events
//	     two IRs ──Onto→ one of them as a release that reads all of the other, there or back
//	     a history ──Rewrite→ what four operations make of it, which no event can be read by alone
//
// Words: a set is what one release changes; a schema is the streams and events of one moment
// with their attributes; before and after are the schemas around a set; an outcome is what an
// event of before becomes. A set happens at once: its operations name streams, events and
// attributes as they were called before, and what is new as it is called after.
//
// Invariants:
//   - Only the current model and the sets are needed. Each operation knows how to undo itself
//     on a schema, so the schema of every moment follows, walking back from the current one;
//     what the current model cannot know, such as the type of an attribute that is gone, the
//     operation declares.
//   - The version of an event is one more than the number of sets that touched it. The count
//     goes on when an event is renamed, and when a name is used again: no two shapes that were
//     ever stored have the same stream type, name and version.
//   - A set and the one that reverts it cancel out: what was stored before the first is read
//     after the second as it is.
//   - What Solve makes depends on the model and the sets alone.
package change
