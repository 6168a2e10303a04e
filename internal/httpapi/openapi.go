package httpapi

import (
	"encoding/json"
	"maps"
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/polderhq/polder/internal/model"
)

// document is a JSON object; encoding/json sorts its members, so a release's description
// is always the same bytes.
type document = map[string]any

// documents keeps the description of each release that is loaded and was asked for.
type documents struct {
	mu       sync.Mutex
	byDigest map[string][]byte
}

func newDocuments() *documents { return &documents{byDigest: map[string][]byte{}} }

// forget drops the descriptions of releases that are not loaded any more.
func (d *documents) forget(loaded func(digest string) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.DeleteFunc(d.byDigest, func(digest string, _ []byte) bool { return !loaded(digest) })
}

func (d *documents) of(release *model.Release) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if text := d.byDigest[release.Digest()]; text != nil {
		return text, nil
	}
	text, err := json.Marshal(describe(release.IR(), release.Digest()))
	if err == nil {
		d.byDigest[release.Digest()] = text
	}
	return text, err
}

// getOpenAPI describes the API as the caller's account has it: with its release's commands
// and queries.
func (s *Server) getOpenAPI(c echo.Context) error {
	release, err := s.config.Releases.Get(c.Request().Context(), principal(c).Account.Release)
	if err != nil {
		return err
	}
	text, err := s.documents.of(release)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, text)
}

// describe returns the OpenAPI document of a release.
func describe(ir *model.IR, digest string) document {
	d := &describer{ir: ir, schemas: fixedSchemas()}
	return document{
		"openapi": "3.1.0",
		"info": document{
			"title":       "Polder: " + ir.Name,
			"version":     digest[:12],
			"description": "Commands and queries of the release that this account runs on. Amounts and decimals are texts, so that they stay exact.",
			"license":     document{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		},
		"servers":  []document{{"url": "/"}},
		"security": []document{{"key": []string{}}},
		"paths":    d.paths(),
		"components": document{
			"securitySchemes": document{"key": document{"type": "http", "scheme": "bearer", "description": "An API key of the account"}},
			"schemas":         d.schemas,
			"responses":       document{"Problem": problemResponse()},
		},
	}
}

// describer gathers schemas while it describes the paths.
type describer struct {
	ir      *model.IR
	schemas document
}

func (d *describer) paths() document {
	return document{
		"/v1/commands":       document{"post": d.postCommand()},
		"/v1/commands/batch": document{"post": d.postBatch()},
		"/v1/queries":        document{"post": d.postQuery()},
		"/v1/notifications":  document{"get": d.getNotifications()},
		"/v1/streams/{id}":   document{"get": d.getStream()},
		"/v1/openapi.json": document{"get": operation{
			id: "describe", summary: "This description", ok: jsonContent(document{"type": "object"}), errors: []int{401, 404, 429, 503},
		}.document()},
	}
}

func (d *describer) postCommand() document {
	alternatives, examples := []document{}, document{}
	for _, stream := range d.ir.Streams {
		for _, command := range stream.Commands {
			d.schemas[command.Name] = d.commandSchema(&stream, &command)
			alternatives = append(alternatives, envelopeSchema(command.Name))
			examples[command.Name] = document{
				"summary": labelOf(command.Label, command.Name),
				"value":   document{command.Name: d.commandExample(&stream, &command)},
			}
		}
	}
	return operation{
		id: "command", summary: "Send a command",
		description: "The body holds exactly one command. A command with the same Idempotency-Key acts once and gets the first answer again.",
		parameters: []document{
			header("Idempotency-Key", "The command's id, a UUID", document{"type": "string", "format": "uuid"}),
			header("If-Match", `The revision that the command's stream must have, like "3"; 412 when it has another`,
				document{"type": "string", "pattern": `^"[0-9]+"$`}),
			header("X-Correlation-Id", "Kept with the events; when absent the id of the request's trace, or without one the command's id", document{"type": "string", "format": "uuid"}),
		},
		body:   document{"application/json": document{"schema": document{"oneOf": alternatives}, "examples": examples}},
		ok:     jsonContent(ref("CommandAnswer")),
		errors: []int{400, 401, 403, 404, 409, 412, 413, 422, 429, 503},
	}.document()
}

func (d *describer) postBatch() document {
	return operation{
		id: "commandBatch", summary: "Send many commands",
		description: "A command per line. A line may also hold commandId (a UUID; the row acts once under it) and expectedRevision. " +
			"With an Idempotency-Key for the whole batch, rows without a commandId get one that follows from the key and the line, " +
			"so the same batch may be sent again. Rows run side by side, but after the earlier rows that write a stream they write or name. " +
			"An answer per row is streamed back in the order of the rows.",
		parameters: []document{header("Idempotency-Key", "Gives rows without a commandId one that is the same next time", document{"type": "string", "format": "uuid"})},
		body:       document{"application/x-ndjson": document{"schema": document{"type": "string"}}},
		ok:         document{"application/x-ndjson": document{"schema": ref("RowAnswer")}},
		errors:     []int{400, 401, 403, 429, 503},
	}.document()
}

func (d *describer) postQuery() document {
	alternatives, examples, items := []document{}, document{}, []document{}
	for _, query := range d.ir.Queries {
		d.schemas[query.Name] = d.querySchema(&query)
		d.schemas[query.Name+"Item"] = d.itemSchema(&query)
		alternatives = append(alternatives, envelopeSchema(query.Name))
		items = append(items, ref(query.Name+"Item"))
		examples[query.Name] = document{
			"summary": labelOf(query.Label, query.Name),
			"value":   document{query.Name: d.queryExample(&query)},
		}
	}
	d.schemas["QueryAnswer"] = answerSchema(items)
	return operation{
		id: "query", summary: "Ask a query",
		description: "The body holds exactly one query. The answer says at which of the account's sequence numbers it stands.",
		body:        document{"application/json": document{"schema": document{"oneOf": alternatives}, "examples": examples}},
		ok:          jsonContent(ref("QueryAnswer")),
		errors:      []int{400, 401, 403, 404, 413, 422, 429, 503},
	}.document()
}

func (d *describer) getNotifications() document {
	return operation{
		id: "notifications", summary: "Hear of changed rows",
		description: "Server-sent events, resumable by Last-Event-ID: each one's data is a Change. Rows may be told more than once.",
		parameters: []document{
			{"name": "projections", "in": "query", "required": true, "description": "Projections to follow, separated by commas",
				"schema": document{"type": "string"}, "example": "Orders"},
			header("Last-Event-ID", "Begin after this sequence number; absent: now", document{"type": "string", "pattern": "^[0-9]+$"}),
		},
		ok:     document{"text/event-stream": document{"schema": document{"type": "string"}}},
		errors: []int{400, 401, 403, 404, 429, 503},
	}.document()
}

func (d *describer) getStream() document {
	number := func(most int) document { return document{"type": "integer", "minimum": 0, "maximum": most} }
	return operation{
		id: "history", summary: "Read a stream's events",
		parameters: []document{
			{"name": "id", "in": "path", "required": true, "schema": document{"type": "string", "format": "uuid"}},
			{"name": "after", "in": "query", "description": "Begin after this revision", "schema": number(1<<31 - 2)},
			{"name": "size", "in": "query", "description": "Events in a page; 100 when absent", "schema": number(historyMostPer)},
		},
		ok:     jsonContent(ref("History")),
		errors: []int{400, 401, 403, 404, 429, 503},
	}.document()
}
