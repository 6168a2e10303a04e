package example

import (
	"encoding/json"

	"github.com/google/uuid"
)

// Example is one example of a model.
type Example struct {
	Name   string
	Origin string   // file:line in the model's folder
	Given  []Step   // what happened, in order
	Roles  []string // of who gives the command
	When   Step     // a command
	Then   Outcome
}

// Step is something that happened, or is told: a command, or else an event of a stream.
type Step struct {
	Command string
	Stream  string // type, for an event
	ID      uuid.UUID
	Event   string
	Body    json.RawMessage
	Origin  string
}

// Outcome is what comes of a command: events, or a rejection; and what rows show then.
type Outcome struct {
	Events   []Event // nil: not looked at
	Rejected string  // a rule, a guard, a kind of error or the sentence; empty: accepted
	Rows     []Row
}

// Event is an event with the attributes that matter.
type Event struct {
	Name   string
	Body   json.RawMessage
	Origin string
}

// Row is the row of a projection with the columns that matter. The zero ID is that of the
// stream that the command was for.
type Row struct {
	Projection string
	ID         uuid.UUID
	Any        bool // whichever row has these columns: its key is no stream's
	None       bool // there is no row
	Body       json.RawMessage
	Origin     string
}

// AliasID returns the id that an alias stands for; a text that is an id stands for itself.
func AliasID(alias string) uuid.UUID {
	if id, err := uuid.Parse(alias); err == nil {
		return id
	}
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(alias))
}
