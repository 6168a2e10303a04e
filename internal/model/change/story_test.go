package change_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
)

// story is a model with changes, and what becomes of stored events: "Event/version {…}".
type story struct {
	name   string
	model  string // files after lines "-- name --"
	stored string
	want   string // the events that it becomes, each on a line; or the error
}

// archive takes a text apart into files, each after a line "-- name --".
func archive(text string) fstest.MapFS {
	files := fstest.MapFS{}
	for _, part := range strings.Split("\n"+text, "\n-- ")[1:] {
		name, body, _ := strings.Cut(part, " --\n")
		files[name] = &fstest.MapFile{Data: []byte(body + "\n")}
	}
	return files
}

func compiled(t rapid.TB, text string) *model.IR {
	t.Helper()
	result, err := compile.Compile(archive(text))
	if err != nil {
		t.Fatal(err)
	}
	return result.IR
}

func loaded(t rapid.TB, ir *model.IR) *model.Release {
	t.Helper()
	canonical, err := model.Canonical(ir)
	if err != nil {
		t.Fatal(err)
	}
	release, err := model.Load(canonical)
	if err != nil {
		t.Fatal(err)
	}
	return release
}

// read upcasts "Stream.Event/version {…}" and returns what it becomes in that form.
func read(t rapid.TB, release *model.Release, text string) string {
	t.Helper()
	head, payload, _ := strings.Cut(text, " ")
	stored := model.Stored{Payload: json.RawMessage(payload)}
	stored.StreamType, head, _ = strings.Cut(head, ".")
	if _, err := fmt.Sscanf(strings.ReplaceAll(head, "/", " "), "%s %d", &stored.Name, &stored.Version); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	events, err := release.Upcast(stored)
	var refused *model.RefusedError
	switch {
	case errors.As(err, &refused):
		return "refused: " + refused.Why
	case err != nil:
		return err.Error()
	}
	var lines []string
	for _, e := range events {
		lines = append(lines, fmt.Sprintf("%s.%s/%d %s", e.StreamType, e.Name, e.Version, e.Payload))
	}
	return strings.Join(lines, "\n")
}

func run(t *testing.T, stories []story) {
	t.Helper()
	for _, s := range stories {
		t.Run(strings.ReplaceAll(s.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			if got := read(t, loaded(t, compiled(t, s.model)), s.stored); got != s.want {
				t.Errorf("%s\nbecomes %s\nwanted  %s", s.stored, got, s.want)
			}
		})
	}
}

// refuse compiles models that are wrong; each problem is told by a part of what is said.
func refuse(t *testing.T, model string, wrong map[string]string) {
	t.Helper()
	for changes, want := range wrong {
		_, err := compile.Compile(archive(model + "-- changes/2.0.yaml --\n" + changes + "\n"))
		var problems compile.Problems
		if !errors.As(err, &problems) {
			t.Errorf("%s\ncompiles, or fails otherwise: %v", changes, err)
			continue
		}
		if len(problems) != 1 || !strings.Contains(problems.Error(), want) || problems[0].File != "changes/2.0.yaml" {
			t.Errorf("%s\nsays   %v\nwanted %s, once", changes, err, want)
		}
	}
}

// order is a model of one type; its attributes are as the release has them.
func order(attributes, changes string) string {
	return "-- model.yaml --\nname: shop\ncurrency: EUR\n-- orders/Order.yaml --\nagreement: Order\nattributes: " + attributes +
		"\n-- changes/2.0.yaml --\n" + changes + "\n"
}

const plainOrder = "-- model.yaml --\nname: shop\ncurrency: EUR\n-- orders/Order.yaml --\nagreement: Order\nattributes: {Reference: text, Total: money}\n"
