package build

import (
	"slices"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
)

// archivesOf returns the archived states that the foldings can begin with. A unit that leaves events
// out needs to see them, so nothing archived of its stream type is read in the pass.
func archivesOf(foldings []*folding) es.Archives {
	unfit := map[string]bool{}
	for _, f := range foldings {
		if len(f.units[0].skipped) > 0 {
			unfit[f.folder.From()] = true
		}
	}
	var folders []*model.Folder
	for _, f := range foldings {
		if !unfit[f.folder.From()] {
			folders = append(folders, f.folder)
		}
	}
	return Archives(folders)
}

// Archives returns the archived states that a build which folds so can begin with.
func Archives(folders []*model.Folder) (a es.Archives) {
	for _, f := range folders {
		fingerprint := f.Release().ArchiveFingerprint(f.From())
		if fingerprint == "" {
			continue
		}
		if !slices.Contains(a.Fingerprints, fingerprint) {
			a.Fingerprints = append(a.Fingerprints, fingerprint)
		}
		a.Events = append(a.Events, f.Events()...)
	}
	slices.Sort(a.Events)
	a.Events = slices.Compact(a.Events)
	return a
}

// takeState folds an archived state into the states of its stream.
func (p *pass) takeState(e *event) error {
	of := p.job.Release.Stream(e.stored.StreamType)
	return of.DecodeArchived(e.stored.Payload, func(fact model.Happened) error {
		for _, f := range p.foldings {
			if !f.folder.Takes(fact.StreamType, fact.Name) {
				continue
			}
			is := model.Fact{Stream: e.stream, Name: fact.Name, Version: fact.Version, Payload: fact.Payload}
			p.into(f, e.stream, fact.SequenceNumber, func(s *model.FoldState) []model.Refusal { return f.folder.Fold(s, is, fact.SequenceNumber) })
		}
		return nil
	})
}

// counts returns how many events and archived states the batch has, and the number of its last event. States come
// before all events, and are no progress in the account.
func (b *batch) counts() (events, states int, at int64) {
	for i := range b.events {
		if b.events[i].state {
			states++
			continue
		}
		events, at = events+1, b.events[i].sequence
	}
	return events, states, at
}

// archives returns the archived states that the proof takes as they are, but for a sample of them.
func (p *proof) archives() es.Archives {
	folder := model.NewFolder([]*model.ProjectionType{p.unit.live.Root.Projection})
	a := archivesOf([]*folding{{folder: folder, units: []*unit{p.unit}}})
	a.OneIn = oneIn
	return a
}

// unarchived puts what archived states say in their places, as events that the release reads, and counts what came.
func (p *proof) unarchived(page []es.Event) ([]es.Event, error) {
	first := slices.IndexFunc(page, func(e es.Event) bool { return e.IsState() })
	if first < 0 {
		p.came(&p.unit.result.EventsProven, len(page))
		return page, nil
	}
	events, states := slices.Clone(page[:first]), 0
	for i := first; i < len(page); i++ {
		if !page[i].IsState() {
			events = append(events, page[i])
			continue
		}
		states++
		err := p.job.Release.Stream(page[i].StreamType).DecodeArchived(page[i].Payload, func(fact model.Happened) error {
			e := page[i]
			e.PayloadItemName, e.PayloadVersion, e.Payload = fact.Name, fact.Version, fact.Payload
			e.StreamRevision, e.SequenceNumber = fact.Revision, fact.SequenceNumber
			events = append(events, e)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	p.came(&p.unit.result.EventsProven, len(page)-states)
	p.unit.result.StatesProven += int64(states)
	return events, nil
}
