package compile

import (
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/expr"
)

// checkExpressions checks what the commands of a type compute and require, and puts them
// into the IR.
func (c *compiler) checkExpressions(t *typ) {
	for _, cmd := range t.commands {
		env, err := c.scopes.Command(t.ir, cmd.ir)
		if err != nil {
			continue
		}
		c.checkRules(cmd, env)
		for _, r := range cmd.raises {
			c.checkRaise(r, env)
		}
		t.ir.Commands = append(t.ir.Commands, *cmd.ir)
	}
	for _, e := range t.events {
		t.ir.Events = append(t.ir.Events, *e.ir)
	}
}

// checkDefaults checks the defaults of all attributes, those of rows and values included.
func (c *compiler) checkDefaults() {
	for _, a := range c.defaulted {
		if a.expected != nil {
			c.checkType(nil, c.scopes.Constant(), source.Word{Text: a.Default, At: a.expected}, wanted{a.Type, problem.DefaultType})
		}
	}
}

func (c *compiler) checkRules(cmd *command, env *expr.Env) {
	for _, rule := range cmd.Require {
		if program := c.checkType(cmd.typ, env, rule.That, condition()); program != nil {
			cmd.ir.Require = append(cmd.ir.Require, model.Rule{
				That: rule.That.Text, Else: rule.Else.Text, Needs: roots(program), Origin: c.origin(rule.At),
			})
		}
	}
}

func (c *compiler) checkRaise(r *raise, env *expr.Env) {
	c.checkType(r.command.typ, env, r.when, condition())
	out := model.Raise{Event: r.event.name, When: r.when.Text, Origin: c.origin(r.at)}
	for _, w := range r.with {
		a := find(r.event.attributes, w.Key.Text)
		if a == nil {
			continue // reported where the event was resolved
		}
		c.checkType(r.command.typ, env, w.Value, wanted{a.Type, problem.ExpressionType})
		if out.With == nil {
			out.With = map[string]string{}
		}
		out.With[w.Key.Text] = w.Value.Text
	}
	r.command.ir.Raises = append(r.command.ir.Raises, out)
}
