package expr_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model/expr"
)

func number(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func euro(text string) expr.Money { return expr.Money{Amount: number(text), Currency: "EUR"} }

type world struct {
	env    *expr.Env
	values expr.Values
}

func newWorld(t testing.TB) world {
	t.Helper()
	l, err := expr.NewLanguage()
	if err != nil {
		t.Fatal(err)
	}
	line := l.Shape("Lines", []expr.Field{
		{"Quantity", expr.Type{Kind: expr.Decimal}}, {"Price", expr.Type{Kind: expr.MoneyKind}},
		{"Count", expr.Type{Kind: expr.Int}}, {"Note", expr.Type{Kind: expr.Text}}})
	address := l.Shape("Address", []expr.Field{{"City", expr.Type{Kind: expr.Text}}})
	before := l.Shape("Before", []expr.Field{{"Total", expr.Type{Kind: expr.MoneyKind}}})
	row := func(quantity, price string) *expr.Row {
		return &expr.Row{Shape: line, Values: []any{number(quantity), euro(price), int64(2), nil}}
	}
	status := []string{"placed", "confirmed", "closed"}
	env := l.Env([]expr.Variable{
		{"Lines", expr.Type{Kind: expr.List, Shape: line}}, {"None", expr.Type{Kind: expr.List, Shape: line}},
		{"Address", expr.Type{Kind: expr.Object, Shape: address}}, {"NoAddress", expr.Type{Kind: expr.Object, Shape: address}},
		{"this", expr.Type{Kind: expr.Object, Shape: before}}, {"Name", expr.Type{Kind: expr.Text}},
		{"Missing", expr.Type{Kind: expr.Text}}, {"Limit", expr.Type{Kind: expr.MoneyKind}}, {"NoLimit", expr.Type{Kind: expr.MoneyKind}},
		{"Dollars", expr.Type{Kind: expr.MoneyKind}}, {"N", expr.Type{Kind: expr.Int}}, {"NoN", expr.Type{Kind: expr.Int}},
		{"D", expr.Type{Kind: expr.Decimal}}, {"Ok", expr.Type{Kind: expr.Bool}}, {"NoOk", expr.Type{Kind: expr.Bool}},
		{"Day", expr.Type{Kind: expr.DateKind}}, {"At", expr.Type{Kind: expr.Timestamp}},
		{"Status", expr.Type{Kind: expr.Text, Enum: status}},
	})
	return world{env, expr.Values{
		"Lines": expr.Rows{row("2", "10.05"), row("0.5", "3")}, "None": expr.Rows{},
		"Address": &expr.Row{Shape: address, Values: []any{"Leusden"}}, "this": &expr.Row{Shape: before, Values: []any{euro("7")}},
		"Name": "Linus", "Limit": euro("100"), "Dollars": expr.Money{Amount: number("5"), Currency: "USD"}, "N": int64(3),
		"D": number("1.5"), "Ok": true, "Day": expr.Date{Year: 2026, Month: 2, Day: 28},
		"At": time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC), "Status": "placed",
	}}
}

func (w world) eval(t testing.TB, source string) (any, error) {
	t.Helper()
	p, err := w.env.Compile(source)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return p.Eval(w.values)
}

