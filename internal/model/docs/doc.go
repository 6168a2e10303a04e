// Package docs writes a model down for people: what there is, what it can be told, what can happen to it, and what can be asked. It says what
// the compiled model says, so it is right for every release, whatever has become of its sources.
package docs
