// Package archive takes cold streams out of what builds read, and back.
//
// A stream is cold when nothing has happened to it for long. What its events come to for any
// projection (model.Archived) is kept beside them, under a fingerprint of all that it depends
// on. A build of a release with the same fingerprint begins with that, and reads of the stream
// only what came after it; any other build reads the events.
//
// What holds:
//
//   - Events are not moved, changed or deleted. Without its archived states an account is what it was.
//   - A state stands for all events of its stream up to a revision, and is stored only when every one of
//     them can be read by the release, whatever a projection would need of it.
//   - It goes when one of these events is changed in its place, or their generation is deleted; the
//     database sees to that.
//   - An archived stream can be written to. What is written is read as events, after the state.
//   - A copy of the account from store to store has the states that stand for its events (internal/lifecycle); an export has none.
//   - Cut off anywhere, the same work goes on: what is stored already is passed by.
//
// The table store.archived_streams is authoritative for what is archived; that states are right is
// what Verify finds out, by the events.
package archive