func TestEval(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct {
		source string
		want   any
	}{
		{"1 + 2 * 3", int64(7)},
		{"N * D", number("4.5")},
		{"D * N - 1", number("3.5")},
		{"2 * Limit", euro("200")},
		{"Limit * 2", euro("200")},
		{"D * Limit", euro("150")},
		{"Limit / 8", euro("12.5")},
		{"Limit / money('8')", number("12.5")},
		{"-Limit", euro("-100")},
		{"-D", number("-1.5")},
		{"Limit - money('0.01')", euro("99.99")},
		{"money('12.50', 'EUR')", euro("12.5")},
		{"money(D, 'EUR')", euro("1.5")},
		{"amount(Limit)", number("100")},
		{"currency(Limit)", "EUR"},
		{"Limit >= money('0')", true},
		{"money('0') == money('0', 'EUR')", true},
		{"Limit == Dollars", false},
		{"D > 1 && D < 2", true},
		{"1 < D", true},
		{"D == decimal(1)", false},
		{"D != decimal('1.50')", false},
		{"Lines.sum(l, l.Quantity * l.Price)", euro("21.6")},
		{"None.sum(l, l.Quantity * l.Price)", expr.Money{}},
		{"None.sum(l, l.Price) + Limit", euro("100")},
		{"Lines.sum(l, l.Count)", int64(4)},
		{"Lines.sum(l, l.Quantity)", number("2.5")},
		{"None.sum(l, l.Quantity)", number("0")},
		{"size(Lines)", int64(2)},
		{"Lines.all(l, l.Quantity > 0)", true},
		{"Lines.exists(l, l.Note != null)", false},
		{"Lines.filter(l, l.Quantity > 1).sum(l, l.Price)", euro("10.05")},
		{"Lines[0].Quantity", number("2")},
		{"Name == null", false},
		{"Missing == null", true},
		{"NoN == null", true},
		{"NoOk == null", true},
		{"NoLimit == null", true},
		{"NoLimit == null || NoLimit > Limit", true},
		{"or(NoLimit, money('0'))", expr.Money{}},
		{"or(NoN, 4) + 1", int64(5)},
		{"or(Missing, 'x') + Name", "xLinus"},
		{"or(NoOk, false)", false},
		{"has(Missing)", false},
		{"has(Name)", true},
		{"has(Lines)", true},
		{"has(Address.City)", true},
		{"has(NoAddress.City)", false},
		{"Address.City", "Leusden"},
		{"NoAddress.City", nil},
		{"NoAddress == null", true},
		{"this.Total < Limit", true},
		{"Ok ? Name : Missing", "Linus"},
		{"Status in ['placed', 'closed']", true},
		{"Name.startsWith('Li') && Name.matches('^[A-Z].*$')", true},
		{"Day + 1", expr.Date{Year: 2026, Month: 3, Day: 1}},
		{"date('2026-03-01') - Day", int64(1)},
		{"date(At) > Day", true},
		{"month(date('2026-03-01'))", "2026-03"},
		{"month(Day) < month(Day + 1)", true},
		{"round(decimal('2.345'), 2)", number("2.35")},
		{"round(Limit / 3, 2)", euro("33.33")},
		{"round(decimal('-2.345'), 2)", number("-2.35")},
		{"max(D, decimal('9')) + min(D, decimal(2))", number("10.5")},
		{"At < timestamp('2027-01-01T00:00:00Z')", true},
		{"null", nil},
	}
	for _, test := range tests {
		got, err := w.eval(t, test.source)
		if err != nil || !expr.EqualValues(got, test.want) {
			t.Errorf("%s = %v, %v; want %v", test.source, got, err, test.want)
		}
	}
}

func TestEvalErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct{ source, want string }{
		{"Limit + Dollars", "EUR and USD cannot be mixed"},
		{"Limit < Dollars", "EUR and USD cannot be mixed"},
		{"Lines.sum(l, l.Price) + Dollars", "EUR and USD cannot be mixed"},
		{"NoLimit + Limit", "NoLimit is absent"},
		{"NoN + 1", "NoN is absent"},
		{"NoLimit > Limit", "NoLimit is absent"},
		{"size(Missing)", "Missing is absent"},
		{"NoAddress.City + 'x'", "NoAddress.City is absent"},
		{"D / 0", "division by zero"},
		{"N / 0", "division by zero"},
		{"Limit / 0", "division by zero"},
		{strings.Repeat("decimal('1e40') * ", 11) + "D", "a product of more than 400 digits"},
		{strings.Repeat("decimal('1e-40') * ", 11) + "Limit", "a product of more than 400 digits"},
		{"decimal(Name)", `"Linus" is not a decimal number`},
		{"9223372036854775807 + N", "overflow"},
		{"Lines[7].Count", "index out of bounds: 7"},
	}
	for _, test := range tests {
		got, err := w.eval(t, test.source)
		var failed *expr.EvalError
		if !errors.As(err, &failed) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s = %v, %v; want error %q", test.source, got, err, test.want)
		}
	}
}

func TestCompileErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct{ source, want string }{
		{"Name * Limit", `1:6: * does not work on (text, money)`},
		{"Limit > 0", `1:7: > does not work on (money, int); write money('0') for an amount`},
		{"D == 1", `1:3: == does not work on (decimal, int); write decimal('1') for a whole number`},
		{"Lines == null", `ask has(x) of a list`},
		{"Limit * 1.5", `1:7: * does not work on (money, floating-point number); write exact numbers`},
		{"1.5 == 1.5", `1:1: a floating-point number is not exact; write decimal('1.5')`},
		{"Nam == 'x'", `1:1: there is no "Nam" here; did you mean "Name"?`},
		{"Lines.sum(l, l.Quantiti)", `1:15: there is no field "Quantiti"; did you mean "Quantity"?`},
		{"Addrezs.City", `did you mean "Address"?`},
		{"Status == 'plcaed'", `1:11: it is never "plcaed"; did you mean "placed"?`},
		{"Status in ['placed', 'open']", `1:22: it is never "open"; one of placed, confirmed, closed`},
		{"Ok &&\n  Limit > money('1,5')", `2:16: "1,5" is not an amount of money`},
		{"money('1', 'euro') == Limit", `"euro" is not a currency`},
		{"size(Lines", `1:11: `},
		{"{'a': 1}", `cannot make a structure`},
		{"now() > At", `there is no "now" here`},
		{"Lines.sum(l, l.Note)", `does not work on`},
		{"Lines.sum(l.Count, l)", `the first argument of sum is a name`},
		{"dyn(Name)", `there is no "dyn" here`},
		{strings.Repeat("(", 200) + "1" + strings.Repeat(")", 200), `1:1`},
		{"1 + " + strings.Repeat("1 + ", 2000) + "1", `1:1`},
	}
	for _, test := range tests {
		_, err := w.env.Compile(test.source)
		var failed *expr.CompileError
		if !errors.As(err, &failed) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%.60s: %v; want %q", test.source, err, test.want)
		}
	}
}

func TestNeedsAreWhatIsRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct{ source, want string }{
		{"Name", "[Name]"},
		{"Lines.sum(l, l.Quantity * l.Price) + this.Total", "[Lines this.Total]"},
		{"Lines.exists(Name, Name.Note == Missing)", "[Lines Missing]"},
		{"has(Address.City) && has(Ok)", "[Address.City Ok]"},
		{"1 + 1", "[]"},
	}
	for _, test := range tests {
		p, err := w.env.Compile(test.source)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(p.Needs()); got != test.want {
			t.Errorf("%s needs %s, want %s", test.source, got, test.want)
		}
	}
}

func TestTypes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct {
		source string
		want   expr.Kind
	}{
		{"Name", expr.Text}, {"Lines.sum(l, l.Price)", expr.MoneyKind}, {"N * D", expr.Decimal}, {"or(NoN, 1)", expr.Int},
		{"Day + 1", expr.DateKind}, {"Lines.filter(l, l.Count > 1)", expr.List}, {"Address", expr.Object}, {"At", expr.Timestamp},
		{"has(Name)", expr.Bool}, {"null", expr.Null}, {"[1, 2]", expr.Other}, {"Ok ? NoN : 1", expr.Int}, {"or(Missing, Name)", expr.Text},
	}
	for _, test := range tests {
		p, err := w.env.Compile(test.source)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Type().Kind; got != test.want {
			t.Errorf("%s is %v, want %v", test.source, got, test.want)
		}
	}
}

func TestCostIsLimited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, err := w.env.Compile("Lines.sum(a, Lines.sum(b, Lines.sum(c, a.Count * b.Count * c.Count)))")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.Eval(w.values); err != nil || got != int64(64) {
		t.Errorf("small lists: %v, %v", got, err)
	}
	rows := w.values["Lines"].(expr.Rows)
	for len(rows) < 1000 {
		rows = append(rows, rows[0])
	}
	w.values["Lines"] = rows
	if _, err := p.Eval(w.values); err == nil || !strings.Contains(err.Error(), "cost limit") {
		t.Errorf("1,000 rows cubed: %v, want the cost limit", err)
	}
}
