package change_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/model/change"
)

// The model in memory looks for the first event of a stream that says where it belongs, and
// then goes through the history once more.
func TestRelocationAgainstAModel(t *testing.T) {
	t.Parallel()
	ir := compiled(t, notes+"-- changes/2.0.yaml --\n- merge streams: {stream: OrderNote, events: [NoteWrittenEvent, NoteChangedEvent], into: Order, by: OrderId}\n")
	rapid.Check(t, func(t *rapid.T) {
		var lines, want []string
		belongs := map[string]string{}
		notes := rapid.SampledFrom([]string{"a", "b", "c"})
		for range rapid.IntRange(1, 10).Draw(t, "events") {
			note, order := notes.Draw(t, "note"), rapid.SampledFrom([]string{"d", "e"}).Draw(t, "order")
			if rapid.Bool().Draw(t, "says") {
				lines = append(lines, fmt.Sprintf(`OrderNote %s NoteWrittenEvent/1 {"OrderId":"@%s"}`, note, order))
				if belongs[note] == "" {
					belongs[note] = order
				}
				continue
			}
			lines = append(lines, fmt.Sprintf(`OrderNote %s NoteChangedEvent/1 {"Note":"n"}`, note))
		}
		orphan := false
		for _, line := range lines {
			note := strings.Fields(line)[1]
			if _, says, ok := strings.Cut(line, "@"); ok {
				want = append(want, "Order "+says[:1]+" NoteWrittenEvent/2 {}")
				continue
			}
			orphan = orphan || belongs[note] == ""
			want = append(want, "Order "+belongs[note]+` NoteChangedEvent/2 {"Note":"n"}`)
		}
		r, err := change.NewRewrite(ir, "2.0")
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.All(history(t, strings.Join(lines, "\n")))
		if (err != nil) != orphan || err == nil && tell(got) != strings.Join(want, "\n") {
			t.Fatalf("%s\nbecomes\n%s\nwanted\n%s\n%v", strings.Join(lines, "\n"), tell(got), strings.Join(want, "\n"), err)
		}
	})
}
