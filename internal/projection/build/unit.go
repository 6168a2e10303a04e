package build

import (
	"slices"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/projection"
)

// The phases of a build, as store.builds has them.
const (
	phaseFold    = "fold"
	phaseChain   = "chain"
	phaseCatchUp = "catch_up"
	phaseProve   = "prove"
	phaseFailed  = "failed"
)

// building is the state of a table that an account has no live rows in yet.
const building = "building"

// unit is a unit being built.
type unit struct {
	live   *projection.Unit
	filled *projection.Unit // the live one, or its shadow
	shadow bool
	phase  string
	until  int64     // events 1..until are folded
	from   uuid.UUID // keys below it are written
	rows   int64     // written so far
	passed int64     // events that the passes over it read; 0: none in this run
	at     int64     // the last event in its tables, when it is proven

	folded, proven float64 // shares, from 0 to 1, of the fold and the proof that it is at; for progress
	gathered       bool    // it was built with others, of which none had many events

	seed      *seed // what its rows are made of beside events; nil: nothing
	skipped   projection.Skipped
	refusedAt int64 // the first event that it cannot take; 0: it took all
	unable    error // its table does not take its rows
	result    Result
}

// table is the name under which store.builds knows the unit.
func (u *unit) table() string { return u.filled.Root.Table.Name }

// done is the share of its work that is done.
func (u *unit) done() float64 {
	switch u.phase {
	case phaseFold:
		return u.folded / 2
	case phaseFailed:
		return 1
	}
	return (1 + u.proven) / 2
}

func (u *unit) name() string { return u.live.Root.Projection.Name }

// waves orders the units so that helpers that get rows here for the first time come before
// those that copy from them. A helper with live rows is copied from as it is.
func (b *build) waves() [][]*unit {
	byUnit := map[*projection.Unit]*unit{}
	for _, u := range b.units {
		byUnit[u.live] = u
	}
	level := map[*unit]int{}
	var levelOf func(u *unit) int
	levelOf = func(u *unit) int {
		if known, ok := level[u]; ok {
			return known
		}
		level[u] = 0 // should helpers copy from each other, one of them goes first
		most := 0
		for _, t := range u.live.Targets() {
			for _, helper := range t.Helpers() {
				if h := byUnit[helper.Unit()]; h != nil && h != u && !h.shadow {
					most = max(most, levelOf(h)+1)
				}
			}
		}
		level[u] = most
		return most
	}
	var waves [][]*unit
	for _, u := range b.units {
		for len(waves) <= levelOf(u) {
			waves = append(waves, nil)
		}
		waves[level[u]] = append(waves[level[u]], u)
	}
	return slices.DeleteFunc(waves, func(w []*unit) bool { return len(w) == 0 })
}
