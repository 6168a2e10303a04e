package explain

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
)

// FanOut is how many rows a change of one source row concerns: under join it is what one
// write spares, under copy it is what the job writes.
type FanOut struct {
	Column  string `json:"column"`
	Shape   Shape  `json:"shape"`
	Way     string `json:"way"`
	Sources int64  `json:"sources"` // rows that others refer to
	P50     int64  `json:"p50"`     // referring rows of a source
	P99     int64  `json:"p99"`
	Max     int64  `json:"max"`
	Advice  string `json:"advice"`
}

// Measure counts for each joined or copied column of the projection, in the account's rows,
// how many rows refer to each source row. It reads the whole table once for each column. The
// pool's role is admin.
func Measure(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID, release *model.Release, p *Projection) error {
	of := release.Projection(p.Name)
	p.FanOut = []FanOut{}
	for i := range of.Columns {
		c := &of.Columns[i]
		if len(path(c)) == 0 {
			continue
		}
		f := FanOut{Column: c.Name, Shape: p.Columns[i].Shape, Way: way(path(c))}
		if f.Shape == Own {
			f.Shape = Join // the joined half of a column that is stored as well
		}
		err := admin.QueryRow(ctx, fanOutSQL(release, of, path(c)), account).Scan(&f.Sources, &f.P50, &f.P99, &f.Max)
		if err != nil {
			return pg.Fault(err)
		}
		f.Advice = advice(f, p.Columns[i])
		p.FanOut = append(p.FanOut, f)
	}
	return nil
}

// fanOutSQL counts the projection's rows by the source row at the end of the way: $1 account.
// A ref that may point into several tables is looked up in each of them.
func fanOutSQL(release *model.Release, of *model.ProjectionType, hops []model.Hop) string {
	table := projection.TableOf(of)
	joins := "FROM " + table.Quoted() + " t"
	ref := "t." + sqlName(table, hops[0].Ref)
	for n, hop := range hops[:len(hops)-1] {
		var next []string
		for m, name := range hop.Helpers {
			helper := projection.TableOf(release.Projection(name))
			alias := fmt.Sprintf("h%d_%d", n, m)
			joins += fmt.Sprintf("\nLEFT JOIN %s %s ON %[2]s.account_id = t.account_id AND %[2]s.key = %[3]s", helper.Quoted(), alias, ref)
			next = append(next, alias+"."+sqlName(helper, hop.Column))
		}
		ref = "coalesce(" + strings.Join(next, ", ") + ")"
	}
	return `SELECT count(*), coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY n), 0),
       coalesce(percentile_disc(0.99) WITHIN GROUP (ORDER BY n), 0), coalesce(max(n), 0)
FROM (SELECT count(*) AS n ` + joins + "\nWHERE t.account_id = $1 AND " + ref + " IS NOT NULL GROUP BY " + ref + ") AS sources"
}

func sqlName(t *projection.Table, column string) string {
	c, _ := t.Column(column)
	return projection.Quote(c.SQL)
}
