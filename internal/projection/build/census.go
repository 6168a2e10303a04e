package build

import (
	"context"
	"slices"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/projection"
)

// census is how many of an account's events up to a number each unit takes. It is counted on, and
// no event is counted twice.
type census struct {
	*build
	until int64
	units map[*projection.Unit]*taken
}

// taken is the events that a unit takes.
type taken struct {
	events int64
	types  []string // payload item names of them
}

func (b *build) newCensus() *census {
	return &census{build: b, units: map[*projection.Unit]*taken{}}
}

// extend counts the events up to the number as well.
func (c *census) extend(ctx context.Context, q es.Querier, until int64) error {
	if until <= c.until {
		return nil
	}
	kinds, err := es.CountKinds(ctx, q, es.AccountRange{AccountID: c.job.AccountID, After: c.until, Until: until})
	if err != nil {
		return err
	}
	for kind, events := range kinds {
		for _, u := range c.plan.Handling(kind) {
			t := c.units[u]
			if t == nil {
				t = &taken{}
				c.units[u] = t
			}
			t.events += events
			if !slices.Contains(t.types, kind.PayloadItemName) {
				t.types = append(t.types, kind.PayloadItemName)
			}
		}
	}
	c.until = until
	return nil
}

// of is what the unit takes.
func (c *census) of(u *unit) taken {
	if t := c.units[u.live]; t != nil {
		return *t
	}
	return taken{}
}

// types are the payload item names of what the units take, each once.
func (c *census) types(units []*unit) (names []string) {
	for _, u := range units {
		names = append(names, c.of(u).types...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
