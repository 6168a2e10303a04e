package expr_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/model/expr"
)

// writer writes expressions of a kind; row is the name of the row of the sum that it is in.
type writer struct {
	*rapid.T
	row string
}

func (w *writer) pick(choices ...func() string) string {
	return choices[rapid.IntRange(0, len(choices)-1).Draw(w.T, "choice")]()
}

func (w *writer) one(of ...string) string { return rapid.SampledFrom(of).Draw(w.T, "one") }

// leaves are what an expression of a kind can be without others in it.
func (w *writer) leaves(kind expr.Kind) []string {
	list := map[expr.Kind][]string{
		expr.Text: {"Name", "Missing", "'é'", "Address.City", "NoAddress.City", "Status", "'12.50'", "'2026-02-28'", "null"},
		expr.Int:  {"N", "NoN", "7", "0", "-3", "9223372036854775807"},
		expr.Decimal: {"D", "decimal('0')", "decimal('1e3')", "decimal('-2.345')", "decimal('123456789012345678.5')",
			"decimal('0.000000000000000001')", "decimal('1e-30')"},
		expr.MoneyKind: {"Limit", "NoLimit", "Dollars", "this.Total", "money('0')", "money('3.335', 'EUR')"},
		expr.Bool:      {"Ok", "NoOk", "true", "has(Missing)", "has(Address.City)", "has(NoAddress.City)", "has(Lines)"},
		expr.DateKind:  {"Day", "date('2026-11-26')"},
	}[kind]
	if w.row != "" {
		list = append(list, map[expr.Kind][]string{
			expr.Text: {w.row + ".Note"}, expr.Int: {w.row + ".Count"}, expr.Decimal: {w.row + ".Quantity"}, expr.MoneyKind: {w.row + ".Price"},
			expr.Bool: {"has(" + w.row + ".Note)"},
		}[kind]...)
	}
	return list
}

func (w *writer) of(kind expr.Kind, depth int) string {
	if depth == 0 || rapid.IntRange(0, 3).Draw(w.T, "leaf") == 0 {
		return w.one(w.leaves(kind)...)
	}
	a := func(k expr.Kind) string { return w.of(k, depth-1) }
	format := func(text string, kinds ...expr.Kind) func() string {
		return func() string {
			args := make([]any, len(kinds))
			for i, k := range kinds {
				args[i] = a(k)
			}
			return fmt.Sprintf(text, args...)
		}
	}
	t, n, d, m, b, day := expr.Text, expr.Int, expr.Decimal, expr.MoneyKind, expr.Bool, expr.DateKind
	choices := map[expr.Kind][]func() string{
		t: {format("(%s + %s)", t, t), format("month(%s)", day), format("currency(%s)", m)},
		n: {format("(%s + %s)", n, n), format("(%s - %s)", n, n), format("(%s * %s)", n, n), format("(%s / %s)", n, n), format("(%s - %s)", day, day), format("-(%s)", n)},
		d: {format("(%s + %s)", d, d), format("(%s - %s)", d, n), format("(%s * %s)", n, d), format("(%s / %s)", d, d), format("round(%s, %s)", d, n),
			format("amount(%s)", m), format("decimal(%s)", t), format("decimal(%s)", n), format("(%s / %s)", m, m), format("-(%s)", d)},
		m: {format("(%s + %s)", m, m), format("(%s - %s)", m, m), format("(%s * %s)", m, d), format("(%s * %s)", n, m), format("(%s / %s)", m, d),
			format("round(%s, 2)", m), format("money(%s, 'EUR')", d), format("money(%s)", t), format("-(%s)", m)},
		b:   {format("!(%s)", b), format("(%s && %s)", b, b), format("(%s || %s)", b, b), format("has(%s)", expr.Other), format("(%s < %s)", d, n)},
		day: {format("(%s + %s)", day, n), format("(%s - %s)", day, n), format("date(%s)", t)},
	}[kind]
	choices = append(choices, format("(%s ? %s : %s)", b, kind, kind), format("or(%s, %s)", kind, kind))
	switch kind {
	case n, d, m, day:
		choices = append(choices, format("min(%s, %s)", kind, kind), format("max(%s, %s)", kind, kind))
	case b:
		of := rapid.SampledFrom([]expr.Kind{t, n, d, m, day}).Draw(w.T, "compared")
		choices = append(choices, format("(%s "+w.one("==", "!=", "<", "<=", ">", ">=")+" %s)", of, of), format("(%s == null)", of))
		choices[3] = func() string { return "has(" + w.one("Name", "Missing", "Limit", "NoLimit", "None") + ")" }
	}
	if w.row == "" && (kind == n || kind == d || kind == m) {
		choices = append(choices, func() string {
			inner := &writer{w.T, "l"}
			return fmt.Sprintf("%s.sum(l, %s)", w.one("Lines", "None"), inner.of(kind, depth-1))
		})
	}
	return w.pick(choices...)
}

