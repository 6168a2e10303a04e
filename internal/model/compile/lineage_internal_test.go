package compile

import (
	"slices"
	"testing"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/change"
)

// An event that gave its name to another is not forgotten: tables hold rows of it.
func TestOtherEventsBeforeUnderTheName(t *testing.T) {
	t.Parallel()
	upcast := func(event string, version int, into ...model.Into) model.Upcast {
		return model.Upcast{Stream: "Order", Event: event, Version: version, Into: into}
	}
	same := func(version int) model.Into {
		return model.Into{Stream: "Order", Event: "Placed", Version: version, Attributes: []model.Derive{{Name: "Total", From: "Total"}}}
	}
	current := &model.Event{Name: "Placed", Version: 3, Attributes: []model.Attribute{{Name: "Total"}}}
	for _, test := range []struct {
		what    string
		upcasts []model.Upcast
		want    []string
	}{
		{"itself", []model.Upcast{upcast("Placed", 1, same(2)), upcast("Placed", 2, same(3))}, nil},
		{"nothing", []model.Upcast{upcast("Placed", 1), upcast("Placed", 2, same(3))}, []string{"other events before"}},
		{"another", []model.Upcast{upcast("Placed", 1, model.Into{Stream: "Order", Event: "Ordered", Version: 1})}, []string{"other events before"}},
		{"some of itself", []model.Upcast{upcast("Placed", 2, model.Into{Stream: "Order", Event: "Placed", Version: 3, When: "Paid", Attributes: same(3).Attributes})},
			[]string{"Order\x00Placed\x00Paid\x00Total\x00Total\x00\x00"}},
		{"what does not matter", []model.Upcast{upcast("Sent", 1)}, nil},
	} {
		c := &compiler{solved: &change.Solution{Upcasts: test.upcasts}}
		if got := c.lineage("Order", current, map[string]bool{"Total": true}); !slices.Equal(got, test.want) {
			t.Errorf("it was %s: %q", test.what, got)
		}
	}
}
