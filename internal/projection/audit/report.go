package audit

import (
	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// Kind says how a row differs from what it has to be.
type Kind string

// The kinds of differences.
const (
	Missing    Kind = "missing"    // it is not there
	Extra      Kind = "extra"      // it should not be there
	Changed    Kind = "changed"    // columns differ
	Unfoldable Kind = "unfoldable" // its events cannot be folded, so nobody knows what it has to be
)

// Difference is a row that is not what it has to be. It carries no customer's values.
type Difference struct {
	Projection string    `json:"projection"`
	Table      string    `json:"table"`
	Key        uuid.UUID `json:"key"`
	Kind       Kind      `json:"kind"`
	Columns    []string  `json:"columns,omitempty"` // those that differ, of a changed row
	Error      string    `json:"error,omitempty"`   // why it is unfoldable

	target *projection.Target
	sample *model.Row // has the values that tell where a chained row comes from; may be nil
}

// Report is what some looks came to.
type Report struct {
	Events      int64        `json:"events"`      // folded
	Rows        int64        `json:"rows"`        // compared
	Mismatches  int64        `json:"mismatches"`  // rows that differ
	Differences []Difference `json:"differences"` // the first maxListed of them

	listed map[place]bool
}

type place struct {
	table string
	key   uuid.UUID
}

// maxListed is how many differences a report tells one by one: who has more has another
// problem than single rows.
const maxListed = 1000

// add counts the difference once, however many looks found it.
func (r *Report) add(d Difference) {
	at := place{d.Table, d.Key}
	if r.listed[at] {
		return
	}
	r.Mismatches++
	if len(r.Differences) >= maxListed {
		return
	}
	if r.listed == nil {
		r.listed = map[place]bool{}
	}
	r.listed[at] = true
	r.Differences = append(r.Differences, d)
}
