package es_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

func TestEventsCannotBeChanged(t *testing.T) {
	t.Parallel()
	w, _, _ := library(t)
	for _, role := range []pg.Role{pg.API, pg.Projector, pg.Appender, pg.Builder, pg.Admin, pg.Watcher} {
		for _, sql := range []string{
			"UPDATE store.events SET payload = '{}' WHERE account_id = $1",
			"DELETE FROM store.events WHERE account_id = $1",
			"UPDATE store.events_03 SET payload = '{}' WHERE account_id = $1",
			"TRUNCATE store.events",
		} {
			err := pg.InAccount(t.Context(), w.db.Pool(t, role), w.account, func(tx pgx.Tx) error {
				args := []any{w.account}
				if sql == "TRUNCATE store.events" {
					args = nil
				}
				_, err := tx.Exec(t.Context(), sql, args...)
				return err
			})
			if pg.Code(err) != pgerrcode.InsufficientPrivilege {
				t.Errorf("%s: %s: %v, want that it is refused", role, sql, err)
			}
		}
	}
}

// The builder is not among them: it writes copies of accounts, events and heads, and no api has
// its role.
func TestOnlyTheAppenderAppends(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, role := range []pg.Role{pg.API, pg.Projector, pg.Admin, pg.Watcher} {
		store := es.New(es.Config{Appender: w.db.Pool(t, role), Reader: w.db.Pool(t, pg.API)})
		t.Cleanup(store.Close)
		if _, err := store.Append(t.Context(), w.write(uuid.New(), es.None(), 1)); pg.Code(err) != pgerrcode.InsufficientPrivilege {
			t.Errorf("%s: %v, want that it is refused", role, err)
		}
	}
	if n := len(history(t, w.Store, w.account)); n != 0 {
		t.Errorf("%d events, want 0", n)
	}
}

// Every statement names its account. Here each is run for one account by a transaction
// that is bound to another, and to none.
func TestAStatementForAnotherAccountGivesNothing(t *testing.T) {
	t.Parallel()
	alice, streams, _ := library(t)
	if err := alice.SaveSnapshot(t.Context(), alice.account,
		es.Snapshot{StreamID: streams[0], Release: "r", Revision: 1, State: json.RawMessage(`{}`)}); err != nil {
		t.Fatal(err)
	}
	bob := newAccount(t, alice.db)
	for _, role := range []pg.Role{pg.API, pg.Projector} {
		pool := alice.db.Pool(t, role)
		for name, s := range es.ReadStatements(alice.account, streams[0]) {
			if role == pg.Projector && name == "load_stream" {
				continue // has no right to snapshots at all
			}
			own, others, unbound := countAs(t, pool, alice.account, s), countAs(t, pool, bob, s), countUnbound(t, pool, s)
			if own == 0 || others != 0 || unbound != 0 {
				t.Errorf("%s: %s gives %d rows to the account, %d to another, %d to nobody", role, name, own, others, unbound)
			}
		}
	}
}

func countAs(t *testing.T, pool *pgxpool.Pool, account uuid.UUID, s es.ReadStatement) (n int64) {
	t.Helper()
	err := pg.InAccount(context.Background(), pool, account, func(tx pgx.Tx) error {
		tag, err := tx.Exec(context.Background(), s.SQL, s.Args...)
		n = tag.RowsAffected()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func countUnbound(t *testing.T, pool *pgxpool.Pool, s es.ReadStatement) int64 {
	t.Helper()
	tag, err := pool.Exec(context.Background(), s.SQL, s.Args...)
	if err != nil {
		t.Fatal(err)
	}
	return tag.RowsAffected()
}

func TestASnapshotForAnotherAccountIsRefused(t *testing.T) {
	t.Parallel()
	alice, streams, _ := library(t)
	bob := newAccount(t, alice.db)
	err := pg.InAccount(t.Context(), alice.db.Pool(t, pg.API), bob, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO store.snapshots (account_id, generation, stream_id, release, stream_revision, state)
			VALUES ($1, 0, $2, 'r', 1, '{}')`, alice.account, streams[0])
		return err
	})
	if pg.Code(err) != pgerrcode.InsufficientPrivilege {
		t.Errorf("%v, want that it is refused", err)
	}
}

// A head whose epoch rose behind the process's memory fences the caller of the old epoch,
// by the statement for one event and by the one for more.
func TestARaisedEpochFencesWhoRemembersTheOldOne(t *testing.T) {
	t.Parallel()
	for _, events := range []int{1, 2} {
		w := newWorld(t)
		stream := uuid.New()
		w.mustAppend(t, w.write(stream, es.None(), 1))
		if _, err := w.db.Pool(t, pg.Admin).Exec(t.Context(), "UPDATE store.account_heads SET epoch = 2 WHERE account_id = $1", w.account); err != nil {
			t.Fatal(err)
		}
		var refused *es.AccountError
		if _, err := w.Append(t.Context(), w.write(stream, es.Exactly(1), events)); !errors.As(err, &refused) || refused.Epoch != 2 {
			t.Errorf("%d events: %v, want a refusal that names epoch 2", events, err)
		}
	}
}

func TestRevisionsBeyondTheColumnAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stream := uuid.New()
	w.mustAppend(t, w.write(stream, es.None(), 1))
	wrapped := es.Exactly(1<<32 + 1) // 1 in 32 bits
	read := w.write(uuid.New(), es.None(), 1)
	read.Reads = []es.Read{{StreamID: stream, Expected: wrapped}}
	for _, a := range []es.Append{w.write(stream, wrapped, 1), read} {
		if _, err := w.Append(t.Context(), a); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v, want invalid", err)
		}
	}
}
