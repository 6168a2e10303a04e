package diff

import (
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/expr"
)

// mayLack reports whether the expression has no value where all that it reads is absent, and
// all of that may be. What cannot be compiled was reported elsewhere.
func (c *comparison) mayLack(at arrival, upcast *model.Upcast, expression string) bool {
	program := c.stored(upcast, expression)
	if program == nil || len(program.Needs()) == 0 {
		return false
	}
	for _, path := range program.Needs() {
		name, _, _ := strings.Cut(path, ".")
		if a := find(at.attributes, name); a != nil && !a.Optional {
			return false
		}
	}
	value, err := program.Eval(expr.Values{})
	return err != nil || value == nil
}

// stored compiles an expression over a stored event.
func (c *comparison) stored(upcast *model.Upcast, expression string) *expr.Program {
	if c.scopes == nil {
		scopes, err := model.NewScopes(c.b.IR)
		if err != nil {
			return nil
		}
		c.scopes = scopes
	}
	env, err := c.scopes.Stored(upcast.Reads)
	if err != nil {
		return nil
	}
	program, err := env.Compile(expression)
	if err != nil {
		return nil
	}
	return program
}
