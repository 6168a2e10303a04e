package expr_test

import (
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/model/expr"
)

// FuzzCompile feeds any text to the compiler and runs what compiles: neither may panic, and
// what an expression says it needs must be enough to run it.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		"Lines.sum(l, l.Quantity * l.Price)", "or(NoLimit, money('0')) >= Limit", "Status in ['placed']",
		"Lines.filter(l, has(l.Note)).all(x, x.Count > 0)", "date(At) - Day", "month(Day)", "money('1e9')", "-(-9223372036854775808)",
		"round(Limit * D, 2) < money('7') ? Name + 'x' : or(Missing, Status)", "[1, 2].map(x, x)", "this.Total / 0", "Name.matches('(')", "Lines + None", "Lines == None",
	} {
		f.Add(seed)
	}
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, source string) {
		p, err := w.env.Compile(source)
		if err != nil {
			return
		}
		got, err := p.Eval(needed{t, p, w.values}) // an error is an answer too
		if !p.IsPlain() {
			return
		}
		want, wrong := p.EvalCEL(w.values)
		if (err == nil) != (wrong == nil) || err == nil && exactly(got) != exactly(want) {
			t.Errorf("%q is %s, %v; CEL says %s, %v", source, exactly(got), err, exactly(want), wrong)
		}
	})
}

// needed is a scope that gives only what the program says it needs.
type needed struct {
	t      *testing.T
	p      *expr.Program
	values expr.Values
}

func (n needed) Lookup(name string) (any, error) {
	for _, path := range n.p.Needs() {
		if root, _, _ := strings.Cut(path, "."); root == name {
			return n.values.Lookup(name)
		}
	}
	n.t.Fatalf("%q reads %s, but needs only %v", n.p.Source(), name, n.p.Needs())
	return nil, nil
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		w := newWorld(b)
		if _, err := w.env.Compile("Lines.sum(l, l.Quantity * l.Price) > money('0')"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEval(b *testing.B) {
	w := newWorld(b)
	p, err := w.env.Compile("Lines.sum(l, l.Quantity * l.Price) > money('0')")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.Eval(w.values); err != nil {
			b.Fatal(err)
		}
	}
}
