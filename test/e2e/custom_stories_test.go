package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// customValues keeps values of an account's own with a customer and an order, over HTTP.
func customValues(t *testing.T, p *platform) {
	c := p.newClient(t)
	person := c.person("Linus Torvalds")
	customer := c.command(`{"AssignCustomerCommand": {"PartyId": %q, "X": {"Segment": "wholesale", "Rating": 12345678901234567890.10, "Since": "1991"}}}`, person).Streams[0].StreamID
	order := c.order(customer, "18.00").Streams[0].StreamID
	c.command(`{"DescribeOrderCommand": {"OrderId": %q, "X": {"Channel": "web", "Gift": true, "Ticket": 4711}}}`, order)
	c.command(`{"DescribeCustomerCommand": {"CustomerId": %q, "X": {"Since": null, "Newsletter": false}}}`, customer)
	last := c.command(`{"DescribeOrderCommand": {"OrderId": %q, "X": {"Gift": null}}}`, order)
	for query, want := range map[string]string{
		fmt.Sprintf(`"GetCustomers": {"CustomerId": %q`, customer): `"X":{"Newsletter":false,"Rating":12345678901234567890.1,"Segment":"wholesale"}`,
		fmt.Sprintf(`"GetOrders": {"OrderId": %q`, order):          `"X":{"Channel":"web","Ticket":4711}`,
	} {
		answer := c.send("POST", "/v1/queries", fmt.Sprintf(`{%s, "$minSequenceNumber": %d, "$wait": "10s"}}`, query, last.SequenceNumber))
		if answer.status != http.StatusOK || !strings.Contains(string(answer.body), want) {
			t.Errorf("%s: %d %s, want %s", query, answer.status, answer.body, want)
		}
	}
	history := string(c.send("GET", "/v1/streams/"+order.String(), "").body)
	if !strings.Contains(history, `{"X":{"Channel":"web","Ticket":4711}}`) {
		t.Errorf("history = %s", history)
	}
	refused := c.refused(c.send("POST", "/v1/commands", fmt.Sprintf(`{"DescribeOrderCommand": {"OrderId": %q, "X": {"Ship to": 1, "Lines": [1]}}}`, order)), http.StatusUnprocessableEntity)
	if len(refused.Errors) != 2 || refused.Errors[0].Path != "X.Ship to" || refused.Errors[1].Path != "X.Lines" || refused.Errors[0].Origin == "" {
		t.Errorf("problem = %+v", refused)
	}
	refused = c.refused(c.send("POST", "/v1/queries", `{"GetOrders": {"X": {"Channel": "web"}}}`), http.StatusUnprocessableEntity)
	if len(refused.Errors) != 1 || refused.Errors[0].Path != "X" || !strings.Contains(refused.Errors[0].Message, "pack") {
		t.Errorf("problem = %+v", refused)
	}
}
