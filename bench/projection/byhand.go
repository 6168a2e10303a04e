package projectionbench

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/projection"
)

var (
	//go:embed sql/plain_page.sql
	plainPageSQL string
	//go:embed sql/upsert_placed.sql
	upsertPlacedSQL string
	//go:embed sql/upsert_lines.sql
	upsertLinesSQL string
	//go:embed sql/upsert_status.sql
	upsertStatusSQL string
)

// byHand is the projector of orders as an application would write it for itself: a struct
// for each event, a statement for each kind of change, a transaction for a page of events.
// Its table has the columns and the indexes of the real one, and no row-level security.
type byHand struct {
	*world
	account uuid.UUID
}

const byHandPage = 1000

func (w *world) byHand(ctx context.Context, account uuid.UUID) (*byHand, error) {
	real := projection.TableOf(w.release.Projection("Orders")).Quoted()
	return &byHand{world: w, account: account}, w.exec(ctx, "CREATE TABLE public.orders_by_hand (LIKE "+real+" INCLUDING ALL)")
}

// handEvent is an event of an order, read as far as its projector needs it.
type handEvent struct {
	number  int64
	order   uuid.UUID
	name    string
	payload []byte
}

type handMoney struct {
	Amount   decimal.Decimal `json:"amount"`
	Currency string          `json:"currency"`
}

type handOrder struct {
	OrderNumber, CustomerID, CustomerName, Reference, OrderDate, RequiredDate *string

	ShipTo     *struct{ City, Country *string }
	Freight    *handMoney
	OrderLines json.RawMessage
}

type handLine struct {
	Quantity, Discount decimal.Decimal
	UnitPrice          handMoney
}

// upserts gives the rate of the first events, each with a round trip of its own.
func (b *byHand) upserts(events int) func(context.Context) (float64, error) {
	return b.rate(events, func(ctx context.Context, tx pgx.Tx, page []handEvent) error {
		for _, e := range page {
			sql, args, err := b.statement(e)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, sql, args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// batches gives the rate of the first events, a page of them pipelined.
func (b *byHand) batches(events int) func(context.Context) (float64, error) {
	return b.rate(events, func(ctx context.Context, tx pgx.Tx, page []handEvent) error {
		batch := &pgx.Batch{}
		for _, e := range page {
			sql, args, err := b.statement(e)
			if err != nil {
				return err
			}
			batch.Queue(sql, args...)
		}
		return tx.SendBatch(ctx, batch).Close()
	})
}

func (b *byHand) rate(events int, apply func(context.Context, pgx.Tx, []handEvent) error) func(context.Context) (float64, error) {
	return func(ctx context.Context) (float64, error) {
		if err := b.exec(ctx, "TRUNCATE public.orders_by_hand"); err != nil {
			return 0, err
		}
		began, after := time.Now(), int64(0)
		for after < int64(events) {
			err := pgx.BeginFunc(ctx, b.super, func(tx pgx.Tx) error {
				page, err := b.page(ctx, tx, after)
				if err != nil {
					return err
				}
				after += int64(len(page))
				return apply(ctx, tx, page)
			})
			if err != nil {
				return 0, err
			}
		}
		return float64(after) / time.Since(began).Seconds(), nil
	}
}

func (b *byHand) page(ctx context.Context, tx pgx.Tx, after int64) ([]handEvent, error) {
	rows, err := tx.Query(ctx, plainPageSQL, b.account, after, byHandPage)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e handEvent, err error) {
		return e, row.Scan(&e.number, (*[16]byte)(&e.order), &e.name, &e.payload)
	})
}

// statement says what the event does to the order's row.
func (b *byHand) statement(e handEvent) (string, []any, error) {
	switch e.name {
	case "OrderConfirmedEvent":
		return upsertStatusSQL, []any{b.account, e.order, e.number, "confirmed"}, nil
	case "OrderClosedEvent":
		return upsertStatusSQL, []any{b.account, e.order, e.number, "closed"}, nil
	case "OrderPlacedEvent", "OrderLinesChangedEvent":
	default:
		return "", nil, fmt.Errorf("a history without %s was expected", e.name)
	}
	var order handOrder
	if err := json.Unmarshal(e.payload, &order); err != nil {
		return "", nil, err
	}
	total, currency, err := order.total()
	if err != nil {
		return "", nil, err
	}
	if e.name == "OrderLinesChangedEvent" {
		return upsertLinesSQL, []any{b.account, e.order, e.number, []byte(order.OrderLines), total.String(), currency}, nil
	}
	payable, freight, freightCurrency := total, (*string)(nil), (*string)(nil)
	if order.Freight != nil {
		amount := order.Freight.Amount.String()
		payable, freight, freightCurrency = total.Add(order.Freight.Amount), &amount, &order.Freight.Currency
	}
	var city, country *string
	if order.ShipTo != nil {
		city, country = order.ShipTo.City, order.ShipTo.Country
	}
	return upsertPlacedSQL, []any{b.account, e.order, e.number, order.OrderNumber, order.CustomerID, order.CustomerName, order.Reference,
		order.OrderDate, order.RequiredDate, city, country, []byte(order.OrderLines), freight, freightCurrency,
		total.String(), currency, payable.String()}, nil
}

func (o *handOrder) total() (total decimal.Decimal, currency string, err error) {
	var lines []handLine
	if err := json.Unmarshal(o.OrderLines, &lines); err != nil {
		return total, "", err
	}
	one := decimal.NewFromInt(1)
	for _, l := range lines {
		total = total.Add(l.Quantity.Mul(l.UnitPrice.Amount).Mul(one.Sub(l.Discount)).Round(2))
		currency = l.UnitPrice.Currency
	}
	return total, currency, nil
}
