package httpapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/tenant"
)

const (
	historyPage    = 100 // events when the client names no size
	historyMostPer = 1000
)

// history is a page of a stream's events, oldest first, as the account's release reads them.
type history struct {
	StreamID   uuid.UUID      `json:"streamId"`
	StreamType string         `json:"streamType"`
	Events     []historyEvent `json:"events"`
	Next       int            `json:"next,omitempty"` // after of the next page; absent: this is the last
}

type historyEvent struct {
	StreamRevision  int             `json:"streamRevision"`
	SequenceNumber  int64           `json:"sequenceNumber"`
	PayloadItemName string          `json:"payloadItemName"`
	PayloadVersion  int             `json:"payloadVersion"`
	Payload         json.RawMessage `json:"payload"`
	CommandID       uuid.UUID       `json:"commandId"`
	CausationID     uuid.UUID       `json:"causationId,omitzero"`
	CorrelationID   uuid.UUID       `json:"correlationId,omitzero"`
	Actor           string          `json:"actor"`
	CommitTime      time.Time       `json:"commitTime"`
}

func (s *Server) getStream(c echo.Context) error {
	if err := refuseUnknownParameters(c, "after", "size"); err != nil {
		return err
	}
	id, err := parseID("The stream's id", c.Param("id"))
	if err != nil {
		return err
	}
	after, err := queryNumber(c, "after", 0, 1<<31-2)
	if err != nil {
		return err
	}
	size, err := queryNumber(c, "size", historyPage, historyMostPer)
	if err != nil {
		return err
	}
	page, err := s.history(c, es.StreamRange{
		AccountID: principal(c).Account.ID, StreamID: id, From: after + 1, Limit: max(size, 1) + 1,
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, page)
}

// history reads one event more than the page holds, to know whether there is a next one.
func (s *Server) history(c echo.Context, r es.StreamRange) (*history, error) {
	ctx, who := c.Request().Context(), principal(c)
	store, err := s.config.Events(ctx, who.Account.StoreID)
	if err != nil {
		return nil, err
	}
	events, err := store.ReadStream(ctx, r)
	if err != nil {
		return nil, err
	}
	first := events
	if len(events) == 0 && r.From > 1 {
		if first, err = store.ReadStream(ctx, es.StreamRange{AccountID: r.AccountID, StreamID: r.StreamID, Limit: 1}); err != nil {
			return nil, err
		}
	}
	if len(first) == 0 {
		return nil, fault.New(fault.NotFound, "There is no stream %s", r.StreamID)
	}
	loaded, err := s.config.Releases.Get(ctx, who.Account.Release)
	if err != nil {
		return nil, err
	}
	streamType := first[0].StreamType
	if is, _ := release.Upcast(loaded, first[0]); len(is) > 0 { // also when it cannot be read
		streamType = is[0].StreamType
	}
	if err := maySeeHistory(who, loaded.IR(), streamType); err != nil {
		return nil, err
	}
	page := newHistory(loaded, events, r.Limit-1)
	page.StreamID, page.StreamType = r.StreamID, streamType
	return page, nil
}

// shown returns what the stored event is in the release. What that cannot read is shown as it
// is stored: who looks at a history wants to see that it is there.
func shown(by *model.Release, e es.Event) []es.Event {
	events, err := release.Upcast(by, e)
	if err != nil {
		return []es.Event{e}
	}
	return events
}

func newHistory(by *model.Release, events []es.Event, size int) *history {
	page := &history{Events: []historyEvent{}}
	if len(events) > size {
		events = events[:size]
		page.Next = events[size-1].StreamRevision
	}
	for _, stored := range events {
		for _, e := range shown(by, stored) {
			page.Events = append(page.Events, historyEvent{
				e.StreamRevision, e.SequenceNumber, e.PayloadItemName, e.PayloadVersion, e.Payload,
				e.CommandID, e.CausationID, e.CorrelationID, e.Actor, e.CommitTime,
			})
		}
	}
	return page
}

// maySeeHistory lets those see a stream's history who may send it a command: history
// shows everything that commands have said.
func maySeeHistory(who tenant.Principal, ir *model.IR, streamType string) error {
	for _, stream := range ir.Streams {
		if stream.Name != streamType {
			continue
		}
		for _, command := range stream.Commands {
			if mayUse(who, command.Allow) {
				return nil
			}
		}
	}
	return fault.New(fault.Forbidden, "This key has none of the roles that work with %s", streamType)
}

// mayUse reports whether the principal has one of the roles; none asked for: everybody may.
func mayUse(who tenant.Principal, roles []string) bool {
	return len(roles) == 0 || slices.ContainsFunc(roles, who.HasRole)
}

func queryNumber(c echo.Context, name string, otherwise, most int) (int, error) {
	text := c.QueryParam(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > most {
		return 0, fault.New(fault.Invalid, "?%s= is not a number from 0 to %d", name, most)
	}
	return n, nil
}
