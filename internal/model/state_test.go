package model_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/expr"
)

// everything returns a stream for each that the input names.
func everything(t testing.TB, r *model.Release, c *model.CommandType, in *model.Input) map[uuid.UUID]*model.State {
	t.Helper()
	needs, err := c.Needs(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	others := map[uuid.UUID]*model.State{}
	for _, n := range needs {
		s := r.Stream(n.Type[0]).Empty()
		s.Revision = 1
		others[n.ID] = s
	}
	return others
}

// roundTrip writes the state, reads it, and writes it again.
func roundTrip(t testing.TB, r *model.Release, stream string, s *model.State) {
	t.Helper()
	first, err := r.Stream(stream).EncodeState(s)
	if err != nil {
		t.Fatal(err)
	}
	back, err := r.Stream(stream).DecodeState(first)
	if err != nil {
		t.Fatalf("%s: %v", first, err)
	}
	second, err := r.Stream(stream).EncodeState(back)
	if err != nil || string(first) != string(second) || back.Revision != s.Revision || back.Status() != s.Status() {
		t.Fatalf("wrote %s, then %s, %v", first, second, err)
	}
	for _, a := range r.Stream(stream).Attributes {
		was, _ := s.Get(a.Name)
		is, _ := back.Get(a.Name)
		if !expr.EqualValues(was, is) {
			t.Fatalf("%s was %v, is %v", a.Name, was, is)
		}
	}
}

func TestApplySetsKeepsAndClears(t *testing.T) {
	t.Parallel()
	r := shop(t)
	placed := given(t, r, "Order", "OrderPlacedEvent", `{"Reference": "A", "Lines": [`+stored+`], "OrderNumber": "SO-1", "WhoKnows": [1]}`)
	changed := given(t, r, "Order", "OrderPlacedEvent", `{"Reference": "A", "Lines": [`+stored+`]}`, "ReferenceChangedEvent", `{"Reference": null}`)
	if placed.Revision != 1 || placed.Status() != "placed" || changed.Revision != 2 {
		t.Errorf("revision %d, status %s", placed.Revision, placed.Status())
	}
	if got, _ := placed.Get("Reference"); got != "A" {
		t.Errorf("Reference = %v", got)
	}
	if got, ok := changed.Get("Reference"); ok {
		t.Errorf("the null did not clear: %v", got)
	}
	if net, _ := changed.Get("Net"); !expr.EqualValues(net, expr.Money{Amount: number("21"), Currency: "EUR"}) {
		t.Errorf("Net = %v", net)
	}
	if _, ok := changed.Get("Nothing"); ok {
		t.Error("there is nothing called Nothing")
	}
}

func TestApplyLeavesTheOldStateAlone(t *testing.T) {
	t.Parallel()
	r := shop(t)
	before := given(t, r, "Order", "OrderPlacedEvent", `{"Reference": "A"}`)
	if _, err := r.Stream("Order").Apply(before, "ReferenceChangedEvent", 1, json.RawMessage(`{"Reference": "B"}`)); err != nil {
		t.Fatal(err)
	}
	if got, _ := before.Get("Reference"); got != "A" || before.Revision != 1 {
		t.Errorf("the old state became %v, revision %d", got, before.Revision)
	}
}

func TestApplyNeverAsksRules(t *testing.T) {
	t.Parallel()
	s := given(t, shop(t), "Order", "OrderPlacedEvent", `{"Reference": "`+strings.Repeat("x", 99)+`", "Priority": "gone", "Lines": []}`)
	if got, _ := s.Get("Priority"); got != "gone" {
		t.Errorf("Priority = %v", got)
	}
}

func TestApplyErrors(t *testing.T) {
	t.Parallel()
	order := shop(t).Stream("Order")
	tests := []struct{ event, payload, want string }{
		{"OrderShippedEvent", `{}`, "Order does not know the event OrderShippedEvent"},
		{"OrderPlacedEvent", `{"Reference": `, "malformed JSON"},
		{"OrderPlacedEvent", `{"Reference": "x"`, "malformed JSON"},
		{"OrderPlacedEvent", `{} x`, "malformed JSON"},
		{"OrderPlacedEvent", ``, "malformed JSON"},
		{"OrderPlacedEvent", `{"WantedOn": "tomorrow"}`, "WantedOn is not a date"},
	}
	for _, test := range tests {
		_, err := order.Apply(order.Empty(), test.event, 1, json.RawMessage(test.payload))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %s: %v, want %q", test.event, test.payload, err, test.want)
		}
	}
}

// FuzzApply feeds any payload to a fold: it may refuse, but not panic, and what it takes it
// can write and read again.
func FuzzApply(f *testing.F) {
	for _, seed := range []string{`{"Lines": [` + stored + `], "Reference": null}`, `{"ShipTo": {"City": "x", "Nope": [{}]}}`, `{"Reference": "\u0000\ud800"}`, `{"a":tru}`, "{\"Reference\":\"\xff\"}", "{\"Reference\":\"\\u0026\xff\"}"} {
		f.Add([]byte(seed))
	}
	r := shop(f)
	order := r.Stream("Order")
	f.Fuzz(func(t *testing.T, payload []byte) {
		state, err := order.Apply(order.Empty(), "OrderPlacedEvent", 1, payload)
		if err == nil {
			roundTrip(t, r, "Order", state)
		}
	})
}
