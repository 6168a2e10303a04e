package httpapi

import "github.com/polderhq/polder/internal/model"

// querySchema describes a query's filters and options.
func (d *describer) querySchema(query *model.Query) document {
	properties := document{
		"$size":              document{"type": "integer", "minimum": 1, "maximum": 500},
		"$after":             document{"type": "string", "description": "next of the page before"},
		"$minSequenceNumber": document{"type": "integer", "minimum": 0, "description": "Wait until the rows stand here, as a command's answer says"},
		"$wait":              document{"type": "string", "description": "How long to wait for $minSequenceNumber, like 2s"},
	}
	if len(query.Sort) > 0 {
		properties["$sort"] = list(document{"type": "string", "enum": sortKeys(query.Sort)})
	}
	for _, name := range query.Filter {
		properties[name] = d.filterSchema(query.From, name)
	}
	return document{
		"title": labelOf(query.Label, query.Name), "type": "object",
		"properties": properties, "additionalProperties": false,
	}
}

func sortKeys(columns []string) []string {
	var keys []string
	for _, column := range columns {
		keys = append(keys, column, "-"+column)
	}
	return keys
}

// filterSchema describes the filter of a column: a value, one of several, none at all, a
// range of numbers and dates, or the beginning of a text.
func (d *describer) filterSchema(projection, column string) document {
	t := d.columnType(projection, column)
	value := d.outputType(t)
	if t.Kind == model.Decimal || t.Kind == model.Money {
		value = d.inputType(&model.Type{Kind: t.Kind})
	}
	alternatives := []document{value, {"type": "null"}, {"type": "array", "items": value, "minItems": 1, "maxItems": 1000}}
	switch t.Kind {
	case model.Text:
		alternatives = append(alternatives, condition(document{"prefix": document{"type": "string"}}))
	case model.Int, model.Decimal, model.Money, model.Date, model.Timestamp:
		alternatives = append(alternatives, condition(document{"gt": value, "gte": value, "lt": value, "lte": value}))
	}
	return document{"anyOf": alternatives}
}

func condition(properties document) document {
	return document{"type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1}
}

// columnType returns the type of a projection's column. The key of a row is one, under the
// name that it is shown by.
func (d *describer) columnType(projection, column string) *model.Type {
	for _, p := range d.ir.Projections {
		if p.Name != projection {
			continue
		}
		if d.ir.KeyName(&p) == column {
			return keyType(&p)
		}
		for i := range p.Columns {
			if p.Columns[i].Name == column {
				return &p.Columns[i].Type
			}
		}
	}
	return &model.Type{Kind: model.Text}
}

// keyType returns the type of a row's key: a reference to its stream, where it has one of its own.
func keyType(p *model.Projection) *model.Type {
	if p.Key != "" {
		return &model.Type{Kind: model.Ref}
	}
	return &model.Type{Kind: model.Ref, Targets: []string{p.From}}
}

// queryExample asks for a few rows by the query's first text column.
func (d *describer) queryExample(query *model.Query) document {
	example := document{"$size": 10}
	for _, name := range query.Filter {
		if d.columnType(query.From, name).Kind == model.Text {
			example[name] = document{"prefix": "A"}
			break
		}
	}
	return example
}

// answerSchema describes the answer to any query.
func answerSchema(items []document) document {
	return object([]string{"sequenceNumber", "stale", "items"}, document{
		"sequenceNumber": document{"type": "integer"},
		"stale":          document{"type": "boolean", "description": "The rows do not stand at $minSequenceNumber yet, stand still after an error or while they are built, or are made of copies that are being brought up to date"},
		"items":          list(document{"anyOf": items}),
		"next":           document{"type": "string"},
	})
}
