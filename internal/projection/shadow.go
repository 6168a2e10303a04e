package projection

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
)

// Shadow returns the unit in tables of its own beside the live ones. What is built there
// disturbs nobody; copies still come from the live tables of helpers.
func (u *Unit) Shadow() *Unit {
	shadow := &Unit{}
	twins := map[*Target]*Target{}
	twin := func(t *Target) *Target {
		table := *t.Table
		table.Name = shadowName(table.Name)
		made := newTarget(t.Projection, &table)
		made.unit, made.feeder = shadow, twins[t.feeder]
		for _, f := range t.follows {
			made.follows = append(made.follows, f.in(made))
		}
		twins[t] = made
		return made
	}
	shadow.Root = twin(u.Root)
	for _, t := range u.Chain {
		shadow.Chain = append(shadow.Chain, twin(t))
	}
	return shadow
}

// in is the same way of copying into rows of another table.
func (f *follow) in(t *Target) *follow {
	twin := &follow{target: t, ref: f.ref, helpers: f.helpers, copies: f.copies, level: f.level}
	twin.write()
	return twin
}

// ShadowTable is the name of the table of the root of the unit's shadow.
func (u *Unit) ShadowTable() string { return shadowName(u.Root.Table.Name) }

// ExpandUnits creates what the store lacks of the units' tables, as Expand does for those of a
// release. Mostly all are there: that is asked first, in the other role that is given.
func ExpandUnits(ctx context.Context, owner, other *pgxpool.Pool, units ...*Unit) error {
	var tables []*Table
	var names []string
	for _, u := range units {
		for _, t := range u.Targets() {
			tables, names = append(tables, t.Table), append(names, t.Table.Name)
		}
	}
	var there int
	if err := other.QueryRow(ctx, thereSQL, names).Scan(&there); err != nil || there == len(names) {
		return pg.Fault(err)
	}
	return pg.Fault(expandTables(ctx, owner, tables))
}
