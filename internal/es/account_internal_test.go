package es

import (
	"testing"
	"time"
)

// A head is remembered in UTC and may be read in another zone. Were they told apart, each
// account would look as if another process wrote to it, and take the slow path for ever.
func TestHeadsAreEqualInAnyTimeZone(t *testing.T) {
	read := Head{SequenceNumber: 7, Epoch: 1, CommitTime: time.Date(2026, 1, 2, 12, 0, 0, 0, time.FixedZone("CET", 3600))}
	remembered := read
	remembered.CommitTime = read.CommitTime.UTC()
	if read == remembered || !read.equal(remembered) {
		t.Error("the same instant in two zones is two heads")
	}
	later := remembered
	later.CommitTime = later.CommitTime.Add(time.Microsecond)
	next := remembered
	next.SequenceNumber++
	if read.equal(later) || read.equal(next) {
		t.Error("another head is taken for the same one")
	}
}
