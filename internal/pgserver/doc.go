// Package pgserver runs a real PostgreSQL server in a folder, for development and tests.
//
// The server listens on a free port of 127.0.0.1 and on a socket of its own, so other
// clusters on the machine are left alone. initdb and postgres never run as root: root
// starts them as the user postgres (created by Debian's package). A server that is more
// than a test's asks every login for a password that is kept in the cluster's own folder. The server outlives the
// process that started it; Stop ends it, and starting it again finds the running one.
package pgserver
