package httpapi

import (
	"encoding/json"
	"regexp/syntax"
	"strconv"
	"strings"

	"github.com/polderhq/polder/internal/model"
)

// exampleID stands for any stream in examples: the order of the talk that Polder follows.
const exampleID = "0b81b458-7671-4e9b-844b-9934255f5406"

// commandExample is an input that the command accepts as far as its types say: what is
// required, and what may be given without naming another stream.
func (d *describer) commandExample(stream *model.Stream, command *model.Command) document {
	example := d.exampleObject(command.Input)
	example[stream.ID] = exampleID
	return example
}

func (d *describer) exampleObject(attributes []model.Attribute) document {
	example := document{}
	for _, a := range attributes {
		if a.Type.Kind == model.Ref && a.Optional {
			continue // it would have to exist
		}
		example[a.Name] = d.exampleOf(&a.Type)
	}
	return example
}

func (d *describer) exampleOf(t *model.Type) any {
	switch t.Kind {
	case model.Text:
		return exampleText(t)
	case model.Int:
		return json.Number(exampleNumber(t))
	case model.Decimal:
		return exampleNumber(t)
	case model.Money:
		return document{"amount": "12.50", "currency": d.ir.Currency}
	case model.Bool:
		return true
	case model.Date:
		return "2026-11-23"
	case model.Timestamp:
		return "2026-11-23T09:30:00Z"
	case model.Enum:
		return t.Enum[0]
	case model.Custom:
		return document{"Colour": "red"}
	case model.List:
		return d.exampleRows(t)
	case model.Object:
		return d.exampleObject(d.valueAttributes(t.Value))
	}
	return exampleID
}

// exampleRows gives as many rows as there must be, and at least one.
func (d *describer) exampleRows(t *model.Type) []document {
	fewest, _ := strconv.Atoi(t.Min)
	rows := []document{}
	for i := range max(fewest, 1) {
		row := d.exampleObject(t.Of)
		if _, isText := row[t.Key].(string); isText && i > 0 {
			row[t.Key] = strings.Replace(exampleID, "0b81b458", "0b81b45"+strconv.Itoa(i%10), 1)
		}
		rows = append(rows, row)
	}
	return rows
}

// exampleNumber is a number between the bounds: 1 where that is allowed.
func exampleNumber(t *model.Type) string {
	one := func(bound string, outside func(b float64) bool) bool {
		b, err := strconv.ParseFloat(bound, 64)
		return err == nil && outside(b)
	}
	switch {
	case one(t.Min, func(b float64) bool { return b > 1 }):
		return t.Min
	case one(t.Max, func(b float64) bool { return b < 1 }):
		return t.Max
	}
	return "1"
}

func exampleText(t *model.Type) string {
	if t.Pattern != "" {
		if parsed, err := syntax.Parse(t.Pattern, syntax.Perl); err == nil {
			return shortestMatch(parsed)
		}
	}
	text := "Example"
	if most, err := strconv.Atoi(t.Max); err == nil && most < len(text) {
		return text[:most]
	}
	return text
}

// shortestMatch is a short text that the pattern matches whole.
func shortestMatch(r *syntax.Regexp) string {
	switch r.Op {
	case syntax.OpLiteral:
		return string(r.Rune)
	case syntax.OpCharClass:
		return string(oneOf(r.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "x"
	case syntax.OpCapture, syntax.OpPlus, syntax.OpAlternate:
		return shortestMatch(r.Sub[0])
	case syntax.OpRepeat:
		return strings.Repeat(shortestMatch(r.Sub[0]), r.Min)
	case syntax.OpConcat:
		var text strings.Builder
		for _, sub := range r.Sub {
			text.WriteString(shortestMatch(sub))
		}
		return text.String()
	}
	return "" // what may be empty: stars, question marks, anchors
}

// oneOf returns a character of the class, a plain one if there is any.
func oneOf(class []rune) rune {
	for _, plain := range "aA0-. " {
		for i := 0; i < len(class); i += 2 {
			if class[i] <= plain && plain <= class[i+1] {
				return plain
			}
		}
	}
	return class[0]
}
