package pg_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
)

func TestUUIDsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	conn, err := pgtest.Shared(t).Pool(t, pg.API).Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	ids := []uuid.UUID{uuid.New(), uuid.Nil, uuid.New()}
	var one, null uuid.UUID
	var some, none *uuid.UUID
	var list []uuid.UUID
	var text string
	null = uuid.New() // what was in it before must go
	err = conn.QueryRow(t.Context(), "SELECT $1::uuid, $1::uuid, $2::uuid, $2::uuid, $3::uuid[], $4::uuid::text",
		ids[0], (*uuid.UUID)(nil), ids, &ids[2]).Scan(&one, &some, &none, &null, &list, &text)
	if err != nil {
		t.Fatal(err)
	}
	if one != ids[0] || some == nil || *some != ids[0] || none != nil || null != uuid.Nil || !slices.Equal(list, ids) || text != ids[2].String() {
		t.Errorf("%v %v %v %v %v %v", one, some, none, null, list, text)
	}
	err = conn.QueryRow(t.Context(), "SELECT $1::uuid", pgx.QueryExecModeSimpleProtocol, ids[2]).Scan(&one)
	if err != nil || one != ids[2] {
		t.Errorf("as text: %v %v", one, err)
	}
	if err := conn.QueryRow(t.Context(), "SELECT '{NULL}'::uuid[]").Scan(&list); err != nil || len(list) != 1 || list[0] != uuid.Nil {
		t.Errorf("%v %v", list, err)
	}
}
