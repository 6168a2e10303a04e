package query

import (
	"encoding/json"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
)

// Statement returns the SQL and arguments of a query, as Handle would run it.
func Statement(release *model.Release, name string, body string, account uuid.UUID) (string, []any, error) {
	p, err := newPlan(release, release.Query(name))
	if err != nil {
		return "", nil, err
	}
	a, err := p.parse(json.RawMessage(body), account)
	if err != nil {
		return "", nil, err
	}
	s, err := p.build(a)
	return s.sql, s.arguments, err
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
