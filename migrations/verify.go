package migrations

import (
	"context"
	"strings"
)

// Difference is an object of a schema that is not what the migrations make.
type Difference struct {
	Schema Schema `json:"schema"`
	Object string `json:"object"`
	What   string `json:"what"` // missing | unexpected | different
	Wanted string `json:"wanted,omitempty"`
	Found  string `json:"found,omitempty"`
	Mend   string `json:"mend"` // statements for the owner, or what a person has to decide
}

// Verify compares the schema of the database at url, which must be at this binary's version,
// with what the migrations make. It changes nothing. Tables of read models are not compared:
// doctor knows which there must be.
func Verify(ctx context.Context, url string, schema Schema) ([]Difference, error) {
	found, err := Describe(ctx, url, schema)
	if err != nil {
		return nil, err
	}
	return compare(schema, described(schema), found), nil
}

// compare lists differences in the order in which they can be mended: what is missing from
// the schema down to grants, then what is too much from grants up.
func compare(schema Schema, wanted, found []Object) []Difference {
	there, known := map[string]Object{}, map[string]bool{}
	for _, f := range found {
		there[f.Name] = f
	}
	var differences []Difference
	for _, w := range wanted {
		known[w.Name] = true
		f, ok := there[w.Name]
		switch {
		case !ok:
			differences = append(differences, Difference{Schema: schema, Object: w.Name, What: "missing", Wanted: w.Statement, Mend: w.Statement})
		case f.Statement != w.Statement:
			differences = append(differences, Difference{Schema: schema, Object: w.Name, What: "different", Wanted: w.Statement, Found: f.Statement, Mend: change(f, w)})
		}
	}
	for i := len(found) - 1; i >= 0; i-- {
		// What nothing undoes, an owner, goes with its table.
		if f := found[i]; !known[f.Name] && f.Undo != "" {
			differences = append(differences, Difference{Schema: schema, Object: f.Name, What: "unexpected", Found: f.Statement, Mend: undo(f)})
		}
	}
	return differences
}

// undo takes an object away, with a warning where data goes with it.
func undo(o Object) string {
	if holdsData(o) {
		return "look what is in it, then " + o.Undo
	}
	return o.Undo
}

// change makes the found object the wanted one.
func change(found, wanted Object) string {
	switch {
	case found.Undo == "":
		return wanted.Statement
	case holdsData(found):
		return "it holds data: bring it by hand to what " + wanted.Statement + " makes"
	}
	return found.Undo + "; " + wanted.Statement
}

func holdsData(o Object) bool {
	return strings.HasPrefix(o.Name, "table ") || strings.HasPrefix(o.Name, "column ") || strings.HasPrefix(o.Name, "schema ")
}
