package compile

import (
	"reflect"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/compile/syntax"
)

// resolveGuards resolves the rules over many streams that the type declares.
func (c *compiler) resolveGuards(t *typ) {
	for i := range t.Guards.Entries {
		e := &t.Guards.Entries[i]
		if !c.pascal(e.Key, problem.NameForm, "a guard") || !e.Value.Kind.Given() {
			continue
		}
		switch e.Value.Kind.Text {
		case "unique":
			c.resolveUnique(t, e.Key, &e.Value)
		case "limit":
			c.resolveLimit(t, e.Key, &e.Value)
		default:
			c.report.Hint(e.Value.Kind.At, problem.GuardKind, problem.DidYouMean(e.Value.Kind.Text, []string{"unique", "limit"}),
				"There is no kind of guard %q", e.Value.Kind.Text)
		}
	}
}

var uniqueKinds = []model.Kind{model.Text, model.Int, model.Enum, model.Ref, model.Date}

func (c *compiler) resolveUnique(t *typ, name source.Word, g *syntax.Guard) {
	u := model.Unique{Name: name.Text, Origin: c.origin(name.At)}
	if len(g.Key.List) == 0 {
		c.report.Hint(name.At, problem.GuardKeyUnknown, "write \"key: [VatNumber]\"", "The guard does not say what is unique")
	}
	for _, key := range g.Key.List {
		a := find(t.attributes, key.Text)
		switch {
		case !key.Given() || t.excused(key.Text):
		case a == nil:
			c.report.Hint(key.At, problem.GuardKeyUnknown, problem.DidYouMean(key.Text, namesOf(t.attributes)), "%s has no attribute %q", t.name, key.Text)
		case !slices.Contains(uniqueKinds, a.Type.Kind):
			c.report.Hint(key.At, problem.GuardKeyUnknown, "use a text, an int, an enum, a date or a reference",
				"%s is %s; that is no key", key.Text, withArticle(string(a.Type.Kind)))
		default:
			u.Key = append(u.Key, key.Text)
		}
	}
	if g.Max.Given() {
		c.report.Hint(g.Max.At, problem.GuardKind, "remove it, or make the guard a limit", "A unique guard has no max")
	}
	t.ir.Uniques = append(t.ir.Uniques, u)
}

func (c *compiler) resolveLimit(t *typ, name source.Word, g *syntax.Guard) {
	for _, key := range g.Key.List {
		if key.Given() && key.Text != "self" {
			c.report.Hint(key.At, problem.GuardKeyUnknown, "write \"key: self\", or leave it out", "A limit is of each %s itself", t.name)
		}
	}
	if !g.Max.Given() {
		c.report.Hint(name.At, problem.LimitMaxType, "write \"max:\" with an attribute or an expression", "The limit has no max")
		return
	}
	t.ir.Limits = append(t.ir.Limits, model.Limit{Name: name.Text, Max: g.Max.Text, Origin: c.origin(name.At)})
	program := c.check(t, c.stateEnv(t.ir), g.Max)
	if program == nil {
		return
	}
	if kind, ok := computedType(program.Type()); !ok || kind.Kind != model.Money && kind.Kind != model.Decimal {
		c.report.Hint(g.Max.At, problem.LimitMaxType, "use an attribute of type money or decimal",
			"The max of a limit is money or a decimal, not %s", withArticle(program.Type().String()))
	}
}

// resolveClaims resolves what the type's commands reserve under limits of other types. A
// claim belongs to the event, so that what is reserved follows from the history alone.
func (c *compiler) resolveClaims(t *typ) {
	for _, cmd := range t.commands {
		for i := range cmd.Guard {
			for j := range cmd.Guard[i].Entries {
				c.resolveClaim(cmd, &cmd.Guard[i].Entries[j])
			}
		}
	}
}

