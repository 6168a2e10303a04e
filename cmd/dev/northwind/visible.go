package northwind

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// visibleTimeout bounds the wait for the projector; the API takes it as a duration.
const visibleTimeout = "30s"

// WaitVisible returns when queries show everything up to the sequence number.
func WaitVisible(ctx context.Context, at Target, sequenceNumber int64) error {
	query := fmt.Sprintf(`{"GetOrders": {"$size": 1, "$minSequenceNumber": %d, "$wait": %q}}`, sequenceNumber, visibleTimeout)
	response, err := at.Post(ctx, "/v1/queries", "application/json", strings.NewReader(query))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var reached struct {
		SequenceNumber int64  `json:"sequenceNumber"`
		Stale          bool   `json:"stale"`
		Detail         string `json:"detail"`
	}
	if err := json.NewDecoder(response.Body).Decode(&reached); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK || reached.Stale {
		return fmt.Errorf("queries do not show event %d after %s (%s %s); they show %d",
			sequenceNumber, visibleTimeout, response.Status, reached.Detail, reached.SequenceNumber)
	}
	return nil
}
