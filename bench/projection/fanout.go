package projectionbench

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/projection"
)

//go:embed sql/order_rows.sql
var orderRowsSQL string

const (
	renameLoad = 50 // appends a second to the same account during a fan-out
	renamePoll = 20 * time.Millisecond
)

// renaming is an account with one customer who has very many orders.
type renaming struct {
	*following
	account  uuid.UUID
	orders   int
	customer uuid.UUID
	party    uuid.UUID
}

// FanOut renames a customer with 1,000,000 orders: where orders join the name, and where
// they keep a copy of it.
func FanOut(ctx context.Context, out io.Writer) (map[string]float64, error) {
	numbers := map[string]float64{}
	for shape, measure := range map[string]func(*renaming, context.Context, map[string]float64) error{
		"join": (*renaming).underJoin, "duplicate": (*renaming).underDuplicate,
	} {
		if err := rename(ctx, out, shape, func(r *renaming) error { return measure(r, ctx, numbers) }); err != nil {
			return nil, fmt.Errorf("%s: %w", shape, err)
		}
	}
	for name, value := range numbers {
		fmt.Fprintf(out, "  %-32s %12.4g\n", name, value)
	}
	return numbers, nil
}

// rename makes the account with its orders in the shape, and has it measured.
func rename(ctx context.Context, out io.Writer, shape string, measure func(*renaming) error) error {
	w, err := openERP(ctx, out, shape)
	defer w.close(ctx)
	if err != nil {
		return err
	}
	r := &renaming{account: accountID(0), customer: customerID(0), party: partyID(0)}
	if r.orders, err = size(); err != nil {
		return err
	}
	if err := w.newAccount(ctx, r.account); err != nil {
		return err
	}
	r.following, err = w.follow(ctx)
	defer r.stop()
	if err != nil {
		return err
	}
	if err := r.prepare(ctx, shape); err != nil {
		return err
	}
	return measure(r)
}

// prepare makes the customer by events, and the rows of its orders.
func (r *renaming) prepare(ctx context.Context, shape string) error {
	for _, h := range []happening{
		{told{"OrganisationRegisteredEvent", 1, json.RawMessage(`{"Name":"Alfreds Futterkiste"}`)}, r.account, r.party, "Organisation"},
		{told{"CustomerAssignedEvent", 1, assigned(0)}, r.account, r.customer, "Customer"},
	} {
		if err := r.append(ctx, h); err != nil {
			return err
		}
	}
	if err := r.lags.settled(ctx); err != nil {
		return err
	}
	table := projection.TableOf(r.release.Projection("Orders"))
	name, ok := table.Column("CustomerName")
	if !ok {
		return fmt.Errorf("orders have no column for their customer's name")
	}
	var kept *string
	if shape == "duplicate" {
		copied := "Alfreds Futterkiste"
		kept = &copied
	}
	if err := r.exec(ctx, fmt.Sprintf(orderRowsSQL, table.Quoted(), name.SQL), r.account, r.customer, kept, r.orders); err != nil {
		return err
	}
	return r.settle(ctx)
}

func (r *renaming) rename(ctx context.Context) error {
	return r.append(ctx, happening{told{"OrganisationRenamedEvent", 1, json.RawMessage(`{"Name":"Alfreds Feinkost"}`)}, r.account, r.party, "Organisation"})
}

// underJoin counts the rows that a rename writes and takes the time until it is visible.
func (r *renaming) underJoin(ctx context.Context, numbers map[string]float64) error {
	r.lags.forget()
	if err := r.rename(ctx); err != nil {
		return err
	}
	if err := r.lags.settled(ctx); err != nil {
		return err
	}
	visible, _, err := r.lags.percentiles(r.account)
	if err != nil {
		return err
	}
	written := 0
	for _, p := range r.release.Projections() {
		var rows int
		sql := "SELECT count(*) FROM " + projection.TableOf(p).Quoted() + " WHERE account_id = $1 AND row_sequence = 3"
		if err := r.super.QueryRow(ctx, sql, r.account).Scan(&rows); err != nil {
			return err
		}
		written += rows
	}
	numbers["fanout.1m.join_rows"], numbers["fanout.1m.join_visible_ms"] = float64(written), visible
	return nil
}

// underDuplicate takes the time until all rows have the new name, with other work on the account.
func (r *renaming) underDuplicate(ctx context.Context, numbers map[string]float64) error {
	teller, err := newStoryteller(r.release)
	if err != nil {
		return err
	}
	loading, cancel := context.WithCancel(ctx)
	defer cancel()
	loaded := make(chan error, 1)
	counter := func(n int) happening { // orders of the counter: their customers are on no file
		return teller.placing([]uuid.UUID{r.account})(2*n + 1)
	}
	go func() { loaded <- r.load(loading, renameLoad, counter) }()
	time.Sleep(time.Second) // a steady load
	r.lags.forget()
	began := time.Now()
	if err := r.rename(ctx); err != nil {
		return err
	}
	if err := r.fannedOut(ctx); err != nil {
		return err
	}
	took := time.Since(began)
	cancel()
	if err := <-loaded; err != nil {
		return err
	}
	_, p99, err := r.lags.percentiles(r.account)
	if err != nil {
		return err
	}
	numbers["fanout.1m.rows_per_s"], numbers["fanout.1m.job_s"] = float64(r.orders)/took.Seconds(), took.Seconds()
	numbers["fanout.1m.lag_p99_ms"] = p99
	return r.allRenamed(ctx)
}

// fannedOut waits until the rename is applied and no job is left of it. A job that leads to
// another one ends in the transaction that begins the other.
func (r *renaming) fannedOut(ctx context.Context) error {
	table := projection.TableOf(r.release.Projection("OrganisationLookup")).Quoted()
	for end := time.Now().Add(2 * patience); time.Now().Before(end); time.Sleep(renamePoll) {
		var done bool
		err := r.super.QueryRow(ctx, `SELECT NOT EXISTS (SELECT FROM store.fan_outs WHERE account_id = $1)
		  AND EXISTS (SELECT FROM `+table+` WHERE account_id = $1 AND name = 'Alfreds Feinkost')`, r.account).Scan(&done)
		if done || err != nil {
			return err
		}
	}
	return fmt.Errorf("the job is not done after %s", 2*patience)
}

func (r *renaming) allRenamed(ctx context.Context) error {
	table := projection.TableOf(r.release.Projection("Orders"))
	name, _ := table.Column("CustomerName")
	var left int
	err := r.super.QueryRow(ctx, "SELECT count(*) FROM "+table.Quoted()+" WHERE account_id = $1 AND customer_id = $2 AND "+
		name.SQL+" IS DISTINCT FROM 'Alfreds Feinkost'", r.account, r.customer).Scan(&left)
	if err == nil && left > 0 {
		err = fmt.Errorf("%d orders have the old name", left)
	}
	return err
}
