package faults

import (
	"iter"
	"math/rand/v2"
	"time"
)

// event is a fault that is due.
type event struct {
	fault *fault
	pause time.Duration // before it, on its lane
	lasts time.Duration
	dice  *rand.Rand // of its own choices
}

const (
	leastPause, mostPause = 200 * time.Millisecond, 1500 * time.Millisecond
	leastLasts            = 500 * time.Millisecond
)

// schedule is the faults in the order that the seed decides, without end. Each comes once before one
// comes again. The same seed gives the same faults with the same choices, however long they take.
func schedule(seed uint64, longest time.Duration, all []*fault) iter.Seq[event] {
	return func(yield func(event) bool) {
		dice := rand.New(rand.NewPCG(seed, 3))
		between := func(least, most time.Duration) time.Duration {
			return least + time.Duration(dice.Int64N(int64(most-least)))
		}
		for n := uint64(0); ; {
			for _, i := range dice.Perm(len(all)) {
				n++
				e := event{fault: all[i], pause: between(leastPause, mostPause), dice: rand.New(rand.NewPCG(seed, 4+n))}
				e.lasts = between(leastLasts, time.Duration(float64(longest)*all[i].stretch))
				if !yield(e) {
					return
				}
			}
		}
	}
}

// lane is every lanes-th of the events, from the n-th on.
func lane(n int, events iter.Seq[event]) iter.Seq[event] {
	return func(yield func(event) bool) {
		i := 0
		for e := range events {
			if i++; (i-1)%lanes == n && !yield(e) {
				return
			}
		}
	}
}
