// Package httpapi is Polder's HTTP API: commands, queries, notifications, history and the
// description of all that.
//
//	request -> id, metrics, log, recover -> key -> budget -> endpoint -> answer | problem+json
//
// Words. An envelope is a JSON object with exactly one member, the name of a command or
// query and its body. A problem is an error as application/problem+json; the one table
// that turns kinds of package fault into status codes is in problem.go.
//
// Invariants. Nothing is decided here: an endpoint reads the request strictly, calls
// package command, query or es for the account of the caller's key, and writes the answer.
// No answer and no log line holds a secret or another account's data; the log holds no
// payloads. A client that reads slowly, or not at all, costs one goroutine and no queue.
//
// Notifications are hints built from the store: each is read from the events between the
// last one sent and the live cursor, so a lost signal delays one and loses none.
package httpapi
