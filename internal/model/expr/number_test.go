package expr_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/model/expr"
)

func TestParseDecimal(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text, want string
		scale      int
	}{
		{"0", "0", 0}, {"-0", "0", 0}, {"12.50", "12.5", 1}, {"-0.001", "-0.001", 3}, {"007", "7", 0}, {"1e3", "1000", 0}, {"15E-1", "1.5", 1},
		{"123456789012345678", "123456789012345678", 0}, {"1234567890123456789012345678.123", "1234567890123456789012345678.123", 3},
		{"100.000", "100", 0},
	}
	for _, test := range tests {
		d, err := expr.ParseDecimal(test.text)
		if err != nil || expr.FormatDecimal(d) != test.want || expr.Scale(d) != test.scale {
			t.Errorf("%s is %s with scale %d, %v; want %s with %d", test.text, d, expr.Scale(d), err, test.want, test.scale)
		}
	}
	for _, text := range []string{"", "-", ".", "1.", ".5", "-.5", "1.2.3", "1,5", " 1", "1 ", "+1", "--1", "1_000", "0x10", "NaN", "Infinity", "1e99", "1e-99", "1e9999999999", strings.Repeat("9", 65), "٣"} {
		if d, err := expr.ParseDecimal(text); err == nil {
			t.Errorf("%q was read as %s", text, d)
		}
	}
}

func TestDecimalsAreWrittenAsTheyAreRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := decimal.New(rapid.Int64().Draw(t, "digits"), rapid.Int32Range(-30, 18).Draw(t, "exponent"))
		back, err := expr.ParseDecimal(expr.FormatDecimal(d))
		if err != nil || !back.Equal(d) {
			t.Fatalf("%s came back as %s, %v", d, back, err)
		}
	})
}

func TestMoneyForms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"12.5": "12.50", "12.50 EUR": "12.50 EUR", "-3 SEK": "-3.00 SEK", "0.0001 EUR": "0.0001 EUR", "1e2 USD": "100.00 USD", "1.50000": "1.50",
	} {
		if m, err := expr.ParseMoney(text); err != nil || m.String() != want {
			t.Errorf("%q is %s, %v; want %s", text, m, err, want)
		}
	}
	for _, text := range []string{"", "EUR", "12 euro", "12 eur", "12  EUR", "12 EUR ", "EUR 12", "12 "} {
		if m, err := expr.ParseMoney(text); err == nil {
			t.Errorf("%q was read as %s", text, m)
		}
	}
}

func drawMoney(t *rapid.T, name string) expr.Money {
	return expr.Money{
		Amount:   decimal.New(rapid.Int64().Draw(t, name), rapid.Int32Range(-6, 2).Draw(t, name+" scale")),
		Currency: rapid.SampledFrom([]string{"", "EUR", "USD"}).Draw(t, name+" currency"),
	}
}

// Addition does not care about order or grouping, zero without a currency changes nothing,
// and currencies never mix.
func TestMoneyLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawMoney(t, "a"), drawMoney(t, "b")
		if same, err := a.Add(expr.Money{}); err != nil || same != a && !same.Equal(a) || same.Currency != a.Currency {
			t.Fatalf("%s + 0 = %s, %v", a, same, err)
		}
		ab, err := a.Add(b)
		ba, other := b.Add(a)
		var mixed *expr.MixedCurrencies
		if apart := a.Currency != "" && b.Currency != "" && a.Currency != b.Currency; apart {
			if !errors.As(err, &mixed) || other == nil {
				t.Fatalf("%s + %s: %v, %v", a, b, err, other)
			}
			return
		}
		if err != nil || other != nil || ab.String() != ba.String() {
			t.Fatalf("%s + %s = %s or %s", a, b, ab, ba)
		}
		if back, err := ab.Sub(b); err != nil || !back.Amount.Equal(a.Amount) {
			t.Fatalf("%s - %s = %s", ab, b, back)
		}
		if c, err := a.Compare(b); err != nil || (c == 0) != a.Equal(b) {
			t.Fatalf("%s against %s: %d, %v", a, b, c, err)
		}
	})
}

