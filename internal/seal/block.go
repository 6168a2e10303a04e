package seal

import (
	"context"
	_ "embed" // the statements of this package, one per file
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
)

const (
	// Every is how many events there are from one seal to the next.
	Every = 10_000
	// checkBytes is how much of each event's digest is kept.
	checkBytes = 4
)

var (
	//go:embed sql/last.sql
	lastSQL string
	//go:embed sql/put.sql
	putSQL string
)

// Block makes seals out of the events of one history, in their order.
type Block struct {
	Chain
	checks []byte
}

// Seal is a digest as it is kept.
type Seal struct {
	Number int64
	Digest Digest
	Checks []byte // of the last 10,000 events
}

// Add takes the next event in. It returns the seal that it completes, or nil.
func (b *Block) Add(e *es.Event) (*Seal, error) {
	if err := b.Chain.Add(e); err != nil {
		return nil, err
	}
	b.checks = append(b.checks, b.Digest[:checkBytes]...)
	if b.Number%Every != 0 {
		return nil, nil
	}
	made := &Seal{b.Number, b.Digest, b.checks}
	b.checks = nil
	return made, nil
}

// Next seals the account's next 10,000 events, if it has so many that are not sealed. The pool's
// role is projector.
func Next(ctx context.Context, projector *pgxpool.Pool, account uuid.UUID) (sealed bool, err error) {
	err = pg.InAccount(ctx, projector, account, func(tx pgx.Tx) error {
		var generation int
		var head int64
		var last []byte
		b := Block{}
		err := tx.QueryRow(ctx, lastSQL, account).Scan(&generation, &head, &b.Number, &last)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && head < b.Number+Every {
			return nil
		}
		if err != nil {
			return err
		}
		copy(b.Digest[:], last)
		var made *Seal
		r := es.OriginalRange{AccountID: account, Generation: generation, After: b.Number, Until: b.Number + Every}
		err = es.StreamOriginals(ctx, tx, r, func(e *es.Event) (err error) {
			made, err = b.Add(e)
			return err
		})
		if err != nil || made == nil {
			return err
		}
		sealed = true
		return Put(ctx, tx, account, generation, made)
	})
	return sealed, pg.Fault(err)
}

// Put keeps a seal of the account. One that is there stays. The role of tx is projector or builder.
func Put(ctx context.Context, tx pgx.Tx, account uuid.UUID, generation int, s *Seal) error {
	_, err := tx.Exec(ctx, putSQL, account, generation, s.Number, s.Digest[:], s.Checks)
	return err
}
