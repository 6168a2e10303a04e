package change_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/model"
)

// world is a model in memory that lives through sets: its events, each with its attributes
// (all are optional texts), and what each set makes of a stored event.
type world struct {
	events map[string][]string
	sets   []string
	steps  []func(said) []said
	past   []map[string][]string // events before each set, and after the last
	named  int
}

// said is an event with what it says.
type said struct {
	event  string
	values map[string]string
}

func (w *world) name(prefix string) string { w.named++; return fmt.Sprintf("%s%d", prefix, w.named) }

// change draws a set of one to three operations, each on an event of its own.
func (w *world) change(t *rapid.T) {
	w.past = append(w.past, maps.Clone(w.events))
	free := rapid.Permutation(slices.Sorted(maps.Keys(w.events))).Draw(t, "events")
	var lines []string
	steps := map[string]func(said) []said{}
	for range rapid.IntRange(1, min(3, len(free))).Draw(t, "operations") {
		if len(free) == 0 {
			break
		}
		of := free[0]
		free = free[1:]
		kind := rapid.SampledFrom([]string{"add", "delete", "update", "rename", "split", "merge", "swap"}).Draw(t, "kind")
		switch attributes := w.events[of]; {
		case kind == "add":
			from, name := rapid.SampledFrom(attributes).Draw(t, "from"), w.name("A")
			w.events[of] = append(slices.Clone(attributes), name)
			lines = append(lines, fmt.Sprintf("- add attribute: {of: %s, attribute: %s, value: %s}", of, name, from))
			steps[of] = func(s said) []said { return []said{s.with(name, from)} }
		case kind == "delete" && len(attributes) > 1:
			gone := rapid.SampledFrom(attributes).Draw(t, "gone")
			w.events[of] = slices.DeleteFunc(slices.Clone(attributes), func(a string) bool { return a == gone })
			lines = append(lines, fmt.Sprintf("- delete attribute: {of: %s, attribute: %s, type: {type: text, optional: true}}", of, gone))
			steps[of] = func(s said) []said { return []said{s.without(gone)} }
		case kind == "update":
			old, name := rapid.SampledFrom(attributes).Draw(t, "old"), w.name("A")
			w.events[of] = append(slices.DeleteFunc(slices.Clone(attributes), func(a string) bool { return a == old }), name)
			lines = append(lines, fmt.Sprintf("- update attribute: {of: %s, attribute: %s, to: %s}", of, old, name))
			steps[of] = func(s said) []said { return []said{s.with(name, old).without(old)} }
		case kind == "split":
			name, from := w.name("E")+"Event", rapid.SampledFrom(attributes).Draw(t, "from")
			w.events[name] = []string{from}
			lines = append(lines, fmt.Sprintf("- split event: {event: %s, into: {%s: ~, %s: {when: \"has(%s)\"}}}", of, of, name, from))
			steps[of] = func(s said) []said {
				if v, has := s.values[from]; has {
					return []said{s, {name, map[string]string{from: v}}}
				}
				return []said{s}
			}
		case kind == "merge" && len(free) > 0:
			other := free[0]
			free = free[1:]
			lost := w.events[other]
			delete(w.events, other)
			var carried strings.Builder
			for _, a := range lost {
				fmt.Fprintf(&carried, "%s: {type: text, optional: true}, ", a)
			}
			kept, none := w.events[of], []string{}
			for _, a := range kept {
				if !slices.Contains(lost, a) {
					none = append(none, a+": ~")
				}
			}
			lines = append(lines, fmt.Sprintf("- merge events: {events: {%s: ~, %s: {attributes: {%s}, values: {%s}}}, into: %s}",
				of, other, strings.TrimSuffix(carried.String(), ", "), strings.Join(none, ", "), of))
			steps[of] = func(s said) []said { return []said{s} }
			steps[other] = func(s said) []said { return []said{{of, s.only(kept)}} }
		default: // the name goes to another event, or is free
			name := w.name("E") + "Event"
			w.events[name] = attributes
			delete(w.events, of)
			lines = append(lines, fmt.Sprintf("- rename event: {event: %s, to: %s}", of, name))
			if kind == "swap" {
				w.events[of] = []string{"A0"}
				lines = append(lines, fmt.Sprintf("- add event: {event: %s, forget: true}", of))
			}
			steps[of] = func(s said) []said { return []said{{name, s.values}} }
		}
	}
	w.sets = append(w.sets, strings.Join(lines, "\n"))
	w.steps = append(w.steps, func(s said) []said {
		if step := steps[s.event]; step != nil {
			return step(s)
		}
		return []said{s}
	})
}

