package change_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/model/change"
)

// stream is the id of a stream that a test calls by a letter.
func stream(letter string) uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceOID, []byte(letter)) }

// history reads lines such as "Order a OrderMadeEvent/1 {…}"; @b in a payload is an id.
func history(t rapid.TB, text string) []change.Event {
	t.Helper()
	var events []change.Event
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		var e change.Event
		parts := strings.SplitN(strings.TrimSpace(line), " ", 4)
		name, version, _ := strings.Cut(parts[2], "/")
		if _, err := fmt.Sscan(version, &e.Version); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		e.StreamType, e.StreamID, e.Name, e.Payload = parts[0], stream(parts[1]), name, json.RawMessage(withIDs(parts[3]))
		events = append(events, e)
	}
	return events
}

func withIDs(payload string) string {
	for _, letter := range []string{"a", "b", "c", "d", "e"} {
		payload = strings.ReplaceAll(payload, "@"+letter, stream(letter).String())
	}
	return payload
}

// tell is the inverse of history; other ids are told as of what they follow from.
func tell(events []change.Event) string {
	var lines []string
	for _, e := range events {
		id, payload := e.StreamID.String(), string(e.Payload)
		for _, letter := range []string{"a", "b", "c", "d", "e"} {
			for _, made := range []string{"Order", "Delivery"} {
				id = strings.ReplaceAll(id, uuid.NewSHA1(stream(letter), []byte(made)).String(), letter+"'")
			}
			id, payload = strings.ReplaceAll(id, stream(letter).String(), letter), strings.ReplaceAll(payload, stream(letter).String(), "@"+letter)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s/%d %s", e.StreamType, id, e.Name, e.Version, payload))
	}
	return strings.Join(lines, "\n")
}

// rewrite is a model with a set that needs a rewrite, and what becomes of a history.
type rewrite struct {
	name, model, stored, want string
}

func rewritten(t *testing.T, rewrites []rewrite) {
	t.Helper()
	for _, r := range rewrites {
		t.Run(strings.ReplaceAll(r.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			ir := compiled(t, r.model)
			events, err := rewriter(t, r.model).All(history(t, r.stored))
			got := tell(events)
			if err != nil {
				got = err.Error()
			}
			if want := tidy(r.want); got != want {
				t.Fatalf("becomes\n%s\nwanted\n%s", got, want)
			}
			if err != nil {
				return
			}
			again, err := rewriter(t, r.model).All(events)
			if err != nil || tell(again) != got {
				t.Errorf("a second time it becomes\n%s\n%v", tell(again), err)
			}
			release := loaded(t, ir)
			for _, e := range events {
				if text := fmt.Sprintf("%s.%s/%d %s", e.StreamType, e.Name, e.Version, e.Payload); strings.HasPrefix(read(t, release, text), "refused") {
					t.Errorf("%s cannot be read", text)
				}
			}
		})
	}
}

func tidy(text string) string {
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.Join(lines, "\n")
}

func rewriter(t *testing.T, text string) *change.Rewrite {
	t.Helper()
	r, err := change.NewRewrite(compiled(t, text), "2.0")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRewriteReadsOlderVersionsFirst(t *testing.T) {
	t.Parallel()
	model := shop("{A: text, B: {type: text, optional: true}}", "  MakeOrderCommand: {creates: true, input: [A], raises: OrderMadeEvent}\n  ChangeOrderCommand: {input: [B], raises: OrderChangedEvent}\n",
		"- move attribute: {attribute: A, from: OrderChangedEvent, to: OrderMadeEvent}\n- add attribute: {of: OrderNotedEvent, attribute: Note}\n") +
		"-- changes/1.0.yaml --\n- rename event: {event: OrderAlteredEvent, to: OrderChangedEvent}\n-- changes/3.0.yaml --\n- delete event: {event: OrderNotedEvent, of: Order, attributes: {Note: text}}\n"
	rewritten(t, []rewrite{{"a rename before", model, `
		Order a OrderMadeEvent/1 {}
		Order a OrderNotedEvent/1 {}
		Order a OrderAlteredEvent/1 {"A":"x"}`, `
		Order a OrderMadeEvent/2 {"A":"x"}
		Order a OrderNotedEvent/1 {}
		Order a OrderChangedEvent/3 {}`}})
	if _, err := change.NewRewrite(compiled(t, model), "9.0"); err == nil {
		t.Error("a set that there is not is rewritten")
	}
	kinds := []string{}
	for _, set := range compiled(t, model).Changes {
		for _, op := range set.Operations {
			if change.NeedsRewrite(op) {
				kinds = append(kinds, op.Kind)
			}
		}
	}
	if !slices.Equal(kinds, []string{"move attribute"}) {
		t.Errorf("%q need a rewrite", kinds)
	}
}
