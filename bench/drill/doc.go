// Package drill is what drills have in common: an installation of their own, of the binaries that
// operators have and a real PostgreSQL, whose parts can be killed, frozen and cut off.
//
// The drills are packages below this one: releases takes a fleet of accounts to another release and
// back, faults breaks parts of the platform at random. Both put the load of test/traffic on it,
// have the history of the load checked by test/history, and fail when a guarantee was broken. The
// logs of all processes are kept in bench/out/<name of the drill>.
package drill
