package change_test

import (
	"fmt"
	"testing"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/change"
)

// BenchmarkOnto takes back the newest of as many sets as AFAS published in 18 months: 37
// that changed events, 570 event types of 11,000 each.
func BenchmarkOnto(b *testing.B) {
	const events, sets, operations = 11_000, 37, 570
	ir := &model.IR{Format: model.Format, Name: "erp", Currency: "EUR"}
	for i := range events {
		s := model.Stream{Name: fmt.Sprintf("Type%d", i)}
		e := model.Event{Name: fmt.Sprintf("Event%d", i)}
		for j := range 8 {
			e.Attributes = append(e.Attributes, model.Attribute{Name: fmt.Sprintf("Attribute%d", j), Type: model.Type{Kind: model.Text}})
		}
		s.Events = append(s.Events, e)
		ir.Streams = append(ir.Streams, s)
	}
	for i := range sets {
		set := model.ChangeSet{Version: fmt.Sprint(i)}
		for j := range operations {
			set.Operations = append(set.Operations, model.Operation{Kind: "update attribute", Declared: map[string]string{
				"of": fmt.Sprintf("Event%d", (i*100+j*7)%events), "attribute": "Attribute1", "value": "Attribute1 + Attribute2", "back": "Attribute1",
			}})
		}
		ir.Changes = append(ir.Changes, set)
	}
	older := *ir
	older.Changes = older.Changes[:sets-1]
	b.ReportAllocs()
	for b.Loop() {
		made, lost, err := change.Onto(&older, ir)
		if err != nil || len(lost) > 0 || len(made.Upcasts) != (sets+1)*operations {
			b.Fatal(len(made.Upcasts), lost, err)
		}
	}
}
