package httpapi

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
)

// decimalText is a decimal as it is written.
const decimalText = `^-?[0-9]+(\.[0-9]+)?$`

// commandSchema describes a command's input.
func (d *describer) commandSchema(stream *model.Stream, command *model.Command) document {
	inputs := slices.DeleteFunc(slices.Clone(command.Input), func(a model.Attribute) bool { return a.Name == stream.ID })
	schema := d.inputObject(inputs)
	properties := schema["properties"].(document)
	properties[stream.ID] = document{"type": "string", "format": "uuid", "description": "The " + stream.Name}
	if !command.Creates {
		required, _ := schema["required"].([]string)
		schema["required"] = append([]string{stream.ID}, required...)
	}
	schema["title"] = labelOf(command.Label, command.Name)
	if command.Help != "" {
		schema["description"] = command.Help
	}
	return schema
}

// inputObject describes an object of attributes that a client sends.
func (d *describer) inputObject(attributes []model.Attribute) document {
	properties, required := document{}, []string{}
	for _, a := range attributes {
		properties[a.Name] = d.inputAttribute(&a)
		if !a.Optional && a.Default == "" {
			required = append(required, a.Name)
		}
	}
	schema := document{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		schema["required"] = required
	}
	return schema
}

func (d *describer) inputAttribute(a *model.Attribute) document {
	schema := d.inputType(&a.Type)
	if a.Optional {
		schema = document{"anyOf": []document{schema, {"type": "null"}}}
	}
	if a.Help != "" {
		schema["description"] = a.Help
	}
	return schema
}

// inputType describes what a client may send for the type.
func (d *describer) inputType(t *model.Type) document {
	switch t.Kind {
	case model.Text:
		return textSchema(t)
	case model.Int:
		schema := document{"type": "integer"}
		bound(schema, "minimum", t.Min)
		bound(schema, "maximum", t.Max)
		return schema
	case model.Decimal:
		number := document{"type": "number"}
		bound(number, "minimum", t.Min)
		bound(number, "maximum", t.Max)
		return document{"anyOf": []document{{"type": "string", "pattern": decimalText}, number}}
	case model.Money:
		return ref("MoneyInput")
	case model.Custom:
		return ref("CustomInput")
	case model.List:
		schema := list(d.inputObject(t.Of))
		bound(schema, "minItems", t.Min)
		return schema
	case model.Object:
		return d.inputObject(d.valueAttributes(t.Value))
	}
	return simpleSchema(t)
}

// itemSchema describes a row of a query's answer.
func (d *describer) itemSchema(query *model.Query) document {
	properties := document{}
	for _, p := range d.ir.Projections {
		if p.Name != query.From {
			continue
		}
		properties[d.ir.KeyName(&p)] = d.outputType(keyType(&p))
		for _, column := range p.Columns {
			if column.Silent {
				continue
			}
			properties[column.Name] = document{"anyOf": []document{d.outputType(&column.Type), {"type": "null"}}}
		}
	}
	return document{"type": "object", "properties": properties}
}

// outputType describes what an answer holds for the type.
func (d *describer) outputType(t *model.Type) document {
	switch t.Kind {
	case model.Text:
		return document{"type": "string"}
	case model.Int:
		return document{"type": "integer"}
	case model.Decimal:
		return document{"type": "string", "pattern": decimalText}
	case model.Money:
		return ref("Money")
	case model.Custom:
		return ref("Custom")
	case model.List:
		return list(d.outputObject(t.Of))
	case model.Object:
		return d.outputObject(d.valueAttributes(t.Value))
	}
	return simpleSchema(t)
}

func (d *describer) outputObject(attributes []model.Attribute) document {
	properties := document{}
	for _, a := range attributes {
		properties[a.Name] = document{"anyOf": []document{d.outputType(&a.Type), {"type": "null"}}}
	}
	return document{"type": "object", "properties": properties}
}

func (d *describer) valueAttributes(name string) []model.Attribute {
	for _, v := range d.ir.Values {
		if v.Name == name {
			return v.Attributes
		}
	}
	return nil
}

// simpleSchema describes the kinds that look the same both ways.
func simpleSchema(t *model.Type) document {
	switch t.Kind {
	case model.Bool:
		return document{"type": "boolean"}
	case model.Date:
		return document{"type": "string", "format": "date"}
	case model.Timestamp:
		return document{"type": "string", "format": "date-time"}
	case model.Enum:
		return document{"type": "string", "enum": t.Enum}
	case model.Ref:
		if len(t.Targets) == 0 {
			return document{"type": "string", "format": "uuid"}
		}
		return document{"type": "string", "format": "uuid", "description": "The id of: " + strings.Join(t.Targets, " or ")}
	}
	return document{"type": "string"}
}

func textSchema(t *model.Type) document {
	schema := document{"type": "string"}
	bound(schema, "maxLength", t.Max)
	if t.Pattern != "" {
		schema["pattern"] = "^(?:" + t.Pattern + ")$"
	}
	return schema
}

// bound sets a limit that the model gives as exact text.
func bound(schema document, keyword, text string) {
	if text != "" {
		schema[keyword] = json.Number(text)
	}
}

func labelOf(label, name string) string {
	if label != "" {
		return label
	}
	return name
}
