package query

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model/expr"
)

const (
	defaultPage = 50
	maxPage     = 500
	maxWait     = 30 * time.Second
)

// ask is a body that was found to be right.
type ask struct {
	filters    []filter
	sort       []order
	size       int
	after      string
	minimum    int64
	wait       time.Duration
	arguments  []any  // of the statement; the account is the first
	identity   string // the same for all pages of one question
	violations []fault.Detail
}

// order is one column to sort by.
type order struct {
	field
	descending bool
}

// member is one name and value of a JSON object.
type member struct {
	name string
	raw  json.RawMessage
}

// members reads a JSON object strictly: a name may not come twice, and nothing follows.
func members(text json.RawMessage) ([]member, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, fault.New(fault.Invalid, "The query's value must be a JSON object")
	}
	var out []member
	seen := map[string]bool{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, malformed(err)
		}
		m := member{name: token.(string)} // inside an object, a token in this place is a name
		if err := decoder.Decode(&m.raw); err != nil {
			return nil, malformed(err)
		}
		if seen[m.name] {
			return nil, fault.New(fault.Invalid, "%q is given twice", m.name)
		}
		seen[m.name] = true
		out = append(out, m)
	}
	if _, err := decoder.Token(); err != nil {
		return nil, malformed(err)
	}
	if decoder.More() {
		return nil, fault.New(fault.Invalid, "There is more text behind the query's JSON object")
	}
	return out, nil
}

func malformed(err error) error {
	return fault.Wrap(err, fault.Invalid, "The query is not valid JSON")
}

// parse reads a body. It reports every violation, not only the first.
func (p *plan) parse(body json.RawMessage, account any) (*ask, error) {
	given, err := members(body)
	if err != nil {
		return nil, err
	}
	a := &ask{size: p.query.Page, arguments: []any{account, p.Tables}, identity: p.identity(given)}
	if len(p.Copied) > 0 {
		a.arguments = append(a.arguments, p.Copied)
	}
	if a.size <= 0 {
		a.size = defaultPage
	}
	for _, m := range given {
		if strings.HasPrefix(m.name, "$") {
			p.parseOption(a, m)
		} else {
			p.parseFilter(a, m)
		}
	}
	if a.sort == nil && len(p.sortable()) > 0 {
		first, _ := p.field(p.sortable()[0])
		a.sort = []order{{field: first, descending: strings.HasPrefix(p.query.Sort[0], "-")}}
	}
	if len(a.violations) > 0 {
		return nil, fault.Reject(a.violations...)
	}
	return a, nil
}

func (a *ask) violate(path, rule, format string, args ...any) {
	a.violations = append(a.violations, fault.Detail{Path: path, Rule: rule, Message: path + ": " + fmt.Sprintf(format, args...)})
}

// argument adds a value and returns its place in the statement.
func (a *ask) argument(value any) string {
	a.arguments = append(a.arguments, value)
	return "$" + strconv.Itoa(len(a.arguments))
}

var options = []string{"$sort", "$size", "$after", "$minSequenceNumber", "$wait"}

func (p *plan) parseOption(a *ask, m member) {
	switch m.name {
	case "$sort":
		p.parseSort(a, m)
	case "$size":
		a.size = int(a.whole(m, 1, maxPage))
	case "$after":
		after, ok := asString(m.raw)
		if a.after = after; !ok || after == "" {
			a.violate(m.name, "type", "Must be the next of an answer")
		}
	case "$minSequenceNumber":
		a.minimum = a.whole(m, 0, 1<<62)
	case "$wait":
		text, _ := asString(m.raw)
		wait, err := time.ParseDuration(text)
		if a.wait = wait; err != nil || wait < 0 || wait > maxWait {
			a.violate(m.name, "range", "Must be a duration from \"0s\" to \"%s\"", maxWait)
		}
	default:
		a.violate(m.name, "unknown", "There is no such option%s", expr.Known(m.name, options))
	}
}

func (a *ask) whole(m member, least, most int64) int64 {
	n, err := strconv.ParseInt(string(m.raw), 10, 64)
	if err != nil || n < least || n > most {
		a.violate(m.name, "range", "Must be a whole number from %d to %d", least, most)
	}
	return n
}

func (p *plan) parseSort(a *ask, m member) {
	var names []string
	if json.Unmarshal(m.raw, &names) != nil || len(names) == 0 {
		a.violate(m.name, "type", "Must be a list of columns, each with \"-\" before it for descending")
		return
	}
	seen := map[string]bool{}
	for i, text := range names {
		path := fmt.Sprintf("%s[%d]", m.name, i)
		name, descending := strings.CutPrefix(text, "-")
		f, ok := p.field(name)
		switch {
		case !ok || !slices.Contains(p.sortable(), name):
			a.violate(path, "unknown", "%s does not sort by %q%s", p.query.Name, name, expr.Known(name, p.sortable()))
		case seen[name]:
			a.violate(path, "repeated", "%s is in the list twice", name)
		}
		seen[name] = true
		a.sort = append(a.sort, order{field: f, descending: descending})
	}
}

// identity tells questions apart that a cursor may not travel between. Size and waiting
// may change from page to page.
func (p *plan) identity(given []member) string {
	relevant := map[string]json.RawMessage{"": json.RawMessage(strconv.Quote(p.query.Name))}
	for _, m := range given {
		if m.name == "$sort" || !strings.HasPrefix(m.name, "$") {
			relevant[m.name] = m.raw
		}
	}
	text, _ := json.Marshal(relevant) // sorts names and drops space; raw values are valid
	return string(text)
}
