package model

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// CONTRACT between the packages; the model's developer replaces the stubs by the real thing and
// moves each type into the file that its name says.

// Release is a loaded IR, ready to run. It is immutable and safe for concurrent use.
type Release struct{}

// Load checks the IR's format, compiles its expressions and returns the release.
func Load(ir []byte) (*Release, error) { panic("stub") }

// Digest returns the sha256 of the canonical IR in hex.
func (r *Release) Digest() string { panic("stub") }

// IR returns the structure the release was loaded from; callers do not change it.
func (r *Release) IR() *IR { panic("stub") }

// Command returns the command, nil if the release has none of that name.
func (r *Release) Command(name string) *CommandType { panic("stub") }

// Query returns the query, nil if there is none of that name.
func (r *Release) Query(name string) *Query { panic("stub") }

// Projection returns the projection, nil if there is none of that name.
func (r *Release) Projection(name string) *ProjectionType { panic("stub") }

// Projections returns all projections, helpers included, sorted by name.
func (r *Release) Projections() []*ProjectionType { panic("stub") }

// Stream returns the stream type, nil if there is none of that name.
func (r *Release) Stream(name string) *StreamType { panic("stub") }

// State is the folded state of one stream. The zero revision means that it does not exist.
// Decisions and Apply never change a State in place: Apply returns a new one, which shares what did not change.
type State struct{ Revision int }

// StreamType folds events of one stream type.
type StreamType struct{}

// Empty returns the state of a stream without events.
func (t *StreamType) Empty() *State { panic("stub") }

// Apply folds one event into the state.
func (t *StreamType) Apply(s *State, event string, version int, payload json.RawMessage) (*State, error) {
	panic("stub")
}

// EncodeState and DecodeState are for snapshots; the encoding holds under one release only.
func (t *StreamType) EncodeState(s *State) (json.RawMessage, error) { panic("stub") }

// DecodeState is the inverse of EncodeState.
func (t *StreamType) DecodeState(text json.RawMessage) (*State, error) { panic("stub") }

// CommandType runs one command of the release.
type CommandType struct {
	*Command
	Stream *StreamType
}

// Input is a validated body of a command.
type Input struct{}

// Parse reads a command's body strictly: an unknown field, a missing or ill-typed one gives a *fault.Error of kind
// Rejected with a detail per violation (all of them, not only the first); JSON that does not parse gives Invalid.
func (c *CommandType) Parse(body json.RawMessage) (*Input, error) { panic("stub") }

// StreamID returns the stream that the command writes: the one its input names, or, for a command that creates
// and names none, one derived from the command id.
func (c *CommandType) StreamID(in *Input, commandID uuid.UUID) uuid.UUID { panic("stub") }

// Need is another stream whose state a decision reads.
type Need struct {
	Type  []string // the stream types it may be of
	ID    uuid.UUID
	Path  string // place in the input, for the message when it does not exist
	Exact bool   // the decision depends on its state, not only on its existence
}

// Needs returns the other streams that a decision on this input reads, given the own stream's state.
func (c *CommandType) Needs(in *Input, own *State) ([]Need, error) { panic("stub") }

// Decision is everything a command is decided on. Decide is pure.
type Decision struct {
	CommandID uuid.UUID
	StreamID  uuid.UUID
	Input     *Input
	Own       *State
	Others    map[uuid.UUID]*State // by Need.ID; a stream that does not exist is missing
	Now       time.Time
	Roles     []string
}

// Outcome is what a command leads to: events on its own stream, and what they claim.
type Outcome struct {
	Events  []NewEvent
	Uniques []UniqueClaim
	Limits  []LimitChange
}

// NewEvent is an event that was decided but is not stored yet.
type NewEvent struct {
	Name    string
	Version int
	Payload json.RawMessage // a JSON object in the order of the event's attributes
	Number  *NumberClaim    // nil for most
}

// NumberClaim asks the append to put the next number of a series into the payload.
type NumberClaim struct {
	Attribute string // e.g. "OrderNumber"
	Series    string // "SO-2026-"; the text that numbers of this series begin with
	Width     int    // digits, zero-padded
}

// UniqueClaim takes Take and gives Release back; either may be empty.
type UniqueClaim struct {
	Guard   string // "Organisation.VatNumber"
	Take    string
	Release string
	Path    string // input that holds the key, for the message
	Origin  string
}

// LimitChange reserves or gives back an amount under a limit.
type LimitChange struct {
	Guard  string // "Customer.Credit"
	Key    string // the limited stream's id
	Delta  string // decimal
	Max    string // decimal; empty: unlimited, or an overriding role
	Path   string
	Origin string
}

// Decide checks life cycle and rules and returns the outcome, or a *fault.Error of kind Rejected (with the violated
// rules and their origin), NotFound (the stream does not exist) or Forbidden.
func (c *CommandType) Decide(d Decision) (*Outcome, error) { panic("stub") }

// ProjectionType folds events into rows of one table.
type ProjectionType struct {
	*Projection
	Table string // physical name without schema, e.g. "orders_1a2b3c4d5e6f"
}

// Row is a row of a projection: one per stream.
type Row struct {
	Key    uuid.UUID      // the stream's id
	Values map[string]any // by column name: nil, string, int64, decimal.Decimal, bool, time.Time, uuid.UUID, json.RawMessage;
	// a money column is decimal.Decimal with its currency under "<column>Currency"
	Hidden json.RawMessage // what later folds need and no column shows; nil when nothing
}

// Handles reports whether the event can change a row of the projection.
func (p *ProjectionType) Handles(streamType, event string) bool { panic("stub") }

// Fold applies one event to its stream's row, nil when there is none yet, and returns the new row. It is pure.
func (p *ProjectionType) Fold(row *Row, stream uuid.UUID, event string, version int, payload json.RawMessage) (*Row, error) {
	panic("stub")
}
