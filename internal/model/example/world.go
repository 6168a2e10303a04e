package example

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
)

// today is the moment at which all examples happen, so that numbers of the year are known.
func today() time.Time { return time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC) }

// everyRole is the role of who gives the commands under "given".
const everyRole = "*"

// world is what happened so far in one example.
type world struct {
	release *model.Release
	streams map[uuid.UUID]*stream
	rows    map[string]map[uuid.UUID]*model.Row // by projection
	owners  map[string]uuid.UUID                // of unique keys, by guard and key
	held    map[string]decimal.Decimal          // under limits, by guard and stream
	numbers map[string]int                      // last of each series
}

type stream struct {
	typ   *model.StreamType
	state *model.State
}

// told is what came of a command.
type told struct {
	stream     uuid.UUID
	streamType string
	events     []model.NewEvent
}

func newWorld(release *model.Release) *world {
	return &world{
		release: release, streams: map[uuid.UUID]*stream{}, rows: map[string]map[uuid.UUID]*model.Row{},
		owners: map[string]uuid.UUID{}, held: map[string]decimal.Decimal{}, numbers: map[string]int{},
	}
}

// happen lets a step of the history happen.
func (w *world) happen(s Step, number int) error {
	if s.Command != "" {
		_, err := w.tell(s, []string{everyRole}, number)
		if err != nil {
			return explain(err)
		}
		return nil
	}
	return w.apply(w.release.Stream(s.Stream), s.ID, model.NewEvent{Name: s.Event, Version: w.version(s), Payload: s.Body})
}

func (w *world) version(s Step) int {
	for _, e := range w.release.Stream(s.Stream).Stream.Events {
		if e.Name == s.Event {
			return e.Version
		}
	}
	return 0
}

// tell gives a command: it decides on it, holds the outcome against the guards and lets the
// events happen.
func (w *world) tell(s Step, roles []string, number int) (*told, error) {
	command := w.release.Command(s.Command)
	in, err := command.Parse(s.Body)
	if err != nil {
		return nil, err
	}
	commandID := uuid.NewSHA1(uuid.NameSpaceOID, []byte(s.Command+strconv.Itoa(number)))
	id := command.StreamID(in, commandID)
	d := model.Decision{CommandID: commandID, StreamID: id, Input: in, Own: w.state(id, command), Now: today(), Roles: roles}
	if d.Others, err = w.others(command, in, d.Own); err != nil {
		return nil, err
	}
	outcome, err := command.Decide(d)
	if err != nil {
		return nil, err
	}
	if err := w.guard(id, outcome); err != nil {
		return nil, err
	}
	for i := range outcome.Events {
		if err := w.give(&outcome.Events[i]); err != nil {
			return nil, err
		}
		if err := w.apply(command.Stream, id, outcome.Events[i]); err != nil {
			return nil, err
		}
	}
	return &told{stream: id, streamType: command.Stream.Name, events: outcome.Events}, nil
}

func (w *world) state(id uuid.UUID, command *model.CommandType) *model.State {
	if s := w.streams[id]; s != nil {
		return s.state
	}
	return command.Stream.Empty()
}

func (w *world) others(command *model.CommandType, in *model.Input, own *model.State) (map[uuid.UUID]*model.State, error) {
	needs, err := command.Needs(in, own)
	if err != nil {
		return nil, err
	}
	others := map[uuid.UUID]*model.State{}
	for _, need := range needs {
		if s := w.streams[need.ID]; s != nil {
			others[need.ID] = s.state
		}
	}
	return others, nil
}

// guard claims what the outcome takes and gives back, or refuses as the store would.
func (w *world) guard(id uuid.UUID, outcome *model.Outcome) error {
	for _, u := range outcome.Uniques {
		if owner, taken := w.owners[u.Guard+" "+u.Take]; u.Take != "" && taken && owner != id {
			return fault.Reject(fault.Detail{Path: u.Path, Rule: u.Guard, Message: fmt.Sprintf("%s is taken", u.Guard), Origin: u.Origin})
		}
	}
	for _, l := range outcome.Limits {
		if err := w.reserve(l); err != nil {
			return err
		}
	}
	for _, u := range outcome.Uniques {
		delete(w.owners, u.Guard+" "+u.Release)
		if u.Take != "" {
			w.owners[u.Guard+" "+u.Take] = id
		}
	}
	return nil
}

func (w *world) reserve(l model.LimitChange) error {
	delta, err := decimal.NewFromString(l.Delta)
	if err != nil {
		return fmt.Errorf("%s: %w", l.Guard, err)
	}
	held := w.held[l.Guard+" "+l.Key].Add(delta)
	if l.Max != "" {
		most, err := decimal.NewFromString(l.Max)
		if err != nil {
			return fmt.Errorf("%s: %w", l.Guard, err)
		}
		if held.GreaterThan(most) {
			return fault.Reject(fault.Detail{Path: l.Path, Rule: l.Guard, Origin: l.Origin,
				Message: fmt.Sprintf("%s allows %s, and this would make it %s", l.Guard, most, held)})
		}
	}
	w.held[l.Guard+" "+l.Key] = held
	return nil
}

// give puts the next number of a series into the event, as the store's append does.
func (w *world) give(e *model.NewEvent) error {
	if e.Number == nil {
		return nil
	}
	w.numbers[e.Number.Series]++
	var payload map[string]json.RawMessage
	if err := json.Unmarshal(e.Payload, &payload); err != nil {
		return err
	}
	number, err := json.Marshal(fmt.Sprintf("%s%0*d", e.Number.Series, e.Number.Width, w.numbers[e.Number.Series]))
	if err != nil {
		return err
	}
	payload[e.Number.Attribute] = number
	e.Payload, err = json.Marshal(payload)
	return err
}

// apply lets an event happen to its stream and to the rows of every projection that it feeds.
func (w *world) apply(typ *model.StreamType, id uuid.UUID, e model.NewEvent) error {
	s := w.streams[id]
	if s == nil {
		s = &stream{typ: typ, state: typ.Empty()}
	}
	state, err := typ.Apply(s.state, e.Name, e.Version, e.Payload)
	if err != nil {
		return err
	}
	w.streams[id] = &stream{typ: typ, state: state}
	for _, p := range w.release.Projections() {
		if p.Feeder() != nil || !p.Handles(typ.Name, e.Name) {
			continue
		}
		row, err := p.Fold(w.rows[p.Name][id], model.Fact{Stream: id, Name: e.Name, Version: e.Version, Payload: e.Payload})
		if err != nil {
			return err
		}
		if w.rows[p.Name] == nil {
			w.rows[p.Name] = map[uuid.UUID]*model.Row{}
		}
		w.rows[p.Name][id] = row
	}
	return nil
}
