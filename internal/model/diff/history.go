package diff

import (
	"fmt"
	"maps"
	"slices"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/change"
)

// changesFile is the file that declares what leads to b.
func changesFile(a, b *model.IR) string {
	version := "<version>"
	if len(b.Changes) > len(a.Changes) {
		version = b.Changes[len(b.Changes)-1].Version
	}
	return "models/" + b.Name + "/changes/" + version + ".yaml"
}

// successor reports whether b carries every change set of a, and refuses b otherwise.
func (c *comparison) successor() bool {
	for i, set := range c.a.Changes {
		switch {
		case i >= len(c.b.Changes):
			c.refuse(set.Origin, fmt.Sprintf("It is no successor: it lacks the changes of %s, which stored events were read by", set.Version))
			return false
		case !sameSet(&set, &c.b.Changes[i]):
			c.refuse(c.b.Changes[i].Origin, fmt.Sprintf("It is no successor: the changes of %s are published, and stand there otherwise now", set.Version))
			return false
		}
	}
	return true
}

func sameSet(a, b *model.ChangeSet) bool {
	return a.Version == b.Version && a.Reverts == b.Reverts && slices.EqualFunc(a.Operations, b.Operations, func(x, y model.Operation) bool {
		return x.Kind == y.Kind && maps.Equal(x.Declared, y.Declared)
	})
}

// operations enters those of b's own that take a rewrite.
func (c *comparison) operations() {
	for _, set := range c.b.Changes[len(c.a.Changes):] {
		for _, op := range set.Operations {
			if change.NeedsRewrite(op) {
				c.add(Change{Class: Major, Part: "history", Name: set.Version, What: "declares: " + op.Kind, Action: Action{Kind: Rewrite}, Place: op.Origin})
			}
		}
	}
}

// model compares what is said of the model as a whole.
func (c *comparison) model() {
	if c.a.Currency != c.b.Currency {
		c.add(Change{Class: Move, Part: "model", Name: c.b.Name, Action: Action{Kind: Swap}, Place: "models/" + c.b.Name + "/model.yaml:1",
			What: fmt.Sprintf("takes money without a currency for %s, and took it for %s", c.b.Currency, c.a.Currency)})
	}
}
