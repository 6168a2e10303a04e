package upgrade

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/release"
)

// Decoded says how a release reads the stored events of one type.
type Decoded struct {
	StreamType string `json:"streamType"`
	Event      string `json:"event"` // payload item name, as it is stored
	Version    int    `json:"version"`
	Count      int64  `json:"count"`
	Changed    bool   `json:"changed"`         // it is upcast
	Failures   int64  `json:"failures"`        // that cannot be read
	First      int64  `json:"first,omitempty"` // the sequence number of the first failure
	Error      string `json:"error,omitempty"` // and what is wrong with it
}

// Decode reads every stored event of the account as the release does, and returns what it found by
// type and version, those with failures first. It changes nothing. The querier's role is builder.
func Decode(ctx context.Context, q es.Querier, account uuid.UUID, by *model.Release) ([]Decoded, error) {
	found := byType{}
	err := es.StreamAccount(ctx, q, es.AccountRange{AccountID: account}, func(e *es.Event) error {
		found.count(by, e, Readable(by, e))
		return nil
	})
	return found.sorted(), err
}

// byType is what was found, by type and version.
type byType map[storedType]*Decoded

type storedType struct {
	stream, event string
	version       int
}

// count adds an event as it is stored, and what is wrong with it.
func (b byType) count(by *model.Release, e *es.Event, failure error) {
	k := storedType{e.StreamType, e.PayloadItemName, e.PayloadVersion}
	d := b[k]
	if d == nil {
		d = &Decoded{StreamType: k.stream, Event: k.event, Version: k.version, Changed: !release.Reads(by, e)}
		b[k] = d
	}
	d.Count++
	if failure == nil {
		return
	}
	if d.Failures++; d.Failures == 1 {
		d.First, d.Error = e.SequenceNumber, failure.Error()
	}
}

func (b byType) sorted() []Decoded {
	all := make([]Decoded, 0, len(b))
	for _, d := range b {
		all = append(all, *d)
	}
	slices.SortFunc(all, func(a, b Decoded) int {
		return cmp.Or(cmp.Compare(b.Failures, a.Failures), cmp.Compare(a.StreamType, b.StreamType), cmp.Compare(a.Event, b.Event), cmp.Compare(a.Version, b.Version))
	})
	return all
}

// Readable reads one event as the release does, and applies what it says to an empty stream. The error says why it cannot be read.
func Readable(by *model.Release, e *es.Event) error {
	said, err := by.Upcast(release.Stored(e))
	if err != nil {
		return err
	}
	for _, s := range said {
		stream := by.Stream(s.StreamType)
		if stream == nil {
			return fmt.Errorf("the release has no stream type %s", s.StreamType)
		}
		if _, err := stream.Apply(stream.Empty(), s.Name, s.Version, s.Payload); err != nil {
			return err
		}
	}
	return nil
}