func (c *compiler) resolveClaim(cmd *command, e *source.Entry[syntax.Reserve]) {
	limited, limit := c.limit(e.Key)
	if limit == nil || len(cmd.raises) != 1 {
		return
	}
	via, ok := c.limitVia(cmd.typ, limited, e)
	amount, release, given := c.limitAmount(e)
	if !ok || !given {
		return
	}
	event := cmd.raises[0].event
	claim := model.LimitClaim{
		Limit: e.Key.Text, Via: via, Delta: amount.Text, When: e.Value.When.Text,
		Override: e.Value.Override.Text, Origin: c.origin(e.Key.At),
	}
	if release {
		claim.Delta = "-(" + amount.Text + ")"
	}
	c.roles([]source.Word{e.Value.Override})
	c.checkClaim(cmd.typ, limited, limit, amount)
	if env, err := c.scopes.Event(cmd.typ.ir); err == nil {
		c.checkType(cmd.typ, env, e.Value.When, condition())
	}
	if !slices.ContainsFunc(event.ir.Claims, func(other model.LimitClaim) bool { return sameClaim(other, claim) }) {
		event.ir.Claims = append(event.ir.Claims, claim)
	}
}

func sameClaim(a, b model.LimitClaim) bool {
	a.Origin = b.Origin
	return reflect.DeepEqual(a, b)
}

func (c *compiler) limit(name source.Word) (*typ, *model.Limit) {
	typeName, limitName, _ := strings.Cut(name.Text, ".")
	if t := c.types[typeName]; t != nil && !t.isValue() {
		for i := range t.ir.Limits {
			if t.ir.Limits[i].Name == limitName {
				return t, &t.ir.Limits[i]
			}
		}
	}
	c.report.Hint(name.At, problem.LimitUnknown, problem.DidYouMean(name.Text, c.limitNames()), "There is no limit %q", name.Text)
	return nil, nil
}

func (c *compiler) limitNames() []string {
	var names []string
	for _, t := range c.streams {
		for _, l := range t.ir.Limits {
			names = append(names, t.name+"."+l.Name)
		}
	}
	return names
}

// limitVia finds the own reference to what has the limit.
func (c *compiler) limitVia(t, limited *typ, e *source.Entry[syntax.Reserve]) (string, bool) {
	var fitting []string
	for _, a := range t.attributes {
		if a.Type.Kind == model.Ref && slices.Contains(a.Type.Targets, limited.name) {
			fitting = append(fitting, a.Name)
		}
	}
	switch via := e.Value.Via; {
	case via.Given() && slices.Contains(fitting, via.Text):
		return via.Text, true
	case via.Given():
		c.report.Hint(via.At, problem.LimitVia, problem.DidYouMean(via.Text, fitting), "%s has no reference %q to %s", t.name, via.Text, withArticle(limited.name))
		return "", false
	case len(fitting) == 1:
		return fitting[0], true
	}
	c.report.Hint(e.Key.At, problem.LimitVia, problem.DidYouMean("", fitting), "Say via which of %d references of %s to %s", len(fitting), t.name, limited.name)
	return "", false
}

func (c *compiler) limitAmount(e *source.Entry[syntax.Reserve]) (amount source.Word, release, ok bool) {
	r := e.Value
	if r.Reserve.Given() == r.Release.Given() {
		c.report.Hint(e.Key.At, problem.LimitAmount, "write reserve or release, with the amount", "The guard does not say whether it reserves or gives back")
		return r.Reserve, false, false
	}
	if r.Release.Given() {
		return r.Release, true, true
	}
	return r.Reserve, false, true
}

// checkClaim checks that the amount is of the kind that the limit counts.
func (c *compiler) checkClaim(t, limited *typ, limit *model.Limit, amount source.Word) {
	env := c.stateEnv(limited.ir)
	if env == nil {
		return
	}
	program, err := env.Compile(limit.Max)
	if err != nil {
		return // reported where the limit stands
	}
	if kind, ok := computedType(program.Type()); ok {
		c.checkType(t, c.stateEnv(t.ir), amount, wanted{kind, problem.ExpressionType})
	}
}
