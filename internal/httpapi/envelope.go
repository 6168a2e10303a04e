package httpapi

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/polderhq/polder/internal/fault"
)

// envelope is a named body: {"PlaceOrderCommand": {...}}.
type envelope struct {
	name string
	body json.RawMessage // a JSON object
}

// parseEnvelope reads an object with exactly one member. Its error is Invalid.
func parseEnvelope(text []byte) (envelope, error) {
	members, err := parseMembers(text)
	if err != nil {
		return envelope{}, err
	}
	return onlyMember(members)
}

func parseMembers(text []byte) (map[string]json.RawMessage, error) {
	if err := strictJSON(text); err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil || members == nil {
		return nil, fault.New(fault.Invalid, `The body is not a JSON object like {"PlaceOrderCommand": {...}}`)
	}
	return members, nil
}

func onlyMember(members map[string]json.RawMessage) (envelope, error) {
	if len(members) != 1 {
		return envelope{}, fault.New(fault.Invalid, `The body has %d names; send exactly one, like {"PlaceOrderCommand": {...}}`, len(members))
	}
	for name, body := range members {
		if !strings.HasPrefix(string(body), "{") {
			return envelope{}, fault.New(fault.Invalid, "What follows %q is not a JSON object", name)
		}
		return envelope{name, body}, nil
	}
	panic("unreachable: the map has one member")
}

// readEnvelope reads the request's body within its limits.
func (s *Server) readEnvelope(c echo.Context) (envelope, error) {
	if err := refuseEncoding(c.Request().Header); err != nil {
		return envelope{}, err
	}
	control := http.NewResponseController(c.Response())
	_ = control.SetReadDeadline(s.config.Clock().Add(bodyTime)) // not every writer has one
	text, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, maxBody))
	_ = control.SetReadDeadline(time.Time{}) // or it would cut the request off while it is handled
	if err != nil {
		c.Response().Header().Set("Connection", "close") // or net/http waits for the rest before it answers
		return envelope{}, unreadable(err)
	}
	return parseEnvelope(text)
}

// unreadable says that a body did not arrive whole.
func unreadable(err error) error {
	if classified := classify(err); fault.Is(classified, fault.TooLarge) {
		return classified
	}
	return fault.Wrap(err, fault.Invalid, "The body did not arrive whole")
}
