package upgrade

import (
	"slices"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/projection/build"
)

// What is known of how long things take, relative to reading an event as a release does. They
// were measured with a build of the ERP's orders and its proof.
const (
	costBuild  = 6 // of an event and unit, beside reading it once; and of each event that an archived state has something of
	costPassed = 2 // of an event that a state stands for, and unit: PostgreSQL passes it by
	costSeeded = 3 // of one that rows of the release before stand for
	costCopy   = 2 // of a rewrite, beside rehearsing it
)

// building is a unit to build, and what rows of the release before spare it; nil: nothing.
type building struct {
	*projection.Unit
	seed   *model.Seed
	folder *model.Folder // of what is read
}

func newBuilding(u *projection.Unit, seed *model.Seed) building {
	b := building{Unit: u, seed: seed}
	if seed != nil {
		b.folder = seed.Folder()
	} else {
		b.folder = model.NewFolder([]*model.ProjectionType{u.Root.Projection})
	}
	return b
}

// archives returns the archived states that the builds on the route begin with. Another history has none.
func (r *Route) archives() es.Archives {
	var folders []*model.Folder
	for _, b := range r.units {
		folders = append(folders, b.folder)
	}
	return build.Archives(folders)
}

// costOfStates returns what archived states cost in the builds of the units.
func (f *PlannedAccount) costOfStates(units []building) (cost int64) {
	f.StatesToRead = f.archived.States
	for _, b := range units {
		for _, event := range b.folder.Events() {
			cost += costBuild * f.archived.Facts[es.ArchivedFact{StreamType: b.folder.From(), Event: event}]
		}
	}
	return cost
}

// costOf returns what the events of the type cost in the builds of the units, and adds those that are read. It adds
// all of them to what each unit takes: whether it is built with others goes by that.
func (f *PlannedAccount) costOf(d Decoded, units []building, takes []int64) (cost int64) {
	passed := min(f.archived.Events[es.Kind{StreamType: d.StreamType, PayloadItemName: d.Event, PayloadVersion: d.Version}], d.Count)
	read := false
	for i, b := range units {
		if !b.Root.Projection.HandlesStored(d.StreamType, d.Event, d.Version) {
			continue
		}
		takes[i] += d.Count
		switch {
		case b.seed == nil || slices.Contains(b.seed.StoredEvents(), d.Event):
			cost, read = cost+costBuild*(d.Count-passed)+costPassed*passed, true
		default:
			cost += costSeeded * d.Count
		}
	}
	if read {
		f.EventsToRead += d.Count - passed
		f.handled += d.Count
	}
	return cost
}