func TestDates(t *testing.T) {
	t.Parallel()
	d, err := expr.ParseDate("2024-02-28")
	if err != nil || d.AddDays(2).String() != "2024-03-01" || d.AddDays(-59).String() != "2023-12-31" || d.AddDays(366).DaysSince(d) != 366 {
		t.Errorf("%s, %v", d, err)
	}
	if expr.DateOf(time.Date(2026, 1, 1, 23, 0, 0, 0, time.UTC)).Compare(d) != 1 {
		t.Error("2026 is later than 2024")
	}
	for _, text := range []string{"", "2026-1-1", "2026-02-30", "0000-01-01", "2026-01-01T00:00:00Z", "26-01-01"} {
		if d, err := expr.ParseDate(text); err == nil {
			t.Errorf("%q was read as %s", text, d)
		}
	}
}

func TestClosest(t *testing.T) {
	t.Parallel()
	names := []string{"Reference", "OrderLines", "CustomerId", "CustomerName"}
	for name, want := range map[string]string{"Refxrence": "Reference", "orderlines": "OrderLines", "CustomerNaam": "CustomerName", "Zebra": "", "": "",
		"order": "OrderLines", "cust": "CustomerId", "cu": ""} {
		if got := expr.Closest(name, names); got != want {
			t.Errorf("%q is closest to %q, want %q", name, got, want)
		}
	}
	if got := expr.DidYouMean("Refxrence", names) + expr.DidYouMean("Zebra", names); got != "; did you mean Reference?" {
		t.Errorf("the sentence ends %q", got)
	}
	for want, candidates := range map[string][]string{"; did you mean Zebras?": {"Ape", "Zebras"}, "; known are Ape, Bear": {"Ape", "Bear"}, "": slices.Repeat([]string{"Ape"}, 25)} {
		if got := expr.Known("Zebra", candidates); got != want {
			t.Errorf("of %q it says %q", candidates, got)
		}
	}
}

func TestAssignable(t *testing.T) {
	t.Parallel()
	l, err := expr.NewLanguage()
	if err != nil {
		t.Fatal(err)
	}
	a := l.Shape("A", []expr.Field{{Name: "X", Type: expr.Type{Kind: expr.Int}}})
	same := l.Shape("B", []expr.Field{{Name: "X", Type: expr.Type{Kind: expr.Int}}})
	other := l.Shape("A", []expr.Field{{Name: "X", Type: expr.Type{Kind: expr.Text}}})
	if a != same || a == other || a.Name() == other.Name() {
		t.Errorf("shapes %s, %s, %s", a.Name(), same.Name(), other.Name())
	}
	row := func(s *expr.Shape) expr.Type { return expr.Type{Kind: expr.List, Shape: s} }
	tests := []struct {
		from, to expr.Type
		want     bool
	}{
		{expr.Type{Kind: expr.Int}, expr.Type{Kind: expr.Decimal}, true}, {expr.Type{Kind: expr.Decimal}, expr.Type{Kind: expr.Int}, false},
		{expr.Type{Kind: expr.Null}, expr.Type{Kind: expr.MoneyKind}, true}, {expr.Type{Kind: expr.Decimal}, expr.Type{Kind: expr.MoneyKind}, false},
		{row(a), row(same), true}, {row(a), row(other), false}, {expr.Type{Kind: expr.Object, Shape: a}, row(a), false},
	}
	for _, test := range tests {
		if got := test.from.AssignableTo(test.to); got != test.want {
			t.Errorf("%v to %v: %v", test.from, test.to, got)
		}
	}
	if got := expr.Convert(int64(3), expr.Decimal); !expr.EqualValues(got, number("3")) {
		t.Errorf("3 became %v", got)
	}
}

func TestEnvServesManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 20 {
				p, err := w.env.Compile(fmt.Sprintf("N + %d", n%5))
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := p.Eval(w.values); err != nil || got != int64(3+n%5) {
					t.Errorf("worker %d: %v, %v", i, got, err)
				}
			}
		})
	}
	all.Wait()
}
