package model_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/model"
)

// drawLine draws a row of OrderLines as the database gives it, of one group.
func drawLine(t *rapid.T) *model.Row {
	maybe := func(value any) any {
		if rapid.IntRange(0, 4).Draw(t, "absent") == 0 {
			return nil
		}
		return value
	}
	amount := func() any {
		return decimal.New(rapid.Int64Range(-30, 30).Draw(t, "digits"), -rapid.Int32Range(0, 3).Draw(t, "scale"))
	}
	row := &model.Row{Key: uuid.New(), Values: map[string]any{
		"ProductId": productID, "Day": time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC),
		"Label":    maybe(rapid.SampledFrom([]string{"a", "b", "B", "é", ""}).Draw(t, "label")),
		"Quantity": maybe(amount()), "LineNumber": maybe(rapid.Int64Range(-3, 3).Draw(t, "line")),
		"Worth": maybe(amount()), "WorthCurrency": rapid.SampledFrom([]string{"EUR", "EUR", "EUR", "USD"}).Draw(t, "currency"),
	}}
	if row.Values["Worth"] == nil {
		row.Values["WorthCurrency"] = nil
	}
	return row
}

// lookUp finds the stale extremes among the members, as the database does.
func lookUp(g *model.Group, members []*model.Row) {
	for _, e := range g.Stale() {
		var found any
		for _, m := range members {
			value := m.Values[e.Of]
			if value == nil {
				continue
			}
			if found == nil || e.Max && over(value, found) || !e.Max && over(found, value) {
				found = value
			}
		}
		g.Set(e.Column, found)
	}
}

func over(a, b any) bool {
	switch x := a.(type) {
	case int64:
		return x > b.(int64)
	case string:
		return x > b.(string)
	case time.Time:
		return x.After(b.(time.Time))
	}
	return a.(decimal.Decimal).GreaterThan(b.(decimal.Decimal))
}

func exactly(row *model.Row) string {
	if row == nil {
		return "no row"
	}
	text := fmt.Sprintf("%s %s", row.Key, row.Hidden)
	for _, name := range slices.Sorted(maps.Keys(row.Values)) {
		text += fmt.Sprintf("\n%s %#v", name, row.Values[name])
		if d, ok := row.Values[name].(decimal.Decimal); ok {
			text += fmt.Sprintf(" %s e%d", d.Coefficient(), d.Exponent())
		}
	}
	return text
}

// Whatever came and went, in whatever order and over however many pages, a group is what
// its members amount to.
func TestAGroupFollowsFromItsMembers(t *testing.T) {
	t.Parallel()
	p := chainedShop(t).Projection("ProductTotals")
	open := func(rt *rapid.T, row *model.Row) *model.Group {
		g, err := p.OpenGroup(productID, row)
		if err != nil {
			rt.Fatal(err)
		}
		return g
	}
	rapid.Check(t, func(rt *rapid.T) {
		g := open(rt, nil)
		var members []*model.Row
		for range rapid.IntRange(0, 20).Draw(rt, "steps") {
			switch step := rapid.IntRange(0, 5).Draw(rt, "step"); {
			case step == 0: // a page ends
				lookUp(g, members)
				g = open(rt, fromDatabase(g.Row()))
			case step <= 2 && len(members) > 0:
				i := rapid.IntRange(0, len(members)-1).Draw(rt, "member")
				if err := g.Remove(members[i]); err != nil {
					rt.Fatal(err)
				}
				members = slices.Delete(members, i, i+1)
			default:
				m := drawLine(rt)
				if err := g.Add(m); err != nil {
					rt.Fatal(err)
				}
				members = append(members, m)
			}
		}
		lookUp(g, members)
		fresh := open(rt, nil)
		for _, m := range rapid.Permutation(members).Draw(rt, "order") {
			if err := fresh.Add(m); err != nil {
				rt.Fatal(err)
			}
		}
		if a, b := exactly(g.Row()), exactly(fresh.Row()); a != b {
			rt.Fatalf("kept up %s\nanew %s", a, b)
		}
		check(rt, fresh.Row(), members)
	})
}

// check holds some columns against a plain computation.
func check(t *rapid.T, row *model.Row, members []*model.Row) {
	if row == nil {
		if len(members) > 0 {
			t.Fatal("members without a row")
		}
		return
	}
	priced, quantity, counted := int64(0), decimal.Zero, 0
	currencies := map[any]bool{}
	for _, m := range members {
		if m.Values["Worth"] != nil {
			priced++
			currencies[m.Values["WorthCurrency"]] = true
		}
		if d, ok := m.Values["Quantity"].(decimal.Decimal); ok {
			quantity, counted = quantity.Add(d), counted+1
		}
	}
	sum, summed := row.Values["Quantity"].(decimal.Decimal)
	if row.Values["Rows"] != int64(len(members)) || row.Values["Priced"] != priced || (row.Values["Worth"] != nil) != (len(currencies) == 1) ||
		summed != (counted > 0) || summed && !sum.Equal(quantity) {
		t.Fatalf("row %v of %d members", row.Values, len(members))
	}
}

func TestMember(t *testing.T) {
	t.Parallel()
	p := chainedShop(t).Projection("ProductTotals")
	row := func(product any, day time.Time) *model.Row {
		return &model.Row{Values: map[string]any{"ProductId": product, "Day": day}}
	}
	day := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	key, ok := p.Member(row(productID, day))
	again, _ := p.Member(row(productID, day.In(time.FixedZone("", 0))))
	other, _ := p.Member(row(productID, day.AddDate(0, 0, 1)))
	none, _ := p.Member(row(nil, day))
	if !ok || key != again || key == other || key == none || other == none {
		t.Errorf("keys %v %v %v %v", key, again, other, none)
	}
	if _, ok := p.Member(nil); ok {
		t.Error("no row counts")
	}
}

func TestAGroupDoesNotGiveWhatItHasNot(t *testing.T) {
	t.Parallel()
	p := chainedShop(t).Projection("ProductTotals")
	g, err := p.OpenGroup(productID, nil)
	if err != nil || g.Row() != nil {
		t.Fatal(err, g.Row())
	}
	if err := g.Remove(&model.Row{Values: map[string]any{}}); err == nil {
		t.Error("a row was taken out of an empty group")
	}
	if _, err := p.OpenGroup(productID, &model.Row{Hidden: json.RawMessage(`{"rows": "x"}`)}); err == nil {
		t.Error("a broken group was opened")
	}
}
