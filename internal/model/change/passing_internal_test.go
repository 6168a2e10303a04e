package change

import "testing"

// What was stored between a set and the one that takes it back is passing, and nothing else.
func TestPassing(t *testing.T) {
	t.Parallel()
	moments := []struct {
		after  string // the set that led to it
		takes  string // the set that this one takes back
		events map[string]int
	}{
		{"", "", map[string]int{"Placed": 1, "Paid": 1}},
		{"2.0", "", map[string]int{"Placed": 2, "Paid": 1}},
		{"3.0", "", map[string]int{"Placed": 3, "Paid": 1, "Sent": 1}},
		{"4.0", "3.0", map[string]int{"Placed": 4, "Paid": 1}},
		{"5.0", "2.0", map[string]int{"Placed": 5, "Paid": 1}},
		{"6.0", "", map[string]int{"Placed": 6, "Paid": 2, "Sent": 2}},
	}
	out, first := &Solution{}, (*schema)(nil)
	for i, m := range moments {
		s := &schema{events: map[string]*event{}}
		for name := range m.events {
			s.events[name] = &event{stream: "Order"}
		}
		out.counts = append(out.counts, m.events)
		if i > 0 {
			out.steps = append(out.steps, &step{set: &Set{Version: m.after, reverts: m.takes}, after: s})
		}
		if i == 1 {
			out.steps[0].now = first
		}
		first = s
	}
	for _, test := range []struct {
		stream, event string
		version       int
		passing       bool
	}{
		{"Order", "Placed", 1, false}, {"Order", "Placed", 2, true}, {"Order", "Placed", 3, true}, {"Order", "Placed", 4, true},
		{"Order", "Placed", 5, false}, {"Order", "Placed", 6, false}, {"Order", "Paid", 1, false}, {"Order", "Paid", 2, false},
		{"Order", "Sent", 1, true}, {"Order", "Sent", 2, false}, {"Quote", "Sent", 1, false}, {"Order", "Placed", 9, false},
	} {
		if got := out.Passing(test.stream, test.event, test.version); got != test.passing {
			t.Errorf("%s %d of %s: %v", test.event, test.version, test.stream, got)
		}
	}
}