// exactly tells values apart down to how a number is kept.
func exactly(value any) string {
	switch v := value.(type) {
	case decimal.Decimal:
		return fmt.Sprintf("%s e%d", v, v.Exponent())
	case expr.Money:
		return fmt.Sprintf("%s e%d %s", v.Amount, v.Amount.Exponent(), v.Currency)
	}
	return fmt.Sprintf("%T %v", value, value)
}

// What is evaluated without CEL is what CEL makes of it: the same value, the same error, and the
// same values that are said to be absent.
func TestPlainIsWhatCELSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	certain, failed, covered, all := 0, 0, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom([]expr.Kind{expr.Text, expr.Int, expr.Decimal, expr.MoneyKind, expr.Bool, expr.DateKind}).Draw(rt, "kind")
		source := (&writer{rt, ""}).of(kind, 4)
		p, err := w.env.Compile(source)
		if err != nil || p.Variable() != "" {
			return // such as a constant that is none
		}
		all++
		want, wrong := p.EvalCEL(w.values)
		got, err := p.Eval(w.values)
		if (err == nil) != (wrong == nil) || err != nil && err.Error() != wrong.Error() || err == nil && exactly(got) != exactly(want) {
			rt.Fatalf("%s\nplain %s, %v\nCEL   %s, %v", source, exactly(got), err, exactly(want), wrong)
		}
		if !p.IsPlain() {
			return
		}
		covered++
		if p.Certain(w.values) {
			certain++
		}
		if wrong != nil {
			failed++
		}
	})
	t.Logf("figure: of %d expressions %d are plain, %d of them certain and %d without value", all, covered, certain, failed)
	if covered*10 < all*9 || certain*2 < covered || failed == 0 {
		t.Errorf("of %d expressions %d are plain, %d of them certain and %d without value: too few to show anything", all, covered, certain, failed)
	}
}

// Short numbers are calculated with, and written, as long ones are; days as others.
func TestShortDecimals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(name string) decimal.Decimal {
			digits := rapid.SampledFrom([]int64{9, 999, 999_999_999, 999_999_999_999_999_999}).Draw(rt, "digits")
			return decimal.New(rapid.Int64Range(-digits, digits).Draw(rt, name), rapid.Int32Range(-20, 20).Draw(rt, "exponent"))
		}
		x, y, places := draw("x"), draw("y"), rapid.Int32Range(0, 30).Draw(rt, "places")
		product, fits := expr.MultiplyDecimals(x, y)
		for what, pair := range map[string][2]decimal.Decimal{
			"sum": {expr.AddDecimals(x, y), x.Add(y)}, "difference": {expr.SubtractDecimals(x, y), x.Sub(y)},
			"product": {product, x.Mul(y)}, "rounded": {expr.RoundDecimal(x, places), x.Round(places)},
		} {
			if exactly(pair[0]) != exactly(pair[1]) || !fits {
				rt.Fatalf("%s of %s, %s and %d: %s, want %s", what, exactly(x), exactly(y), places, exactly(pair[0]), exactly(pair[1]))
			}
		}
		if got, want := expr.FormatDecimal(x), x.String(); got != want {
			rt.Fatalf("%s is written as %s", want, got)
		}
		if got, want := (expr.Money{Amount: x}).FormatAmount(), x.StringFixed(int32(max(2, expr.Scale(x)))); got != want {
			rt.Fatalf("the amount %s is written as %s", want, got)
		}
		day := time.Unix(rapid.Int64Range(-62135596800, 253402300799).Draw(rt, "day"), 0).UTC()
		text := day.Format(time.DateOnly)
		if d, err := expr.ParseDate(text); err != nil || d != expr.DateOf(day) || d.String() != text {
			rt.Fatalf("%s is read as %v, %v", text, d, err)
		}
	})
}
