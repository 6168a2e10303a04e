package diff_test

import (
	"slices"
	"testing"

	"github.com/polderhq/polder/internal/model/diff"
)

func TestATableThatOnlyGainedColumnsCanBeSeeded(t *testing.T) {
	t.Parallel()
	const of = "Open: {columns: {Priority: ~, Total: ~}}"
	for name, test := range map[string]struct {
		edits  []string
		seeded bool
		adds   string
		replay []string
	}{
		"a column more":        {[]string{of, "Open: {columns: {Priority: ~, Total: ~, Reference: ~}}"}, true, "Reference", []string{"OrderNotedEvent", "OrderPlacedEvent"}},
		"the state":            {[]string{of, "Open: {columns: {Priority: ~, Total: ~, Status: ~}}"}, true, "Status", []string{"OrderClosedEvent", "OrderConfirmedEvent", "OrderPlacedEvent"}},
		"another expression":   {[]string{of, "Open: {columns: {Priority: ~, Total: Total * 2, Reference: ~}}"}, false, "", nil},
		"a column less":        {[]string{of, "Open: {columns: {Priority: ~, Reference: ~}}"}, true, "Reference", []string{"OrderNotedEvent", "OrderPlacedEvent"}},
		"an event more":        {[]string{"input: [Reference], raises", "input: [Reference, Total], raises"}, false, "", nil},
		"written at once":      {[]string{of, "Open: {sync: true, columns: {Priority: ~, Total: ~, Reference: ~}}"}, false, "", nil},
		"rows per line":        {[]string{of, "Open: {of: Orders, columns: {Total: ~}}"}, false, "", nil},
		"another thing begins": {[]string{of, "Open: {columns: {Priority: ~, Total: ~, Reference: ~}}", "NoteOrderCommand: {", "NoteOrderCommand: {creates: true, "}, false, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := diff.Compare(compiled(t, shop), compiled(t, edit(t, test.edits...)))
			i := slices.IndexFunc(d.Tables, func(t diff.Table) bool { return t.Projection == "Open" })
			if i < 0 {
				t.Fatalf("it is not to be built: %+v", d.Tables)
			}
			got := d.Tables[i]
			if got.Was == "" || got.Was == got.Fingerprint || got.Seeded != test.seeded || !slices.Equal(got.Replays, test.replay) ||
				test.seeded && !slices.Equal(got.Adds, []string{test.adds}) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestWhatFollowsFromARowIsBuiltWithIt(t *testing.T) {
	t.Parallel()
	chained := edit(t, "projections:", "projections:\n  Each: {of: Orders, columns: [Total]}", "Open: {columns: {Priority: ~, Total: ~}}", "Open: {columns: [Total]}")
	grown := edit(t, "projections:", "projections:\n  Each: {of: Orders, columns: [Total, Reference]}", "Open: {columns: {Priority: ~, Total: ~}}", "Open: {columns: [Total]}")
	d := diff.Compare(compiled(t, chained), compiled(t, grown))
	if len(d.Tables) != 1 || d.Tables[0].Projection != "Each" || !d.Tables[0].Seeded || len(d.Tables[0].Replays) > 0 {
		t.Errorf("a chained one gained a column: %+v", d.Tables)
	}
}
