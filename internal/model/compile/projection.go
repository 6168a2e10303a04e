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

// projection is a projection on its way to the IR.
type projection struct {
	*syntax.Projection
	typ  *typ // whose events it follows from
	name string
	at   *source.Node
	ir   *model.Projection

	resolving bool
	resolved  bool
	lost      bool              // what feeds it could not be resolved
	feeder    *projection       // nil: events feed it
	element   []model.Attribute // of the list that it has a row per element of
}

func (p *projection) column(name string) *model.Column {
	for i := range p.ir.Columns {
		if p.ir.Columns[i].Name == name {
			return &p.ir.Columns[i]
		}
	}
	return nil
}

// visible is column for what people may name.
func (p *projection) visible(name string) *model.Column {
	if column := p.column(name); column != nil && !column.Silent {
		return column
	}
	return nil
}

func (p *projection) columnNames() []string {
	var names []string
	for _, column := range p.ir.Columns {
		if !column.Silent {
			names = append(names, column.Name)
		}
	}
	return names
}

// resolveProjections resolves the projections, and makes the helpers that they join.
func (c *compiler) resolveProjections() {
	for _, t := range c.streams {
		for i := range t.Projections.Entries {
			c.declareProjection(t, &t.Projections.Entries[i])
		}
	}
	for _, p := range slices.Clone(c.ordered) {
		c.resolveProjection(p)
	}
}

// resolveProjection resolves the projection once, after what feeds it.
func (c *compiler) resolveProjection(p *projection) {
	if p.resolved {
		return
	}
	p.resolved, p.resolving = true, true
	p.ir.Sync = p.Sync.Value
	if p.lost = !c.follow(p); !p.lost {
		c.resolveColumns(p)
		c.resolveShapes(p)
	}
	p.resolving = false
}

// finishProjections finds what the rows depend on, once it is known what they keep.
func (c *compiler) finishProjections() {
	for _, p := range c.ordered {
		p.ir.Hidden = p.hidden()
		p.ir.Events = p.events()
	}
	for _, p := range c.ordered {
		p.ir.Fingerprint = c.fingerprint(p)
	}
	c.orderNumbers()
}

// maxProjection leaves room in PostgreSQL's 63 bytes for the fingerprint and the names of
// indexes.
const maxProjection = 40

func (c *compiler) declareProjection(t *typ, e *source.Entry[syntax.Projection]) {
	if !c.pascal(e.Key, problem.NameForm, "a projection") {
		return
	}
	if len(model.Snake(e.Key.Text)) > maxProjection {
		c.report.Hint(e.Key.At, problem.NameForm, "shorten it", "The name of a projection has at most %d characters", maxProjection)
		return
	}
	if other := c.projections[e.Key.Text]; other != nil {
		c.report.Hint(e.Key.At, problem.DuplicateProjection, "give it another name", "%s is already a projection of %s", e.Key.Text, other.typ.name)
		return
	}
	p := &projection{Projection: &e.Value, typ: t, name: e.Key.Text, at: e.Key.At}
	p.ir = &model.Projection{Name: p.name, From: t.name, Origin: c.origin(p.at)}
	c.projections[p.name] = p
	c.ordered = append(c.ordered, p)
}

func (c *compiler) resolveColumns(p *projection) {
	env := c.env(p)
	seen := map[string]string{}
	for _, column := range p.ir.Columns {
		seen[model.Snake(column.Name)] = column.Name
	}
	for i := range p.Columns.Entries {
		e := &p.Columns.Entries[i]
		if p.excuses(e.Key.Text) || !c.pascal(e.Key, problem.AttributeName, "a column") {
			continue
		}
		if other, ok := seen[model.Snake(e.Key.Text)]; ok || e.Key.Text == p.keyName() {
			c.report.Hint(e.Key.At, problem.DuplicateAttribute, "every row has "+p.keyName()+"; rename or remove the column",
				"The projection already has the column %s", or(other, e.Key.Text))
			continue
		}
		seen[model.Snake(e.Key.Text)] = e.Key.Text
		if column := c.resolveColumn(p, e, env); column != nil {
			p.ir.Columns = append(p.ir.Columns, *column)
		}
	}
	c.addJoinColumns(p)
	c.checkCurrencies(p)
}

// checkCurrencies keeps the names free under which a row has the currency of money.
func (c *compiler) checkCurrencies(p *projection) {
	for _, e := range p.Columns.Entries {
		base, isCurrency := strings.CutSuffix(e.Key.Text, "Currency")
		if find(p.typ.attributes, e.Key.Text) != nil && find(p.typ.attributes, base) != nil {
			continue // reported there
		}
		if money := p.column(base); isCurrency && money != nil && money.Type.Kind == model.Money && p.column(e.Key.Text) != nil {
			c.report.Hint(e.Key.At, problem.ReservedName, "money carries its currency; give the column another name or leave it out",
				"%s is the currency of %s", e.Key.Text, base)
		}
	}
}

