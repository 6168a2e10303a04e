package tenant

import (
	"context"
	_ "embed" // the statements below
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
)

var (
	//go:embed sql/work_begin.sql
	workBeginSQL string
	//go:embed sql/works.sql
	worksSQL string
	//go:embed sql/work_set.sql
	workSetSQL string
)

// Work is what is being done to a whole account; see package lifecycle.
type Work struct {
	AccountID  uuid.UUID       `json:"accountId"` // of an account that there is, or that is about to be
	Kind       string          `json:"kind"`      // copy, move or erase
	State      string          `json:"state"`
	FromStore  string          `json:"fromStore,omitempty"` // empty: it comes from elsewhere, or goes
	ToStore    string          `json:"toStore,omitempty"`
	Parameters json.RawMessage `json:"parameters"`
	Result     string          `json:"result,omitempty"`
	Signature  []byte          `json:"signature,omitempty"` // of the result
	StartedBy  string          `json:"startedBy"`
	StartedAt  time.Time       `json:"startedAt"` // given by the catalog
	ChangedAt  time.Time       `json:"changedAt"` // given by the catalog
}

// BeginWork enters the work, or returns the one that the account has already, which may be another.
// release is the one that an account is about to be made on, empty for others. NotFound: a store does not exist.
// Precondition: the release was withdrawn.
func (c *Catalog) BeginWork(ctx context.Context, w Work, release string) (Work, error) {
	err := pgx.BeginFunc(ctx, c.pool, func(tx pgx.Tx) error {
		if err := HoldReleases(ctx, tx, release); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, workBeginSQL, w.AccountID, w.Kind, w.State, optionalText(w.FromStore), optionalText(w.ToStore), w.Parameters, c.actor)
		return err
	})
	if err != nil {
		return Work{}, classify(err)
	}
	return c.Work(ctx, w.AccountID)
}

// Works returns all works that are under way or kept, the oldest first.
func (c *Catalog) Works(ctx context.Context) ([]Work, error) {
	rows, _ := c.pool.Query(ctx, worksSQL, nil) // CollectRows returns the query's error
	works, err := pgx.CollectRows(rows, scanWork)
	return works, classify(err)
}

// Work returns the account's work, or NotFound.
func (c *Catalog) Work(ctx context.Context, account uuid.UUID) (Work, error) {
	rows, _ := c.pool.Query(ctx, worksSQL, account)
	work, err := pgx.CollectExactlyOneRow(rows, scanWork)
	if errors.Is(err, pgx.ErrNoRows) {
		return work, fault.New(fault.NotFound, "Nothing is under way with account %s", account)
	}
	return work, classify(err)
}

// SetWork notes how far the work is.
func (c *Catalog) SetWork(ctx context.Context, w Work) error {
	_, err := c.pool.Exec(ctx, workSetSQL, w.AccountID, w.State, optionalText(w.Result), w.Signature)
	return classify(err)
}

// DescribeWork replaces the work's parameters.
func (c *Catalog) DescribeWork(ctx context.Context, account uuid.UUID, parameters json.RawMessage) error {
	_, err := c.pool.Exec(ctx, "UPDATE catalog.account_works SET parameters = $2, changed_at = now() WHERE account_id = $1", account, parameters)
	return classify(err)
}

// EndWork forgets the account's work.
func (c *Catalog) EndWork(ctx context.Context, account uuid.UUID) error {
	_, err := c.pool.Exec(ctx, "DELETE FROM catalog.account_works WHERE account_id = $1", account)
	return classify(err)
}

func optionalText(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func scanWork(row pgx.CollectableRow) (Work, error) {
	var w Work
	err := row.Scan(&w.AccountID, &w.Kind, &w.State, &w.FromStore, &w.ToStore, &w.Parameters, &w.Result, &w.Signature, &w.StartedBy, &w.StartedAt, &w.ChangedAt)
	return w, err
}
