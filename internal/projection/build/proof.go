package build

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// Difference is a value of a built row that is not what it should be.
type Difference struct {
	Table    string    `json:"table"`
	Key      uuid.UUID `json:"key"`
	Column   string    `json:"column"`   // "(row)": the row as a whole
	Expected *string   `json:"expected"` // nil: none
	Found    *string   `json:"found"`
}

// mostDifferences is how many differences are listed: enough to see what is wrong.
const mostDifferences = 20

// differError says that built rows are not what they should be.
type differError struct {
	projection  string
	differences []Difference
}

// Error names the first difference.
func (e *differError) Error() string {
	d := e.differences[0]
	return fmt.Sprintf("the built rows of %s are not what its events say: %s of row %s in %s", e.projection, d.Column, d.Key, d.Table)
}

// proof compares rows and digests them.
type proof struct {
	*build
	unit        *unit
	rows        int64
	sum         [sha256.Size]byte // of all rows, whatever their order
	differences []Difference
	text        []byte // of the row at hand, as it is digested
}

func (p *proof) digested() string { return hex.EncodeToString(p.sum[:]) }

// hold compares a row that should be there with the one that is; either may be nil.
func (p *proof) hold(t *projection.Target, key uuid.UUID, expected, found *model.Row) error {
	if expected == nil || found == nil {
		if found != nil {
			p.rows++
		}
		p.differ(Difference{Table: t.Table.Name, Key: key, Column: "(row)", Expected: present(expected), Found: present(found)})
		return nil
	}
	want, err := texts(t, expected)
	if err != nil {
		return err
	}
	have, err := texts(t, found)
	if err != nil {
		return err
	}
	for i := range want {
		if !same(want[i].value, have[i].value) {
			p.differ(Difference{Table: t.Table.Name, Key: key, Column: want[i].column, Expected: want[i].value, Found: have[i].value})
		}
	}
	p.digest(key, have)
	return nil
}

// digest takes a row that is there into the digest.
func (p *proof) digest(key uuid.UUID, have []shown) {
	p.rows++
	p.text = append(p.text[:0], key[:]...)
	for i := range have {
		if have[i].value != nil {
			p.text = append(strconv.AppendInt(append(p.text, 0), int64(i), 10), ':')
			p.text = append(p.text, *have[i].value...)
		}
	}
	for i, b := range sha256.Sum256(p.text) {
		p.sum[i] ^= b
	}
}

func (p *proof) differ(d Difference) {
	if len(p.differences) < mostDifferences {
		p.differences = append(p.differences, d)
	}
}

func present(row *model.Row) *string {
	if row == nil {
		return nil
	}
	text := "there"
	return &text
}

// shown is a value of a row as its table holds it; nil is NULL.
type shown struct {
	column string
	value  *string
}

// texts returns what the row holds, but for copies.
func texts(t *projection.Target, row *model.Row) ([]shown, error) {
	list := make([]shown, 0, 2*len(t.Table.Columns)+1)
	for i := range t.Projection.Columns {
		c := &t.Projection.Columns[i]
		if !c.Stored() || c.Copy != nil {
			continue
		}
		text, err := projection.Format(c.Type.Kind, row.Values[c.Name])
		if err != nil {
			return nil, &rowError{fmt.Errorf("column %s: %w", c.Name, err)}
		}
		list = append(list, shown{c.Name, text})
		if c.Type.Kind == model.Money {
			currency, _ := projection.Format(model.Text, row.Values[c.Name+"Currency"])
			list = append(list, shown{c.Name + "Currency", currency})
		}
	}
	var hidden *string
	if row.Hidden != nil {
		text := string(row.Hidden)
		hidden = &text
	}
	return append(list, shown{"hidden", hidden}), nil
}

func same(a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
