package northwind

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed northwind.sql
var source string

// Source returns the SQL script of the Northwind database, for comparing with the original.
func Source() string { return source }

// row is a row of the source by column name; a NULL is absent.
type row map[string]string

// tables reads the rows of the named tables from the INSERT statements of the script, in
// the script's order.
func tables(script string, names ...string) (map[string][]row, error) {
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	columns, rows := map[string][]string{}, map[string][]row{}
	lines := strings.Split(script, "\n")
	for i, line := range lines {
		if name, ok := between(line, "CREATE TABLE ", " ("); ok {
			columns[name] = columnNames(lines[i+1:])
		}
		name, ok := between(line, "INSERT INTO ", " VALUES (")
		if !ok || !wanted[name] {
			continue
		}
		values, err := parseValues(line[strings.Index(line, "(")+1:])
		if err != nil || len(values) != len(columns[name]) {
			return nil, fmt.Errorf("northwind.sql:%d: %d values for %d columns: %w", i+1, len(values), len(columns[name]), err)
		}
		rows[name] = append(rows[name], named(columns[name], values))
	}
	return rows, nil
}

func between(line, before, after string) (string, bool) {
	rest, ok := strings.CutPrefix(line, before)
	if !ok {
		return "", false
	}
	found, _, ok := strings.Cut(rest, after)
	return found, ok
}

func columnNames(definition []string) []string {
	var names []string
	for _, line := range definition {
		if strings.HasPrefix(line, ")") {
			return names
		}
		names = append(names, strings.Fields(line)[0])
	}
	return names
}

func named(columns []string, values []*string) row {
	r := row{}
	for i, value := range values {
		if value != nil {
			r[columns[i]] = *value
		}
	}
	return r
}

// parseValues reads "1, 'O”Neil', NULL);" up to the closing bracket; nil is NULL.
func parseValues(text string) ([]*string, error) {
	var values []*string
	for {
		value, rest, err := parseValue(text)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
		if strings.HasPrefix(rest, ");") {
			return values, nil
		}
		var ok bool
		if text, ok = strings.CutPrefix(rest, ", "); !ok {
			return nil, fmt.Errorf("a comma or a bracket is missing before %q", rest)
		}
	}
}

func parseValue(text string) (*string, string, error) {
	if !strings.HasPrefix(text, "'") {
		end := strings.IndexAny(text, ",)")
		if end < 0 {
			return nil, "", fmt.Errorf("unfinished value %q", text)
		}
		if text[:end] == "NULL" {
			return nil, text[end:], nil
		}
		value := text[:end]
		return &value, text[end:], nil
	}
	return parseQuoted(text[1:])
}

// parseQuoted reads up to the quote that is not doubled.
func parseQuoted(text string) (*string, string, error) {
	var value strings.Builder
	for {
		part, rest, ok := strings.Cut(text, "'")
		if !ok {
			return nil, "", fmt.Errorf("unfinished text %q", text)
		}
		value.WriteString(part)
		if text, ok = strings.CutPrefix(rest, "'"); !ok {
			found := value.String()
			return &found, rest, nil
		}
		value.WriteByte('\'')
	}
}
