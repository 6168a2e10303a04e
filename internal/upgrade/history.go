package upgrade

import (
	"encoding/json"
	"slices"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/change"
	"github.com/polderhq/polder/internal/release"
)

// Rewrites returns the version of the set for which the histories of accounts on one release
// are rewritten before they run on the other; empty: there is none. Rejected: there are several,
// or a guard cannot be kept through the rewrite.
func Rewrites(from, to *model.Release) (string, error) {
	var sets []string
	for _, set := range to.IR().Changes {
		known := slices.ContainsFunc(from.IR().Changes, func(s model.ChangeSet) bool { return s.Version == set.Version })
		if !known && slices.ContainsFunc(set.Operations, change.NeedsRewrite) {
			sets = append(sets, set.Version)
		}
	}
	switch len(sets) {
	case 0:
		return "", nil
	case 1:
		_, err := guarded(from, to, sets[0])
		return sets[0], err
	}
	return "", fault.New(fault.Rejected, "Both %s and %s need histories to be rewritten: upgrade to a release without the latter first", sets[0], sets[1])
}

// history makes of an account's events what they are in the next generation. All events are
// learnt in their order, and then each is transformed, in the same order; more may be learnt and
// transformed afterwards.
type history struct {
	release   *model.Release
	change    *change.Rewrite
	revisions map[uuid.UUID]int // the last one of each stream in the next generation; nil: they stay
}

func newHistory(by *model.Release, set string) (*history, error) {
	r, err := change.NewRewrite(by.IR(), set)
	if err != nil {
		return nil, err
	}
	h := &history{release: by, change: r}
	if r.Relocates() {
		h.revisions = map[uuid.UUID]int{}
	}
	return h, nil
}

func asChanged(e *es.Event) change.Event {
	return change.Event{StreamType: e.StreamType, StreamID: e.StreamID, Name: e.PayloadItemName, Version: e.PayloadVersion, Payload: e.Payload}
}

func (h *history) learn(e *es.Event) error {
	return about(e, h.change.Learn(asChanged(e)))
}

// next changes the event in place. It keeps its number, so it stays one event: what is read as
// several or as none is stored as it was. It reports whether the set rewrote it.
func (h *history) next(e *es.Event) (rewritten bool, err error) {
	if rewritten, err = h.transform(e); err != nil {
		return false, about(e, err)
	}
	if h.revisions != nil {
		h.revisions[e.StreamID]++
		e.StreamRevision = h.revisions[e.StreamID]
	}
	return rewritten, about(e, Readable(h.release, e))
}

func (h *history) transform(e *es.Event) (rewritten bool, err error) {
	made, err := h.change.Next(asChanged(e))
	if err != nil {
		return false, err
	}
	if len(made) != 1 {
		return false, fault.New(fault.Rejected, "it is %d events before the set, of which one is rewritten", len(made))
	}
	is := made[0]
	rewritten = is.StreamID != e.StreamID || is.StreamType != e.StreamType || is.Name != e.PayloadItemName || is.Version != e.PayloadVersion
	e.StreamType, e.StreamID, e.PayloadItemName, e.PayloadVersion, e.Payload = is.StreamType, is.StreamID, is.Name, is.Version, is.Payload
	return rewritten, h.compact(e)
}

// compact stores the event as the release has it, where it is one event there.
func (h *history) compact(e *es.Event) error {
	if release.Reads(h.release, e) {
		return nil
	}
	made, err := h.release.Upcast(release.Stored(e))
	if err != nil || len(made) != 1 {
		return err
	}
	e.StreamType, e.PayloadItemName, e.PayloadVersion, e.Payload = made[0].StreamType, made[0].Name, made[0].Version, slices.Clone(made[0].Payload)
	return nil
}

// about names the event that cannot be rewritten.
func about(e *es.Event, err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(err, fault.Rejected, "Event %d (%s) cannot be rewritten: %v", e.SequenceNumber, e.PayloadItemName, err)
}

// same reports whether two events say the same at the same place of the same stream.
func same(a, b *es.Event) bool {
	return a.StreamID == b.StreamID && a.StreamType == b.StreamType && a.PayloadItemName == b.PayloadItemName && a.PayloadVersion == b.PayloadVersion &&
		sameJSON(a.Payload, b.Payload)
}

func sameJSON(a, b json.RawMessage) bool { return string(a) == string(b) }
