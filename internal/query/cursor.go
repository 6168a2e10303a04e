package query

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
)

// cursor is where a page ended. Clients carry it without looking inside. The check ties it
// to its question and shows damage; it is no secret, and a forged cursor only begins at
// another place of the same account's rows.
type cursor struct {
	Values []*string `json:"v"` // of the last row's sort columns, as text; null: no value
	Key    uuid.UUID `json:"k"`
	Check  string    `json:"c"`
}

func (c cursor) check(identity string) string {
	c.Check = identity
	text, _ := json.Marshal(c) // strings and an id always marshal
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

func (c cursor) encode(identity string) string {
	c.Check = c.check(identity)
	text, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(text)
}

// decodeCursor returns the cursor if it was made for the same question.
func decodeCursor(text, identity string, values int) (cursor, error) {
	var c cursor
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil || c.Check != c.check(identity) || len(c.Values) != values {
		return cursor{}, fault.New(fault.Invalid, "$after is not the next of an answer to this query")
	}
	return c, nil
}
