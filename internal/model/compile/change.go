package compile

import (
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/change"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// changeFile is a file below changes/, by the version that it is named after.
type changeFile struct {
	version string
	node    *source.Node
}

// solveChanges finds out what stored events become, and from it the versions of events. A
// model that is wrong has no changes that could be checked: only how they are written is.
func (c *compiler) solveChanges() {
	var sets []*change.Set
	for _, file := range c.changes {
		sets = append(sets, change.ReadSet(file.version, file.node, c.report, c.origin))
	}
	if change.Sort(sets, c.report); len(sets) == 0 || len(c.report.Problems) > 0 {
		return
	}
	ir := &model.IR{Values: c.valuesIR()}
	for _, t := range c.streams {
		ir.Streams = append(ir.Streams, *t.ir)
	}
	if c.solved = change.Solve(ir, sets, c.scopes, c.report); c.solved == nil {
		return
	}
	for _, t := range c.streams {
		for i := range t.ir.Events {
			t.ir.Events[i].Version = c.solved.Versions[t.ir.Events[i].Name]
		}
	}
}
