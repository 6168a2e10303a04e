package compile

import (
	"regexp"
	"strings"

	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

var (
	pascalCase = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)
	lowerCase  = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

const maxName = 60 // with a fingerprint it still fits in PostgreSQL's 63 bytes, see projection

// status is the name under which the state of the life cycle is known to expressions.
const status = "Status"

// pascal reports a name that is not written like OrderLines.
func (c *compiler) pascal(name source.Word, code problem.Code, what string) bool {
	if pascalCase.MatchString(name.Text) && len(name.Text) <= maxName {
		return true
	}
	c.report.Hint(name.At, code, "write it like "+toPascal(name.Text),
		"The name of %s begins with a capital and has letters and digits only, at most %d: %q", what, maxName, name.Text)
	return false
}

// lower reports a name that is not written like credit_controller.
func (c *compiler) lower(name source.Word, what string) {
	if !lowerCase.MatchString(name.Text) || len(name.Text) > maxName {
		c.report.Hint(name.At, problem.NameForm, "write it like "+toSnake(name.Text),
			"The name of %s is in lower case, with _ between words: %q", what, name.Text)
	}
}

func toPascal(name string) string {
	var b strings.Builder
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return !isLetter(r) && !isDigit(r) }) {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	if b.Len() == 0 || !isLetter(rune(b.String()[0])) {
		return "OrderLines"
	}
	return b.String()[:min(b.Len(), maxName)]
}

func toSnake(name string) string {
	var b strings.Builder
	for i, r := range name {
		switch {
		case r >= 'A' && r <= 'Z' && i > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteString("_" + strings.ToLower(string(r)))
		case isLetter(r) || isDigit(r):
			b.WriteString(strings.ToLower(string(r)))
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	return b.String()
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
