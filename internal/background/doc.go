// Package background is what workers have in common that do something of little hurry from Start
// to Stop: they end when they are told to, and rest between two pieces of work without seeming
// dead. What they do, how fast, and what they count is their own.
package background
