package httpapi

import "github.com/polderhq/polder/internal/model"

// querySchema describes a query's filters and options.
func (d *describer) querySchema(query *model.Query) document {
	properties := document{
		"$size":              document{"type": "integer", "minimum": 1},
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

// filterSchema describes the filter of a column: a value, several values, or a condition.
func (d *describer) filterSchema(projection, column string) document {
	return document{"description": "A value, a list of values, or a condition on " + projection + "." + column}
}

func (d *describer) queryExample(query *model.Query) document {
	return document{"$size": 10}
}

// answerSchema describes the answer to any query.
func answerSchema(items []document) document {
	return object([]string{"sequenceNumber", "stale", "items"}, document{
		"sequenceNumber": document{"type": "integer"},
		"stale":          document{"type": "boolean", "description": "The rows do not stand at $minSequenceNumber yet, or stand still after an error"},
		"items":          list(document{"anyOf": items}),
		"next":           document{"type": "string"},
	})
}
