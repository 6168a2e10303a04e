package change_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/change"
	"github.com/polderhq/polder/internal/model/compile"
)

// Any set gives a release that loads, or problems with a place; never a panic.
func FuzzSet(f *testing.F) {
	text, err := os.ReadFile(reference)
	if err != nil {
		f.Fatal(err)
	}
	for _, match := range block.FindAllStringSubmatch(string(text), -1) {
		if strings.HasPrefix(match[1], "changes/") {
			f.Add(match[2])
		}
	}
	for _, seed := range []string{
		"- rename event: {event: A, to: OrderPlacedEvent}\n- add attribute: {of: A, attribute: Reference, value: \"'x'\"}",
		"- merge events: {events: {A: ~, B: {values: {Reference: \"'b'\"}}}, into: OrderPlacedEvent, back: {A: ~}}",
		"- split event: {event: A, attributes: {C: text}, into: {OrderPlacedEvent: ~, OrderChangedEvent: {when: C == 'c'}}, back: {OrderPlacedEvent: {values: {C: Reference}}}}",
		"- rename stream: {stream: A, to: Order}\n- delete event: {event: B, of: A, attributes: {C: {key: D, of: {D: int}}}}",
		"- add stream: {stream: Order}\n- delete stream: {stream: A, events: {OrderPlacedEvent: {B: ref(A)}}}",
		"- update attribute: {of: OrderPlacedEvent, attribute: A, to: Reference, from: int, value: \"'a'\", back: \"1\"}",
	} {
		f.Add(seed)
	}
	base := compiledFiles(f, archive(placedOrder))
	f.Fuzz(func(t *testing.T, text string) {
		files := archive(placedOrder)
		files["changes/2.0.yaml"] = &fstest.MapFile{Data: []byte(text)}
		result, err := compile.Compile(files)
		if err == nil {
			if _, err := model.Load(result.Canonical); err != nil {
				t.Fatalf("compiles but does not load: %v", err)
			}
			if back, _, err := change.Onto(base, result.IR); err == nil { // the set may not fit the model before it
				loaded(t, back)
			}
			return
		}
		var problems compile.Problems
		if !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("fails otherwise: %v", err)
		}
		for _, p := range problems {
			if p.File == "" || p.Line < 1 || p.Column < 1 || p.Message == "" || p.Code == "" {
				t.Fatalf("a problem without a place: %+v", p)
			}
		}
	})
}
