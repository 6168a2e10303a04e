package upgrade

import (
	"context"
	_ "embed" // the statement below
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

//go:embed sql/row_bytes.sql
var rowBytesSQL string

// newRowBytes is what a row of a table takes that nothing is known of, its indexes included.
const newRowBytes = 400

// disk estimates how many bytes the tables will take that an account needs and does not have:
// as many rows as the table of the same projection has in the release before, at what a row of
// that takes. A projection that is new is taken for one with a row for each event that is read, or that an archived state stands for.
func (f *PlannedAccount) disk(ctx context.Context, builder *pgxpool.Pool, route *Route) error {
	missing := map[string]bool{}
	for _, table := range without(route.to, route.from) {
		missing[table] = true
	}
	occupied, err := projection.Occupied(ctx, builder, f.ID, projection.TableNames(route.from)) // most of many tables are not: they are not asked one by one
	if err != nil {
		return err
	}
	for _, p := range route.to.Projections() {
		if !missing[p.Table] {
			continue
		}
		delete(missing, p.Table) // projections may share it
		before := route.from.Projection(p.Name)
		if before == nil {
			f.Bytes += newRowBytes * f.handled
			continue
		}
		if !occupied[before.Table] {
			continue
		}
		bytes, err := bytesOf(ctx, builder, f.ID, before)
		if err != nil {
			return err
		}
		f.Bytes += bytes
	}
	return nil
}

// bytesOf is what the account's rows of the projection take.
func bytesOf(ctx context.Context, builder *pgxpool.Pool, account uuid.UUID, p *model.ProjectionType) (int64, error) {
	table := projection.TableOf(p).Quoted()
	var rows, perRow float64
	if err := builder.QueryRow(ctx, fmt.Sprintf("SELECT count(*) FROM %s WHERE account_id = $1", table), account).Scan(&rows); err != nil {
		return 0, err
	}
	err := builder.QueryRow(ctx, rowBytesSQL, table).Scan(&perRow)
	return int64(rows * perRow), err
}
