// Package fault is Polder's one error vocabulary: a kind, a message that may be
// shown to the user, the places it concerns, and the cause for the log.
//
// Every layer returns errors of this package or wraps them; an error that is not
// one counts as Internal. The only tables that turn kinds into something else are
// httpapi (status codes, problem+json) and cmd/admin (exit codes).
package fault