func or(text, other string) string {
	if text != "" {
		return text
	}
	return other
}

func (c *compiler) resolveColumn(p *projection, e *source.Entry[syntax.Column], env *expr.Env) *model.Column {
	if p.ir.Grouped {
		return c.groupColumn(p, e)
	}
	column := &model.Column{Name: e.Key.Text, Origin: c.origin(e.Key.At)}
	stored, join := e.Value.Stored, e.Value.Join
	if e.Value.Is.Given() {
		if path := c.pathOf(p, e.Value.Is); path != nil {
			join = e.Value.Is
		} else {
			stored = e.Value.Is
		}
	}
	switch {
	case stored.Given() || join.Given():
	case p.feeder != nil:
		return c.rowColumn(p, e.Key, column)
	default:
		return c.ownColumn(p, e.Key, column)
	}
	if stored.Given() && !c.storedColumn(p, column, stored, env) {
		return nil
	}
	if join.Given() && !c.joinColumn(p, column, join) {
		return nil
	}
	return column
}

// ownColumn is the column that shows what the type itself calls so.
func (c *compiler) ownColumn(p *projection, name source.Word, column *model.Column) *model.Column {
	t, ok := p.typ.own(name.Text)
	if p.typ.excused(name.Text) {
		return nil
	}
	if !ok {
		c.report.Hint(name.At, problem.ProjectionColumnUnknown, problem.DidYouMean(name.Text, p.typ.ownNames()),
			"%s has no attribute or compute %q", p.typ.name, name.Text)
		return nil
	}
	column.Type, column.Expr, column.Needs = t, name.Text, []string{name.Text}
	return column
}

// own returns the type of what a stream of the type knows by the name.
func (t *typ) own(name string) (model.Type, bool) {
	if name == status && len(t.ir.Lifecycle) > 0 {
		return model.Type{Kind: model.Enum, Enum: t.ir.Lifecycle}, true
	}
	if a := find(t.attributes, name); a != nil {
		return a.Type, true
	}
	for _, compute := range t.ir.Computes {
		if compute.Name == name {
			return compute.Type, true
		}
	}
	return model.Type{}, false
}

func (t *typ) ownNames() []string {
	names := namesOf(t.attributes)
	for _, compute := range t.ir.Computes {
		names = append(names, compute.Name)
	}
	if len(t.ir.Lifecycle) > 0 {
		names = append(names, status)
	}
	return names
}

func (c *compiler) storedColumn(p *projection, column *model.Column, text source.Word, env *expr.Env) bool {
	if !c.mayRead(p, text) {
		return false
	}
	program := c.check(p, env, text)
	if program == nil {
		return false
	}
	column.Expr, column.Needs = text.Text, roots(program)
	if own, ok := p.own(program.Variable()); ok {
		column.Type = own
		return true
	}
	kind, ok := computedType(program.Type())
	if !ok {
		c.report.Hint(text.At, problem.ExpressionType, "give a text, a number, money, a date or true and false",
			"A column cannot hold %s", withArticle(program.Type().String()))
	}
	column.Type = kind
	return ok
}

// hidden returns the attributes that later folds need and no column keeps.
func (p *projection) hidden() []string {
	if p.feeder != nil {
		return nil
	}
	var hidden []string
	for _, name := range p.bases() {
		kept := slices.ContainsFunc(p.ir.Columns, func(column model.Column) bool { return column.Expr == name })
		if !kept {
			hidden = append(hidden, name)
		}
	}
	return hidden
}

// bases returns the attributes, and Status, that the columns come down to, sorted.
func (p *projection) bases() []string {
	var bases []string
	var add func(name string)
	add = func(name string) {
		for _, compute := range p.typ.ir.Computes {
			if compute.Name == name {
				for _, need := range compute.Needs {
					add(need)
				}
				return
			}
		}
		bases = append(bases, name)
	}
	for _, column := range p.ir.Columns {
		for _, need := range column.Needs {
			add(need)
		}
	}
	slices.Sort(bases)
	return slices.Compact(bases)
}

// events returns the events that can make or change a row, over however many others.
func (p *projection) events() []string {
	if p.feeder != nil {
		return p.feeder.events()
	}
	bases := p.bases()
	var names []string
	for _, e := range p.typ.events {
		if e.creates() || e.ir.To != "" && slices.Contains(bases, status) ||
			slices.ContainsFunc(e.attributes, func(a attribute) bool { return slices.Contains(bases, a.Name) }) {
			names = append(names, e.name)
		}
	}
	slices.Sort(names)
	return names
}

func (e *event) creates() bool {
	return slices.ContainsFunc(e.raises, func(r *raise) bool { return r.command.ir.Creates })
}
