package projection

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/model"
)

// Schema is where the tables of read models are.
const Schema = "read_models"

// maxIdentifier is PostgreSQL's limit; it cuts longer names silently.
const maxIdentifier = 63

// Table is the physical shape of a projection. Every table has, beside its columns,
// account_id, key and hidden. The key of a source's row is its stream's id, that of a chained
// one follows from the feeder's. A source's row has row_sequence, the last event that changed
// it; a chained row follows from rows, not from an event.
type Table struct {
	Name       string // without schema
	Projection string
	Columns    []Column // the stored ones, by name
	sequenced  bool
	sync       bool // written by appends
	indexes    []model.Index
}

// Column is a stored column.
type Column struct {
	Name     string // in the model
	Type     model.Type
	SQL      string // in the table, not quoted
	Currency string // in the table: the column with a money's currency; empty for other kinds
	Order    string // in the table: the generated column with a number's OrderKey; empty: it has none
}

// Sorting returns the column in the table that indexes are on, and that is compared and sorted by
// in place of the value.
func (c Column) Sorting() string {
	if c.Order != "" {
		return c.Order
	}
	return c.SQL
}

// SortsAs returns what Sorting is compared with: an SQL expression that stands for the value of
// another one, of the column's type.
func (c Column) SortsAs(value string) string {
	if c.Order != "" {
		return OrderKey(value)
	}
	return value
}

// TableOf returns the physical shape of the projection. Joined columns have none. It goes by
// the columns' names and not by their order: projections that say the same in another order
// share a table.
func TableOf(p *model.ProjectionType) *Table {
	t := &Table{Name: p.Table, Projection: p.Name, sequenced: p.Of == "", sync: p.Sync, indexes: p.Indexes}
	names := newNames()
	var ordered []int
	sorted := slices.Clone(p.Columns)
	slices.SortFunc(sorted, func(a, b model.Column) int { return strings.Compare(a.Name, b.Name) })
	for _, c := range sorted {
		if !c.Stored() {
			continue
		}
		column := Column{Name: c.Name, Type: c.Type, SQL: names.take(model.Snake(c.Name))}
		if c.Type.Kind == model.Money {
			column.Currency = names.take(model.Snake(c.Name) + "_currency")
		}
		if c.Ordered {
			ordered = append(ordered, len(t.Columns))
		}
		t.Columns = append(t.Columns, column)
	}
	for _, i := range ordered { // last, so that no other column has another name for it
		t.Columns[i].Order = names.take(model.Snake(t.Columns[i].Name) + "_order")
	}
	return t
}

// Column returns the stored column of the model's name.
func (t *Table) Column(name string) (Column, bool) {
	for _, c := range t.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return Column{}, false
}

// shadowName is the name of the table beside the live one in which an account's rows are
// built anew.
func shadowName(table string) string { return shorten(table + "_build") }

// Quoted returns the table's name for SQL, with its schema.
func (t *Table) Quoted() string { return Schema + "." + Quote(t.Name) }

// Quote returns the identifier for SQL.
func Quote(identifier string) string { return pgx.Identifier{identifier}.Sanitize() }

// names gives each column a name of its own, also beside the platform's columns and
// PostgreSQL's. It depends on nothing but the order in which they are taken.
type names map[string]bool

func newNames() names {
	n := names{}
	for _, reserved := range []string{"account_id", "key", "hidden", "row_sequence",
		"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"} {
		n[reserved] = true
	}
	return n
}

func (n names) take(name string) string {
	name = shorten(name)
	for n[name] {
		name = shorten(name + "_")
	}
	n[name] = true
	return name
}

// shorten keeps a name within PostgreSQL's limit: a long one ends in a hash of the whole.
func shorten(name string) string {
	if len(name) <= maxIdentifier {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return fmt.Sprintf("%s_%x", strings.ToValidUTF8(name[:maxIdentifier-9], ""), sum[:4])
}
