// Package stored says what an account has in its store: which events, in which versions. The
// events themselves are authoritative; nothing is counted ahead.
package stored
