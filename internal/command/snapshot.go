package command

import (
	"encoding/json"
	"fmt"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
)

// snapshotFormat is the version of the snapshot structure; others are not read.
const snapshotFormat = 1

// snapshot is what is stored of a folded aggregate.
type snapshot struct {
	Format     int             `json:"format"`
	StreamType string          `json:"streamType"`
	Sequence   int64           `json:"sequence"`
	Commands   []stored        `json:"commands"`
	State      json.RawMessage `json:"state"`
}

func encodeSnapshot(release *model.Release, key streamKey, a *aggregate) (es.Snapshot, error) {
	state, err := release.Stream(a.streamType).EncodeState(a.state)
	if err != nil {
		return es.Snapshot{}, err
	}
	text, err := json.Marshal(snapshot{snapshotFormat, a.streamType, a.sequence, a.commands.until(a.revision), state})
	if err != nil {
		return es.Snapshot{}, err
	}
	return es.Snapshot{StreamID: key.stream, Release: key.release, Revision: a.revision, State: text}, nil
}

func decodeSnapshot(release *model.Release, s *es.Snapshot) (*aggregate, error) {
	var text snapshot
	if err := json.Unmarshal(s.State, &text); err != nil {
		return nil, err
	}
	stream := release.Stream(text.StreamType)
	if text.Format != snapshotFormat || stream == nil {
		return nil, fmt.Errorf("snapshot of format %d and stream type %q", text.Format, text.StreamType)
	}
	state, err := stream.DecodeState(text.State)
	if err != nil {
		return nil, err
	}
	return &aggregate{
		streamType: text.StreamType, state: state, revision: s.Revision, sequence: text.Sequence,
		commands: restoreCommandLog(text.Commands),
	}, nil
}
