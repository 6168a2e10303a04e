package compile

import (
	"slices"

	"github.com/polderhq/polder/internal/model/compile/problem"
)

// checkLifecycle reports states that nothing leads to and commands that can never be given.
func (c *compiler) checkLifecycle(t *typ) {
	if t.lost || len(t.Lifecycle) == 0 || !slices.ContainsFunc(t.commands, func(cmd *command) bool { return cmd.ir.Creates }) {
		return
	}
	reached := t.reachable()
	for _, state := range t.Lifecycle {
		if state.Given() && !reached[state.Text] {
			c.report.Hint(state.At, problem.StateUnreachable, "write \"to: "+state.Text+"\" at a command, or remove the state",
				"No command leads to the state %q", state.Text)
		}
	}
	for _, cmd := range t.commands {
		if len(cmd.ir.In) > 0 && !slices.ContainsFunc(cmd.ir.In, func(s string) bool { return reached[s] }) {
			c.report.Hint(cmd.In[0].At, problem.CommandUnreachable, "make a command lead there, or widen \"in\"",
				"%s can never be given: no %s gets into %s", cmd.name, t.name, cmd.ir.In[0])
		}
	}
}

// reachable returns the states that a stream of the type can get into.
func (t *typ) reachable() map[string]bool {
	reached := map[string]bool{}
	for grown := true; grown; {
		grown = false
		for _, cmd := range t.commands {
			if !cmd.ir.Creates && !cmd.allowedIn(reached) {
				continue
			}
			for _, r := range cmd.raises {
				if to := r.event.ir.To; to != "" && !reached[to] {
					reached[to], grown = true, true
				}
			}
		}
	}
	return reached
}

func (cmd *command) allowedIn(reached map[string]bool) bool {
	if len(cmd.ir.In) == 0 {
		return len(reached) > 0
	}
	return slices.ContainsFunc(cmd.ir.In, func(s string) bool { return reached[s] })
}
