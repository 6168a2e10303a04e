package release

import (
	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
)

// Upcast returns what the stored event is in the release: itself when it is current, and
// otherwise what its upcasts make of it, which may be several events or none. All of them
// stand where the stored one does. The error is that of model.Release.Upcast; the events are
// then those that it could have been, without payloads. An event with a payload shares
// nothing with e unless it is e.
//
// Most events are current: who reads many asks the release first, and saves the list.
func Upcast(r *model.Release, e es.Event) ([]es.Event, error) {
	made, err := r.Upcast(Stored(&e))
	return inPlace(e, made), err
}

// UpcastFor is Upcast for who wants nothing but the projection's rows: what else of the event
// cannot be read is no error. It is for events that Upcast cannot read.
func UpcastFor(p *model.ProjectionType, e es.Event) ([]es.Event, error) {
	made, err := p.Upcast(Stored(&e))
	return inPlace(e, made), err
}

// Stored returns what of the event a release reads. It shares the payload.
func Stored(e *es.Event) model.Stored {
	return model.Stored{StreamType: e.StreamType, Name: e.PayloadItemName, Version: e.PayloadVersion, Payload: e.Payload}
}

// inPlace puts what the event is in the release where the event is stored.
func inPlace(e es.Event, made []model.Stored) []es.Event {
	events := make([]es.Event, len(made))
	for i, is := range made {
		events[i] = e
		events[i].StreamType, events[i].PayloadItemName, events[i].PayloadVersion, events[i].Payload = is.StreamType, is.Name, is.Version, is.Payload
	}
	return events
}

// Reads reports whether the release takes the event as it is stored.
func Reads(r *model.Release, e *es.Event) bool {
	return r.Current(e.StreamType, e.PayloadItemName, e.PayloadVersion)
}
