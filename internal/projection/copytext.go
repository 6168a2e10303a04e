package projection

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/model"
)

// CopySQL returns the statement that takes rows in the text format of COPY, as AppendCopyText
// writes them. The role is builder: COPY is refused under row-level security.
func (t *Target) CopySQL() string {
	columns := []string{"account_id", "key", "hidden"}
	if t.Table.sequenced {
		columns = append(columns, "row_sequence")
	}
	for _, c := range t.cells {
		columns = append(columns, Quote(c.sql))
	}
	return "COPY " + t.Table.Quoted() + " (" + strings.Join(columns, ", ") + ") FROM STDIN"
}

// AppendCopyText appends the row as a line of COPY's text format. The sequence is a source's
// row_sequence. A value that its column cannot hold is an error that names the column.
func (t *Target) AppendCopyText(b []byte, account uuid.UUID, row *model.Row, sequence int64) ([]byte, error) {
	b = appendID(b, account)
	b = appendID(append(b, '\t'), row.Key)
	b = append(b, '\t')
	if row.Hidden == nil {
		b = append(b, `\N`...)
	} else {
		b = appendEscaped(b, string(row.Hidden))
	}
	if t.Table.sequenced {
		b = strconv.AppendInt(append(b, '\t'), sequence, 10)
	}
	for _, c := range t.cells {
		text, err := Format(c.typ.Kind, row.Values[c.value])
		if err != nil {
			return nil, &unwritableError{column: c.value, cause: err}
		}
		b = append(b, '\t')
		if text == nil {
			b = append(b, `\N`...)
			continue
		}
		b = appendEscaped(b, *text)
	}
	return append(b, '\n'), nil
}

func appendID(b []byte, id uuid.UUID) []byte {
	for i, part := range [...][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, part)
	}
	return b
}

// appendEscaped keeps what COPY takes for its own signs from being taken for them.
func appendEscaped(b []byte, text string) []byte {
	for i := range len(text) {
		switch c := text[i]; c {
		case '\\':
			b = append(b, '\\', '\\')
		case '\t':
			b = append(b, '\\', 't')
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		default:
			b = append(b, c)
		}
	}
	return b
}

// ResolveCopies gives new rows of the target the values that they copy, as the helpers' tables
// have them now. The transaction sees the account's rows of the helpers.
func (t *Target) ResolveCopies(ctx context.Context, tx pgx.Tx, account uuid.UUID, rows []*model.Row) error {
	if len(t.follows) == 0 || len(rows) == 0 {
		return nil
	}
	w := newWriter(page{tx: tx, account: account}, nil)
	d := newDelta(t)
	for _, row := range rows {
		d.row(row.Key).after = row
	}
	for _, f := range t.follows {
		if err := f.resolve(ctx, w, d); err != nil {
			return err
		}
	}
	return nil
}

// FollowLater leaves fan-out jobs for what the target's rows copy from helpers of the units: at
// the time of their COPY not all of the helpers' rows were there.
func (t *Target) FollowLater(ctx context.Context, tx pgx.Tx, account uuid.UUID, incomplete func(*Unit) bool) error {
	for _, f := range t.follows {
		if !slices.ContainsFunc(f.helpers, func(h *Target) bool { return incomplete(h.unit) }) {
			continue
		}
		sql := fmt.Sprintf(`INSERT INTO store.fan_outs (account_id, table_name, ref, source_key)
SELECT DISTINCT $1::uuid, $2, $3, t.%[1]s FROM %[2]s t WHERE t.account_id = $1 AND t.%[1]s IS NOT NULL
ON CONFLICT DO NOTHING`, Quote(f.ref.SQL), t.Table.Quoted())
		if _, err := tx.Exec(ctx, sql, account, t.Table.Name, f.ref.SQL); err != nil {
			return err
		}
	}
	return nil
}

// Helpers returns the targets whose rows the target copies from: they are to be built first.
func (t *Target) Helpers() []*Target {
	var helpers []*Target
	for _, f := range t.follows {
		helpers = append(helpers, f.helpers...)
	}
	return helpers
}

// HasCopies reports whether rows of the target copy values of others.
func (t *Target) HasCopies() bool { return len(t.follows) > 0 }

// Feeder returns the target that feeds this one, nil for a source.
func (t *Target) Feeder() *Target { return t.feeder }

// Scan returns a reader of rows that SelectSQL gives.
func (t *Target) Scan(take func(*model.Row)) func(pgx.Rows) error { return t.scan(take) }

// SelectSQL reads rows for Scan; what follows it says which.
func (t *Target) SelectSQL() string { return t.Table.selectSQL() }

// ScanSequenced returns a reader of rows that SequencedSQL gives, each with the last event that
// changed it.
func (t *Target) ScanSequenced(take func(*model.Row, int64)) func(pgx.Rows) error {
	var sequence int64
	return t.scan(func(row *model.Row) { take(row, sequence) }, &sequence)
}

// SequencedSQL reads rows of a source for ScanSequenced; what follows it says which.
func (t *Target) SequencedSQL() string { return t.Table.selectSQL("row_sequence") }
