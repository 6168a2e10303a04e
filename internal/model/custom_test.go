package model_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
)

// things are of one type, whose custom values two commands set.
func things(t testing.TB) *model.Release {
	t.Helper()
	result, err := compile.Compile(fstest.MapFS{"shop/Thing.yaml": {Data: []byte(`
entity: Thing
attributes: {X: custom, Name: {type: text, optional: true}}
compute: {Described: has(X)}
projections:
  Things: {columns: [Name, X, Described]}
  Hidden: {columns: {Described: ~}}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	return load(t, result.IR)
}

// tell gives the command and returns its event's payload, and the state after it.
func tell(r *model.Release, s *model.State, command, body string) (payload string, after *model.State, err error) {
	c := r.Command(command)
	in, err := c.Parse(json.RawMessage(body))
	if err != nil {
		return "", nil, err
	}
	outcome, err := c.Decide(model.Decision{CommandID: uuid.New(), StreamID: orderID, Input: in, Own: s, Now: time.Now()})
	if err != nil {
		return "", nil, err
	}
	if s == nil {
		s = c.Stream.Empty()
	}
	e := outcome.Events[0]
	after, err = c.Stream.Apply(s, e.Name, e.Version, e.Payload)
	return string(e.Payload), after, err
}

func TestCustomValuesAreMergedByKeyAndKeptInOneForm(t *testing.T) {
	t.Parallel()
	r := things(t)
	var s *model.State
	for i, step := range []struct{ body, want string }{
		{`{"X": {"b": 7.50, "a": "x", "Zip": true, "A.b-c_1": -0.0}}`, `{"X":{"A.b-c_1":0,"Zip":true,"a":"x","b":7.5}}`},
		{`{"ThingId": "` + orderID.String() + `", "X": {"b": null, "a": "  ", "n": 1e2}}`, `{"X":{"A.b-c_1":0,"Zip":true,"n":100},"ThingId":"` + orderID.String() + `"}`},
		{`{"X": {}}`, `{"X":{"A.b-c_1":0,"Zip":true,"n":100}}`},
		{`{"Name": "n"}`, `{"Name":"n"}`},
		{`{"X": {"never": null, "n": null, "Zip": null, "A.b-c_1": null}}`, `{"X":null}`},
		{`{"X": {"big": 123456789012345678901234567890.123, "u": "é\u0009\"<"}}`, `{"X":{"big":123456789012345678901234567890.123,"u":"é\u0009\"<"}}`},
		{`{"X": null}`, `{"X":null}`},
	} {
		command := "ChangeThingCommand"
		if i == 0 {
			command = "RegisterThingCommand"
		} else if !strings.Contains(step.body, "ThingId") {
			step.body = `{"ThingId": "` + orderID.String() + `", ` + step.body[1:]
		}
		payload, after, err := tell(r, s, command, step.body)
		want := strings.ReplaceAll(step.want, `,"ThingId":"`+orderID.String()+`"`, "")
		if err != nil || payload != want {
			t.Fatalf("%s\ngives %s, %v\nwant  %s", step.body, payload, err, want)
		}
		s = after
	}
	if _, there := s.Get(model.CustomName); there {
		t.Error("what was removed is there")
	}
}

func TestCustomValuesAreBounded(t *testing.T) {
	t.Parallel()
	r := things(t)
	many := func(from, n int) string {
		var members []string
		for i := range n {
			members = append(members, fmt.Sprintf(`"k%d": %d`, from+i, i))
		}
		return "{" + strings.Join(members, ", ") + "}"
	}
	for _, test := range []struct{ x, path, rule string }{
		{`{"Address": {"City": "x"}}`, "X.Address", "type"},
		{`{"List": [1]}`, "X.List", "type"},
		{`{"a b": 1}`, "X.a b", "pattern"},
		{`{"1a": 1}`, "X.1a", "pattern"},
		{`{"` + strings.Repeat("k", 41) + `": 1}`, "X." + strings.Repeat("k", 41), "max"},
		{`{"a": "` + strings.Repeat("é", 501) + `"}`, "X.a", "max"},
		{`{"a": 1e41}`, "X.a", "max"},
		{`{"a": 1e-40}`, "X.a", "max"},
		{`{"a": "\u0000"}`, "X.a", "type"},
		{`{"a": 1, "a": 2}`, "X.a", "twice"},
		{many(0, 51), "X", "max"},
		{`"red"`, "X", "type"},
		{`[]`, "X", "type"},
	} {
		_, _, err := tell(r, nil, "RegisterThingCommand", `{"X": `+test.x+`}`)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Rejected || len(f.Details) != 1 || f.Details[0].Path != test.path || f.Details[0].Rule != test.rule || f.Details[0].Origin == "" {
			t.Errorf("%.60s: %v %+v, want %s at %s", test.x, err, f, test.rule, test.path)
		}
	}
	_, s, err := tell(r, nil, "RegisterThingCommand", `{"X": `+many(0, 50)+`}`)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = tell(r, s, "ChangeThingCommand", fmt.Sprintf(`{"ThingId": %q, "X": {"k50": 1}}`, orderID))
	if err == nil || !strings.Contains(err.Error(), "at most 50 keys") {
		t.Errorf("a 51st key: %v", err)
	}
	if _, _, err = tell(r, s, "ChangeThingCommand", fmt.Sprintf(`{"ThingId": %q, "X": {"k50": 1, "k0": null}}`, orderID)); err != nil {
		t.Errorf("a key in another's place: %v", err)
	}
}

// A fact is read whatever its form: in another order, with other digits, with what no command
// would take; and is the same row, through Fold and through a Folder, and the same state from a snapshot.
func TestCustomValuesOfFacts(t *testing.T) {
	t.Parallel()
	r := things(t)
	payload := []byte(`{ "X": {"b": 1.50, "a": {"not": "this"}} }`)
	if _, err := r.Projection("Things").Fold(nil, model.Fact{Name: "ThingRegisteredEvent", Version: 1, Payload: payload}); err == nil {
		t.Error("what cannot be a custom value was folded")
	}
	for form, want := range map[string]string{
		`{"b": 1.50, "a b": "x", "b": 2.50, "z": null}`: `{"a b":"x","b":2.5}`,
		`{}`:          `<nil>`,
		`null`:        `<nil>`,
		`{"z": null}`: `<nil>`,
	} {
		fact := model.Fact{Stream: orderID, Name: "ThingRegisteredEvent", Version: 1, Payload: []byte(`{"X": ` + form + `}`)}
		p := r.Projection("Things")
		row, err := p.Fold(nil, fact)
		if err != nil || textOf(row) != want {
			t.Errorf("%s folds to %s, %v", form, textOf(row), err)
		}
		folder := model.NewFolder([]*model.ProjectionType{p, r.Projection("Hidden")})
		state := folder.New(orderID)
		folder.Fold(state, fact, 1)
		for i, q := range []*model.ProjectionType{p, r.Projection("Hidden")} {
			folded, _, err := folder.Row(i, state)
			byFold, foldErr := q.Fold(nil, fact)
			if err != nil || foldErr != nil || comparable(folded) != comparable(byFold) || folded.Values["Described"] != (want != "<nil>") {
				t.Errorf("%s: a folder comes to %s, %v; want %s, %v", form, comparable(folded), err, comparable(byFold), foldErr)
			}
		}
		s := given(t, r, "Thing", fact.Name, string(fact.Payload))
		snapshot, err := r.Stream("Thing").EncodeState(s)
		if err != nil {
			t.Fatal(err)
		}
		back, err := r.Stream("Thing").DecodeState(snapshot)
		a, _ := s.Get(model.CustomName)
		b, _ := back.Get(model.CustomName)
		if err != nil || a != b || fmt.Sprint(a) != want {
			t.Errorf("%s: a snapshot comes to %v, %v; want %v", form, b, err, a)
		}
	}
}

func textOf(row *model.Row) string {
	if raw, ok := row.Values[model.CustomName].(json.RawMessage); ok {
		return string(raw)
	}
	return "<nil>"
}

// Merging is that of maps, in whatever pieces it is told.
func TestCustomValuesMergeAsMapsDo(t *testing.T) {
	t.Parallel()
	r := things(t)
	rapid.Check(t, func(t *rapid.T) {
		_, s, err := tell(r, nil, "RegisterThingCommand", `{}`)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]any{}
		for range rapid.IntRange(1, 6).Draw(t, "commands") {
			told := rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "C", "d.e"}), rapid.SampledFrom([]any{nil, true, 1.5, -20, "x", "é"}), 0, 4).Draw(t, "values")
			maps.Copy(want, told)
			maps.DeleteFunc(want, func(_ string, value any) bool { return value == nil })
			body, _ := json.Marshal(map[string]any{"ThingId": orderID, "X": told})
			if _, s, err = tell(r, s, "ChangeThingCommand", string(body)); err != nil {
				t.Fatal(err)
			}
		}
		text, _ := json.Marshal(want) // sorts keys
		if got, there := s.Get(model.CustomName); there && fmt.Sprint(got) != string(text) || !there && len(want) > 0 {
			t.Fatalf("got %v, want %s", got, text)
		}
	})
}
