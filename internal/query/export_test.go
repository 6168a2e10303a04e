package query

import (
	"encoding/json"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
)

// Asked is a question to a release.
type Asked struct {
	Release     *model.Release
	Name, Body  string
	WhileCopied bool // with joins, as while copies are being brought up to date
}

// Statement returns the SQL and arguments of a query, as Handle would run it.
func Statement(asked Asked, account uuid.UUID) (string, []any, error) {
	p, err := newPlan(asked.Release, asked.Release.Query(asked.Name))
	if err != nil {
		return "", nil, err
	}
	q := question{account: account, body: json.RawMessage(asked.Body), plan: p}
	if asked.WhileCopied {
		q.plan = p.joining
	}
	err = q.build()
	return q.statement.sql, q.statement.arguments, err
}

// CursorsSQL is what a waiter looks at.
var CursorsSQL = cursorsSQL

// Shown returns the names of what an item of the query's answers shows.
func Shown(release *model.Release, name string) ([]string, error) {
	p, err := newPlan(release, release.Query(name))
	if err != nil {
		return nil, err
	}
	names := []string{p.id.name}
	for _, f := range p.fields {
		names = append(names, f.name)
	}
	return names, nil
}

// After returns the cursor of a page that ended with the value and key, of a query sorted by one column.
func After(asked Asked, account uuid.UUID, value string, key uuid.UUID) (string, error) {
	p, err := newPlan(asked.Release, asked.Release.Query(asked.Name))
	if err != nil {
		return "", err
	}
	a, err := p.parse(json.RawMessage(asked.Body), account)
	if err != nil {
		return "", err
	}
	return cursor{Values: []*string{&value}, Key: key}.encode(a.identity), nil
}
