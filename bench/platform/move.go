package platform

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

const (
	movedEvents = 1_000_000
	moveRate    = 50 // commands per second meanwhile
)

//go:embed history.sql
var historySQL string

// life is what happens to an order.
var life = []string{
	`{"PlaceOrderCommand": {"OrderId": "` + lifeID + `", "CustomerName": "Linus Torvalds", "Reference": "bench", "OrderLines": [{"ProductName": "Chai", "Quantity": 1, "UnitPrice": "18.00 EUR"}]}}`,
	`{"ChangeOrderLinesCommand": {"OrderId": "` + lifeID + `", "OrderLines": [
		{"ProductName": "Chai", "Quantity": 3, "UnitPrice": "18.00 EUR"}, {"ProductName": "Chang", "Quantity": 1, "UnitPrice": "19.00 EUR"}]}}`,
	`{"ConfirmOrderCommand": {"OrderId": "` + lifeID + `"}}`,
	`{"CloseOrderCommand": {"OrderId": "` + lifeID + `"}}`,
}

const lifeID = "6f1d2c3b-4a59-4e68-8776-5a4b3c2d1e0f"

// Move measures how long commands wait while an account of a million events and 100,000 unique keys is taken to another store and back, under
// 50 commands a second. A command that fails ends it with an error.
func Move(ctx context.Context, out io.Writer) (map[string]float64, error) {
	return measure(ctx, out, func(m *machine) (map[string]float64, error) {
		key, err := m.history(ctx, "moved", movedEvents)
		if err != nil {
			return nil, err
		}
		if err := m.eastStore(ctx); err != nil {
			return nil, err
		}
		load := m.load(ctx, key)
		var pauses, took []time.Duration
		for _, store := range []string{"east", "main"} {
			pause, whole, err := m.move(ctx, "moved", store)
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(out, "  to %s: appends waited %s, the whole move took %s\n", store, pause, whole)
			pauses, took = append(pauses, pause), append(took, whole)
		}
		waited, err := load()
		if err != nil {
			return nil, err
		}
		numbers := map[string]float64{
			"move.pause_ms": slices.Max(pauses).Seconds() * 1000, "move.most_ms": slices.Max(waited).Seconds() * 1000, "move.whole_s": slices.Max(took).Seconds(),
		}
		_, numbers["move.command_p99_ms"] = percentiles(waited)
		return numbers, nil
	})
}

// history makes an account with so many events, and returns a key.
func (m *machine) history(ctx context.Context, name string, events int) (string, error) {
	key, err := m.account(ctx, name)
	if err != nil {
		return "", err
	}
	for _, command := range life {
		if _, err := m.post(ctx, key, "/v1/commands", command); err != nil {
			return "", err
		}
	}
	text, err := m.admin(ctx, "account", "show", name, "--output", "json")
	if err != nil {
		return "", err
	}
	var account struct{ ID string }
	if err := json.Unmarshal(text, &account); err != nil {
		return "", err
	}
	return key, m.asOwner(ctx, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, historySQL, account.ID, events)
		return err
	})
}

// eastStore adds a store in a database of its own, on the same server.
func (m *machine) eastStore(ctx context.Context) error {
	if err := m.asOwner(ctx, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "CREATE DATABASE polder_east")
		return err
	}); err != nil {
		return err
	}
	at, err := url.Parse(m.env["POLDER_CATALOG_URL"])
	if err != nil {
		return err
	}
	at.User, at.Path = nil, "/polder_east"
	_, err = m.admin(ctx, "store", "add", "east", at.String())
	return err
}

// asOwner runs do on a connection to the catalog's database that may do everything.
func (m *machine) asOwner(ctx context.Context, do func(*pgx.Conn) error) error {
	at, err := m.databaseURL(m.env["POLDER_MIGRATE_LOGIN"])
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, at)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return do(conn)
}

// move takes the account to the store, and removes what the other has.
func (m *machine) move(ctx context.Context, name, store string) (pause, whole time.Duration, err error) {
	began := time.Now()
	text, err := m.admin(ctx, "account", "move", name, "--to-store", store, "--output", "json")
	if err != nil {
		return 0, 0, err
	}
	whole = time.Since(began)
	var done struct{ PauseSeconds float64 }
	if err := json.Unmarshal(text, &done); err != nil {
		return 0, 0, err
	}
	_, err = m.admin(ctx, "account", "move", name, "--confirm", "--yes")
	return time.Duration(done.PauseSeconds * float64(time.Second)), whole, err
}

// load sends commands at fixed times until the function that it returns is called, which tells how long each took.
func (m *machine) load(ctx context.Context, key string) func() ([]time.Duration, error) {
	ctx, cancel := context.WithCancel(ctx)
	var mutex sync.Mutex
	var took []time.Duration
	group, under := errgroup.WithContext(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(time.Second / moveRate)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-under.Done():
				return
			case <-ticker.C:
			}
			group.Go(func() error {
				sent := time.Now()
				_, err := m.post(under, key, "/v1/commands", order)
				mutex.Lock()
				defer mutex.Unlock()
				took = append(took, time.Since(sent))
				return err
			})
		}
	}()
	return func() ([]time.Duration, error) {
		cancel()
		<-ended
		err := group.Wait()
		return took, err
	}
}