func (s said) with(name, from string) said {
	values := maps.Clone(s.values)
	if v, has := values[from]; has {
		values[name] = v
	}
	return said{s.event, values}
}

func (s said) without(name string) said {
	values := maps.Clone(s.values)
	delete(values, name)
	return said{s.event, values}
}

func (s said) only(names []string) map[string]string {
	values := maps.Clone(s.values)
	maps.DeleteFunc(values, func(name, _ string) bool { return !slices.Contains(names, name) })
	return values
}

func (s said) text() string {
	payload, err := json.Marshal(s.values)
	if err != nil {
		panic(err)
	}
	return s.event + " " + string(payload)
}

// model is the model of the moment, with all sets up to it.
func (w *world) model(moment int) string {
	var b strings.Builder
	b.WriteString("-- model.yaml --\nname: shop\ncurrency: EUR\n-- orders/Order.yaml --\nagreement: Order\nattributes:\n")
	all := map[string]bool{}
	for _, attributes := range w.past[moment] {
		for _, a := range attributes {
			all[a] = true
		}
	}
	for _, a := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "  %s: {type: text, optional: true}\n", a)
	}
	b.WriteString("commands:\n")
	for _, event := range slices.Sorted(maps.Keys(w.past[moment])) {
		fmt.Fprintf(&b, "  Raise%sCommand: {creates: true, input: [%s], raises: %s}\n", event, strings.Join(w.past[moment][event], ", "), event)
	}
	for i, set := range w.sets[:moment] {
		fmt.Fprintf(&b, "-- changes/%d.0.yaml --\n%s\n", i+1, set)
	}
	return b.String()
}

// becomes is what the events are some sets later.
func (w *world) becomes(s said, from, to int) string {
	events := []said{s}
	for _, step := range w.steps[from:to] {
		var next []said
		for _, e := range events {
			next = append(next, step(e)...)
		}
		events = next
	}
	var lines []string
	for _, e := range events {
		lines = append(lines, e.text())
	}
	return strings.Join(lines, "\n")
}

// What any release stored is read by any later one as the sets between say, also when the
// account goes back and forth on its way.
func TestSolveAgainstAModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{events: map[string][]string{"E0Event": {"A0"}, "E00Event": {"A0", "B0"}}}
		sets := rapid.IntRange(1, 4).Draw(t, "sets")
		for range sets {
			w.change(t)
		}
		w.past = append(w.past, w.events)
		irs := make([]*model.IR, sets+1)
		for i := range irs {
			irs[i] = compiled(t, w.model(i))
		}
		from := rapid.IntRange(0, sets-1).Draw(t, "from")
		newest := irs[sets]
		for i := range irs {
			w.check(t, irs[i], newest, i, sets)
		}
		back := led(t, irs[from], newest)
		for i := range from + 1 {
			w.check(t, irs[i], back, i, from)
		}
		again := led(t, newest, back)
		for i := range irs {
			w.check(t, irs[i], again, i, sets)
		}
		w.check(t, back, again, from, sets)
		w.check(t, back, led(t, irs[from], again), from, from)
	})
}

func led(t *rapid.T, ir, current *model.IR) *model.IR {
	made, _ := onto(t, ir, current)
	return made
}

// check reads what the release of one moment stores with a release of another.
func (w *world) check(t *rapid.T, ir, reader *model.IR, from, to int) {
	release := loaded(t, reader)
	for _, e := range ir.Streams[0].Events {
		values := map[string]string{}
		for _, a := range w.past[from][e.Name] {
			if rapid.Bool().Draw(t, "said") {
				values[a] = "said as " + a
			}
		}
		payload, err := json.Marshal(values)
		if err != nil {
			t.Fatal(err)
		}
		stored := fmt.Sprintf("Order.%s/%d %s", e.Name, e.Version, payload)
		got := canonical(t, read(t, release, stored))
		if want := w.becomes(said{e.Name, values}, from, to); got != want {
			t.Fatalf("%s, stored before set %d, is read before set %d as\n%s\nwanted\n%s\n%s", stored, from+1, to+1, got, want, strings.Join(w.sets, "\n---\n"))
		}
	}
}

// canonical is events without versions, the values by name.
func canonical(t *rapid.T, text string) string {
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		if line == "" {
			continue
		}
		head, payload, _ := strings.Cut(strings.TrimPrefix(line, "Order."), " ")
		event, _, _ := strings.Cut(head, "/")
		values := map[string]string{}
		if err := json.Unmarshal([]byte(payload), &values); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		lines = append(lines, said{event, values}.text())
	}
	return strings.Join(lines, "\n")
}
