package compile

import (
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/compile/syntax"
	"github.com/polderhq/polder/internal/model/expr"
)

// resolveComputes types the computes of a type, each after those it reads.
func (c *compiler) resolveComputes(t *typ) {
	waiting := c.namedComputes(t)
	for len(waiting) > 0 {
		next := slices.IndexFunc(waiting, func(e source.Entry[syntax.Compute]) bool {
			return !readsAny(e.Value.Is.Text, waiting, e.Key.Text)
		})
		if next < 0 {
			c.reportCycle(waiting)
			return
		}
		c.resolveCompute(t, waiting[next])
		waiting = slices.Delete(waiting, next, next+1)
	}
}

func (c *compiler) namedComputes(t *typ) []source.Entry[syntax.Compute] {
	var named []source.Entry[syntax.Compute]
	for _, e := range t.Compute.Entries {
		switch {
		case !c.pascal(e.Key, problem.AttributeName, "a compute"):
		case e.Key.Text == status || e.Key.Text == t.idName():
			c.report.Hint(e.Key.At, problem.ReservedName, "give it another name", "%s has its own meaning: every %s has one", e.Key.Text, t.name)
		case find(t.attributes, e.Key.Text) != nil:
			c.report.Hint(e.Key.At, problem.DuplicateAttribute, "a compute is derived; remove it or the attribute",
				"%s is already an attribute", e.Key.Text)
		case e.Value.Is.Given():
			named = append(named, e)
		}
	}
	return named
}

// readsAny reports whether the text mentions another compute that waits, or itself. It goes
// by the text, since an expression can be checked only when all it reads has a type; a
// mention that is no read costs nothing but an order.
func readsAny(text string, waiting []source.Entry[syntax.Compute], self string) bool {
	for _, name := range identifiers(text) {
		if name == self || slices.ContainsFunc(waiting, func(e source.Entry[syntax.Compute]) bool { return e.Key.Text == name }) {
			return true
		}
	}
	return false
}

// identifiers returns the names in an expression that stand by themselves: not fields of
// something, and not inside quotes.
func identifiers(text string) []string {
	var names []string
	quote, start := byte(0), -1
	for i := 0; i <= len(text); i++ {
		ch := byte(' ')
		if i < len(text) {
			ch = text[i]
		}
		inWord := quote == 0 && (isLetter(rune(ch)) || isDigit(rune(ch)) || ch == '_')
		switch {
		case inWord && start < 0:
			start = i
		case !inWord && start >= 0:
			if start == 0 || text[start-1] != '.' {
				names = append(names, text[start:i])
			}
			start = -1
		}
		if ch == '\'' || ch == '"' {
			quote = toggle(quote, ch)
		}
	}
	return names
}

func toggle(quote, ch byte) byte {
	switch quote {
	case 0:
		return ch
	case ch:
		return 0
	}
	return quote
}

func (c *compiler) reportCycle(waiting []source.Entry[syntax.Compute]) {
	names := make([]string, len(waiting))
	for i, e := range waiting {
		names[i] = e.Key.Text
	}
	c.report.Hint(waiting[0].Key.At, problem.ComputeCycle, "one of them has to follow from attributes alone",
		"These computes need each other: %s", strings.Join(names, ", "))
}

func (c *compiler) resolveCompute(t *typ, e source.Entry[syntax.Compute]) {
	sofar := *t.ir // its own copy: environments are kept by stream, and this one still grows
	program := c.check(t, c.stateEnv(&sofar), e.Value.Is)
	if program == nil {
		return
	}
	kind, ok := computedType(program.Type())
	if !ok {
		c.report.Hint(e.Value.Is.At, problem.ExpressionType, "give a text, a number, money, a date or true and false",
			"A compute cannot hold %s", withArticle(program.Type().String()))
		return
	}
	t.ir.Computes = append(t.ir.Computes, model.Compute{
		Name: e.Key.Text, Type: kind, Expr: e.Value.Is.Text, Needs: roots(program), Origin: c.origin(e.Key.At),
	})
}

// computedKinds are the kinds that an expression's value can be kept as. A computed decimal
// has all the digits that its expression gives.
var computedKinds = map[expr.Kind]model.Kind{
	expr.Text: model.Text, expr.Int: model.Int, expr.Decimal: model.Decimal, expr.MoneyKind: model.Money,
	expr.Bool: model.Bool, expr.DateKind: model.Date, expr.Timestamp: model.Timestamp,
}

func computedType(t expr.Type) (model.Type, bool) {
	kind, ok := computedKinds[t.Kind]
	if t.Enum != nil {
		return model.Type{Kind: model.Enum, Enum: t.Enum}, true
	}
	return model.Type{Kind: kind}, ok
}
