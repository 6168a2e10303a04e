package change

import (
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/expr"
)

// builder makes the outcome of one event ready to run, and checks its expressions.
type builder struct {
	*step
	before *event
	env    *expr.Env
	reads  map[string]bool
}

// build makes all outcomes of the step ready.
func (s *step) build() {
	for _, name := range sortedKeys(s.outcomes) {
		o := s.outcomes[name]
		before := s.now.events[name]
		env, err := s.scopes.Stored(before.attributes)
		if err != nil {
			s.report.At(o.at, problem.UnknownType, "What %s carried is not known: %v", name, err)
			continue
		}
		b := &builder{s, before, env, map[string]bool{}}
		for _, t := range o.into {
			o.built = append(o.built, b.into(t))
		}
		for _, a := range before.attributes {
			if b.reads[a.Name] {
				o.reads = append(o.reads, model.Attribute{Name: a.Name, Type: a.Type, Optional: a.Optional})
			}
		}
		s.checkBacks(o)
	}
}

func (b *builder) into(t *target) model.Into {
	after := b.after.events[t.event]
	into := model.Into{Event: t.event, Attributes: []model.Derive{}}
	into.Stream = after.stream
	if t.when.Given() {
		b.expression(t.when, b.env, model.Type{Kind: model.Bool})
		into.When = t.when.Text
	}
	for _, name := range sortedNames(after) {
		if d, ok := b.derive(t, after.attribute(name)); ok {
			into.Attributes = append(into.Attributes, d)
		}
	}
	return into
}

// derive returns where the attribute's value comes from; false when it has none.
func (b *builder) derive(t *target, a *model.Attribute) (model.Derive, bool) {
	value, declared := t.values[a.Name]
	if declared && !value.Value.Given() {
		return model.Derive{}, false
	}
	if declared {
		b.expression(value.Value, b.env, a.Type)
		if value.Else.Given() {
			b.expression(value.Else, b.env, a.Type)
		}
		return model.Derive{Name: a.Name, Expr: value.Value.Text, Type: &a.Type, Else: value.Else.Text}, true
	}
	from := a.Name
	if other, renamed := t.from[a.Name]; renamed {
		from = other
	}
	was := b.before.attribute(from)
	if was == nil {
		return model.Derive{}, false
	}
	b.checkFits(t, was, a)
	return model.Derive{Name: a.Name, From: from}, true
}

// checkFits reports an attribute that cannot be read as it was stored.
func (b *builder) checkFits(t *target, was, is *model.Attribute) {
	from, err1 := b.scopes.Type("", was.Type)
	to, err2 := b.scopes.Type("", is.Type)
	if err1 == nil && err2 == nil && !from.AssignableTo(to) {
		b.report.Hint(t.at, problem.ExpressionType, "give it a \"value\"", "%s was %s and is %s: its value cannot stay as it was",
			was.Name, shortText(was.Type), shortText(is.Type))
	}
}

// expression checks an expression that has to give a type.
func (s *step) expression(text source.Word, env *expr.Env, want model.Type) *expr.Program {
	program := s.report.Expression(text, env)
	to, err := s.scopes.Type("", want)
	if program == nil || err != nil || program.Type().AssignableTo(to) {
		return program
	}
	s.report.At(text.At, problem.ExpressionType, "The expression gives %s, but %s belongs here", program.Type(), shortText(want))
	return program
}

func (b *builder) expression(text source.Word, env *expr.Env, want model.Type) {
	program := b.step.expression(text, env, want)
	if program == nil {
		return
	}
	for _, path := range program.Needs() {
		name, _, _ := strings.Cut(path, ".")
		b.reads[name] = true
	}
}

// checkBacks checks the expressions of the way back.
func (s *step) checkBacks(o *outcome) {
	for _, back := range o.backs {
		after := s.after.events[back.event]
		if after == nil {
			continue
		}
		env, err := s.scopes.Stored(after.attributes)
		if err == nil {
			s.expression(back.text, env, back.want)
		}
	}
}
