package seal

import (
	"context"
	_ "embed" // the statements of this package, one per file
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

var (
	//go:embed sql/seals.sql
	sealSQL string
	//go:embed sql/standing.sql
	standingSQL string
	//go:embed sql/revisions.sql
	revisionsSQL string
)

// Known is a digest that was kept elsewhere. The zero value is none.
type Known struct {
	Number int64
	Digest string // in hex
}

// Verification says of which account to prove that nothing was altered.
type Verification struct {
	AccountID uuid.UUID
	Known     Known
	Progress  func(done, total int64) // nil: nobody is told
}

// Report is what was proven.
type Report struct {
	AccountID   uuid.UUID `json:"accountId"`
	Generation  int       `json:"generation"`
	Events      int64     `json:"events"`      // of the history in use
	Sealed      int64     `json:"sealed"`      // the events up to here have a seal; the rest was looked at for gaps only
	Transformed int64     `json:"transformed"` // were changed in their places as the policy allows; proven is what they were before
	Digest      string    `json:"digest"`      // of all events that were read, to be kept elsewhere
	Altered     *Altered  `json:"altered"`     // the first that is not as it was; null: nothing was altered
}

// Altered is the first event of a history that is not as it was stored.
type Altered struct {
	SequenceNumber int64  `json:"sequenceNumber"`
	What           string `json:"what"`
}

// Run reads the account's history once, in order, in bounded memory. It stops at the first event
// that was altered. The pool's role is builder. Invalid: Known cannot be compared. NotFound: the
// account is not on this store.
func (v Verification) Run(ctx context.Context, builder *pgxpool.Pool) (Report, error) {
	r := Report{AccountID: v.AccountID}
	err := builder.QueryRow(ctx, standingSQL, v.AccountID).Scan(&r.Generation, &r.Events, &r.Sealed, &r.Transformed)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, fault.New(fault.NotFound, "Account %s is not on this store", v.AccountID)
	}
	if err != nil {
		return r, pg.Fault(err)
	}
	if v.Known.Number > r.Events {
		return r, fault.New(fault.Invalid, "The account has %d events, and the known digest is that of %d", r.Events, v.Known.Number)
	}
	c := &Chain{}
	for r.Altered == nil && c.Number < r.Events && err == nil {
		r.Altered, err = v.block(ctx, builder, c, r)
		if v.Progress != nil {
			v.Progress(c.Number, r.Events)
		}
	}
	r.Digest = c.Digest.String()
	if err == nil && r.Altered == nil {
		r.Altered, err = v.revisions(ctx, builder, r)
	}
	return r, pg.Fault(err)
}

// block takes the chain through the next 10,000 events, or what there is.
func (v Verification) block(ctx context.Context, builder *pgxpool.Pool, c *Chain, r Report) (*Altered, error) {
	until := min(c.Number+Every, r.Events)
	var kept *Seal
	if until <= r.Sealed {
		var digest []byte
		kept = &Seal{Number: until}
		err := builder.QueryRow(ctx, sealSQL, v.AccountID, r.Generation, until).Scan(&digest, &kept.Checks)
		if errors.Is(err, pgx.ErrNoRows) {
			return &Altered{until, "its seal is gone"}, nil
		}
		if err != nil {
			return nil, err
		}
		copy(kept.Digest[:], digest)
	}
	found, err := v.compare(ctx, builder, c, kept, es.OriginalRange{AccountID: v.AccountID, Generation: r.Generation, After: c.Number, Until: until})
	switch {
	case err != nil || found != nil:
		return found, err
	case c.Number < until:
		return &Altered{c.Number + 1, "it is gone, and so are all up to " + fmt.Sprint(until)}, nil
	case kept != nil && kept.Digest != c.Digest:
		return &Altered{until, "its seal is not that of the events before it"}, nil
	}
	return nil, nil
}

// compare returns the first event of the range that is not as its seal has it.
func (v Verification) compare(ctx context.Context, builder *pgxpool.Pool, c *Chain, kept *Seal, r es.OriginalRange) (found *Altered, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	err = es.StreamOriginals(ctx, builder, r, func(e *es.Event) error {
		var gap *GapError
		if err := c.Add(e); errors.As(err, &gap) {
			found = &Altered{gap.Missing, "it is gone"}
			return err
		}
		found = v.alteration(c, kept, r.After)
		if found != nil {
			return errFound
		}
		return nil
	})
	if found != nil {
		return found, nil
	}
	return nil, err
}

// errFound ends the reading.
var errFound = errors.New("an event was altered")

// alteration compares the last event of the chain with what is known of it.
func (v Verification) alteration(c *Chain, kept *Seal, after int64) *Altered {
	if kept != nil {
		at := checkBytes * (c.Number - after - 1)
		if string(kept.Checks[at:at+checkBytes]) != string(c.Digest[:checkBytes]) {
			return &Altered{c.Number, "it is not as it was when it was sealed"}
		}
	}
	if c.Number == v.Known.Number && c.Digest.String() != v.Known.Digest {
		return &Altered{c.Number, "the digest of the events up to it is not the known one: it or one before it was altered"}
	}
	return nil
}

func (v Verification) revisions(ctx context.Context, builder *pgxpool.Pool, r Report) (*Altered, error) {
	var found Altered
	var stream uuid.UUID
	var revision, before int
	err := builder.QueryRow(ctx, revisionsSQL, v.AccountID, r.Generation, r.Events).Scan(&found.SequenceNumber, &stream, &revision, &before)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	found.What = fmt.Sprintf("it is revision %d of stream %s, and revision %d comes before it", revision, stream, before)
	return &found, err
}

// ParseDigest checks that the text is a digest in hex. Invalid: it is not.
func ParseDigest(text string) (string, error) {
	if raw, err := hex.DecodeString(text); err != nil || len(raw) != len(Digest{}) {
		return "", fault.New(fault.Invalid, "A digest is 64 hexadecimal digits, not %q", text)
	}
	return text, nil
}
