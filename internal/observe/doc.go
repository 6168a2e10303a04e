// Package observe is how a process is seen from outside: its log, its metrics, whether it
// lives and whether it may be sent work.
//
// Account ids are never a label of a metric, payloads are never in a log. Every loop of a
// process beats (Loops), because a lag of zero says nothing when the loop that measures it is dead.
package observe
