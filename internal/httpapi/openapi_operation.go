package httpapi

import (
	"net/http"
	"strconv"

	"github.com/polderhq/polder/internal/model"
)

// operation is one method of one path.
type operation struct {
	id, summary, description string
	parameters               []document
	body                     document // by media type; nil: none
	ok                       document // by media type
	errors                   []int
}

func (o operation) document() document {
	responses := document{"200": document{"description": "Done", "content": o.ok}}
	for _, status := range append(o.errors, http.StatusInternalServerError) {
		responses[strconv.Itoa(status)] = document{"$ref": "#/components/responses/Problem"}
	}
	d := document{"operationId": o.id, "summary": o.summary, "responses": responses}
	if o.description != "" {
		d["description"] = o.description
	}
	if o.parameters != nil {
		d["parameters"] = o.parameters
	}
	if o.body != nil {
		d["requestBody"] = document{"required": true, "content": o.body}
	}
	return d
}

func ref(schema string) document { return document{"$ref": "#/components/schemas/" + schema} }

func jsonContent(schema document) document {
	return document{"application/json": document{"schema": schema}}
}

func header(name, description string, schema document) document {
	return document{"name": name, "in": "header", "description": description, "schema": schema}
}

func problemResponse() document {
	return document{
		"description": "A problem (RFC 9457); its type ends in the kind of error",
		"content":     document{"application/problem+json": document{"schema": ref("Problem")}},
	}
}

func envelopeSchema(name string) document {
	return document{
		"title": name, "type": "object", "required": []string{name}, "additionalProperties": false,
		"properties": document{name: ref(name)},
	}
}

// fixedSchemas are those that are the same in every release.
func fixedSchemas() document {
	text, number, id := document{"type": "string"}, document{"type": "integer"}, document{"type": "string", "format": "uuid"}
	position := object([]string{"streamId", "streamType", "streamRevision"},
		document{"streamId": id, "streamType": text, "streamRevision": number})
	answer := document{"commandId": id, "sequenceNumber": number, "streams": list(ref("StreamPosition"))}
	row := document{"line": number, "status": number, "repeated": document{"type": "boolean"}, "problem": ref("Problem")}
	for name, schema := range answer {
		row[name] = schema
	}
	detail := object([]string{"rule", "message"}, document{"path": text, "rule": text, "message": text, "origin": text})
	return document{
		"Money": object([]string{"amount", "currency"}, document{"amount": text, "currency": document{"type": "string", "pattern": "^[A-Z]{3}$"}}),
		"MoneyInput": document{
			"description": `An amount with its currency, or an amount in the model's currency, or a text like "12.50 USD"`,
			"anyOf":       []document{ref("Money"), {"type": "string"}, {"type": "number"}},
		},
		"Custom":         customSchema(document{"type": "string"}, document{"type": "number"}, document{"type": "boolean"}),
		"CustomInput":    customInput(),
		"StreamPosition": position,
		"CommandAnswer":  object([]string{"commandId", "sequenceNumber", "streams"}, answer),
		"RowAnswer":      object([]string{"line", "status"}, row),
		"Problem": object([]string{"type", "title", "status", "detail", "requestId"}, document{
			"type": text, "title": text, "status": number, "detail": text, "requestId": text, "errors": list(detail)}),
		"Change": object([]string{"projection", "sequenceNumber", "keys"}, document{
			"projection": text, "sequenceNumber": number,
			"via":  document{"type": "string", "description": "The projection whose rows changed, when these follow from them: they are joined or copied, or counted, listed or summed up here"},
			"keys": document{"type": "array", "items": id, "description": "Of the rows that changed, or went, or did not come; of via's rows when it is there, and none when this key may not query them"}}),
		"History": object([]string{"streamId", "streamType", "events"}, document{
			"streamId": id, "streamType": text, "next": number, "events": list(historySchema())}),
	}
}

// customSchema describes custom values: numbers are JSON numbers, as exact as they were given.
func customSchema(values ...document) document {
	return document{
		"type": "object", "maxProperties": model.MaxCustomKeys, "additionalProperties": document{"anyOf": values},
		"propertyNames": document{"maxLength": model.MaxCustomKey, "pattern": model.CustomKey},
	}
}

func customInput() document {
	schema := customSchema(document{"type": "string", "maxLength": model.MaxCustomText}, document{"type": "number"},
		document{"type": "boolean"}, document{"type": "null"})
	schema["description"] = "Custom values by key. Those that are given are set, null removes one, and all others stay as they are"
	return schema
}

func historySchema() document {
	text, number, id := document{"type": "string"}, document{"type": "integer"}, document{"type": "string", "format": "uuid"}
	return object([]string{"streamRevision", "sequenceNumber", "payloadItemName", "payloadVersion", "payload", "commandId", "actor", "commitTime"},
		document{
			"streamRevision": number, "sequenceNumber": number, "payloadItemName": text, "payloadVersion": number,
			"payload": document{"type": "object"}, "commandId": id, "causationId": id, "correlationId": id, "actor": text,
			"commitTime": document{"type": "string", "format": "date-time"},
		})
}

func object(required []string, properties document) document {
	return document{"type": "object", "required": required, "properties": properties}
}

func list(items document) document { return document{"type": "array", "items": items} }
