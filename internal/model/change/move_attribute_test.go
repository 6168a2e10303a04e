package change_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/model/change"
)

const moving = "  PlaceOrderCommand: {creates: true, input: [A], raises: OrderPlacedEvent}\n  ConfirmOrderCommand: {input: [B], raises: OrderConfirmedEvent}\n"

func moved(set string) string {
	return shop("{A: {type: text, optional: true}, B: {type: text, optional: true}}", moving, set)
}

func TestMoveAttribute(t *testing.T) {
	t.Parallel()
	move := moved("- move attribute: {attribute: A, from: OrderConfirmedEvent, to: OrderPlacedEvent}")
	rewritten(t, []rewrite{
		{"to the event before", move, `
			Order a OrderPlacedEvent/1 {}
			Order b OrderPlacedEvent/1 {}
			Order a OrderConfirmedEvent/1 {"A":"x","B":"y"}`, `
			Order a OrderPlacedEvent/2 {"A":"x"}
			Order b OrderPlacedEvent/2 {}
			Order a OrderConfirmedEvent/2 {"B":"y"}`},
		{"or to the event after", move, `
			Order a OrderConfirmedEvent/1 {"A":"x"}
			Order a OrderPlacedEvent/1 {}`, `
			Order a OrderConfirmedEvent/2 {}
			Order a OrderPlacedEvent/2 {"A":"x"}`},
		{"to none", move, `Order a OrderConfirmedEvent/1 {"A":"x"}`,
			fmt.Sprintf("OrderConfirmedEvent of Order %s: the stream has no OrderPlacedEvent that its A could move to", stream("a"))},
		{"dropped", moved("- move attribute: {attribute: A, from: OrderConfirmedEvent, to: OrderPlacedEvent, drop: true}"),
			`Order a OrderConfirmedEvent/1 {"A":"x"}`, `Order a OrderConfirmedEvent/2 {}`},
	})
	run(t, []story{{"nobody reads it wrongly", move, `Order.OrderPlacedEvent/1 {}`, `refused: needs the rewrite of 2.0`}})
	base, _, _ := strings.Cut(moved("-"), "-- changes/")
	refuse(t, base, map[string]string{
		`- move attribute: {attribute: C, from: OrderConfirmedEvent, to: OrderPlacedEvent}`:            `OrderPlacedEvent has no attribute "C"`,
		`- move attribute: {attribute: A, from: OrderMadeEvent, to: OrderPlacedEvent}`:                 `There is no event "OrderMadeEvent"`,
		`- move attribute: {attribute: A, from: OrderConfirmedEvent, to: OrderPlacedEvent, type: txt}`: `"txt" is no type`,
		`- move attribute: {attribute: A, from: OrderConfirmedEvent, to: OrderPlacedEvent}
- delete attribute: {of: OrderPlacedEvent, attribute: C, type: text}`: `put the two into sets of their own`,
	})
}

// The model in memory takes each stream apart: a value goes to the last carrier before it,
// or else to the first.
func TestMoveAttributeAgainstAModel(t *testing.T) {
	t.Parallel()
	ir := compiled(t, moved("- move attribute: {attribute: A, from: OrderConfirmedEvent, to: OrderPlacedEvent, drop: true}"))
	rapid.Check(t, func(t *rapid.T) {
		var lines, want []string
		carriers, values := map[string][]int{}, map[int]string{}
		for i := range rapid.IntRange(1, 12).Draw(t, "events") {
			id := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "stream")
			if rapid.Bool().Draw(t, "carrier") {
				carriers[id] = append(carriers[id], i)
				lines, want = append(lines, "Order "+id+" OrderPlacedEvent/1 {}"), append(want, "Order "+id+" OrderPlacedEvent/2 {}")
				continue
			}
			lines = append(lines, fmt.Sprintf(`Order %s OrderConfirmedEvent/1 {"A":"%d"}`, id, i))
			want = append(want, "Order "+id+" OrderConfirmedEvent/2 {}")
		}
		for i, line := range lines {
			id := strings.Fields(line)[1]
			if !strings.Contains(line, "Confirmed") || len(carriers[id]) == 0 {
				continue
			}
			to := carriers[id][0]
			for _, at := range carriers[id] {
				if at < i {
					to = at
				}
			}
			values[to] = fmt.Sprint(i)
		}
		for to, value := range values {
			want[to] = strings.Replace(want[to], "{}", `{"A":"`+value+`"}`, 1)
		}
		r, err := change.NewRewrite(ir, "2.0")
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.All(history(t, strings.Join(lines, "\n")))
		if err != nil || tell(got) != strings.Join(want, "\n") {
			t.Fatalf("%s\nbecomes\n%s\nwanted\n%s\n%v", strings.Join(lines, "\n"), tell(got), strings.Join(want, "\n"), err)
		}
	})
}
