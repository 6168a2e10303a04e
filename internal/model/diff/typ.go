package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model"
)

// readAs reports whether every stored value of the one kind is read as the same value of the
// other.
func readAs(a, b model.Kind) bool {
	switch b {
	case model.Decimal:
		return a == model.Int
	case model.Text:
		return a == model.Enum || a == model.Ref || a == model.Date || a == model.Timestamp
	}
	return false
}

// tightens reports whether b refuses values that a takes.
func tightens(a, b *model.Type) bool {
	switch {
	case less(b.Max, a.Max), less(negated(b.Min), negated(a.Min)):
		return true
	case b.Pattern != "" && b.Pattern != a.Pattern:
		return true
	case b.Kind == model.Decimal && a.Kind == model.Decimal:
		return b.Scale < a.Scale || b.Precision-b.Scale < a.Precision-a.Scale
	case b.Kind == model.Ref && a.Kind == model.Ref:
		return len(b.Targets) > 0 && (len(a.Targets) == 0 || len(without(a.Targets, b.Targets)) > 0)
	}
	return false
}

// less reports whether the limit b is below a; an empty one is above all.
func less(b, a string) bool {
	if b == "" || b == a {
		return false
	}
	x, err := decimal.NewFromString(b)
	if a == "" || err != nil {
		return true
	}
	y, err := decimal.NewFromString(a)
	return err == nil && x.LessThan(y)
}

func negated(limit string) string {
	switch rest, negative := strings.CutPrefix(limit, "-"); {
	case limit == "":
		return ""
	case negative:
		return rest
	}
	return "-" + limit
}

// typeText writes a type as a person would.
func typeText(t *model.Type) string {
	text := string(t.Kind)
	switch t.Kind {
	case model.Decimal:
		text = fmt.Sprintf("decimal(%d,%d)", t.Precision, t.Scale)
	case model.Enum:
		text = "enum(" + strings.Join(t.Enum, ", ") + ")"
	case model.Ref:
		text = "ref(" + strings.Join(t.Targets, ", ") + ")"
	case model.List:
		text = "a list by " + t.Key
	case model.Object:
		text = t.Value
	}
	for _, option := range [][2]string{{"min", t.Min}, {"max", t.Max}, {"pattern", t.Pattern}} {
		if option[1] != "" {
			text += ", " + option[0] + " " + option[1]
		}
	}
	return text
}

// without returns what of the list is not in the other, in its order.
func without(list, other []string) []string {
	var rest []string
	for _, text := range list {
		if !slices.Contains(other, text) {
			rest = append(rest, text)
		}
	}
	return rest
}

func either(list []string) string { return strings.Join(list, " or ") }
