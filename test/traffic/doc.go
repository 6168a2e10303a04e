// Package traffic is what the clients of accounts do while something happens to the platform:
// commands and queries over HTTP at a steady rate, whether or not the earlier ones were answered, as
// long as there are clients that do not wait.
//
// Its clients know the ERP model. They place orders and confirm them, register people and rename
// them, two at a time at one revision, break rules on purpose, look for what is another account's,
// and after every command they ask for what it has changed, from its sequence number on. Some
// listen. What they do is recorded (package history) and held against the store at the end; a book
// counts what failed, and what an answer did not show. Next is the release that follows the ERP here.
package traffic
