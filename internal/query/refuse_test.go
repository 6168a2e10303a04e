package query_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/fault"
)

func TestBadQueriesAreRefusedWithPlaceAndReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, test := range []struct{ body, path, says string }{
		{`{"CustomerNam": "x"}`, "CustomerNam", "did you mean CustomerName?"},
		{`{"Zebra": "x"}`, "Zebra", "; known are OrderNumber, "},
		{`{"$sort": ["Zebra"]}`, "$sort[0]", "; known are OrderNumber, "},
		{`{"$zebra": 5}`, "$zebra", "; known are $sort, $size, "},
		{`{"Amount": "1"}`, "Amount", "does not filter"},
		{`{"OrderNumber": "x"}`, "OrderNumber", "whole number"},
		{`{"OrderNumber": 1.5}`, "OrderNumber", "whole number"},
		{`{"OrderNumber": 99999999999999999999}`, "OrderNumber", "whole number"},
		{`{"OrderNumber": [1, true]}`, "OrderNumber[1]", "whole number"},
		{`{"OrderNumber": [1, null]}`, "OrderNumber[1]", "whole number"},
		{`{"OrderNumber": []}`, "OrderNumber", "list of 1"},
		{`{"OrderNumber": {}}`, "OrderNumber", "not empty"},
		{`{"OrderNumber": {"from": 1}}`, "OrderNumber.from", "gte"},
		{`{"OrderNumber": {"gte": "x"}}`, "OrderNumber.gte", "whole number"},
		{`{"OrderNumber": {"gte": null}}`, "OrderNumber.gte", "whole number"},
		{`{"CustomerName": {"gte": "A"}}`, "CustomerName.gte", "prefix"},
		{`{"CustomerName": {"prefix": 1}}`, "CustomerName.prefix", "a text"},
		{`{"CustomerName": 5}`, "CustomerName", "a text"},
		{`{"CustomerName": "a\u0000b"}`, "CustomerName", "a text"},
		{`{"Status": "plaecd"}`, "Status", "did you mean placed?"},
		{`{"Status": {"prefix": "p"}}`, "Status.prefix", "kind enum"},
		{`{"CustomerId": "4711"}`, "CustomerId", "an id"},
		{`{"CustomerId": "{0b81b458-7671-4e9b-844b-9934255f5406}"}`, "CustomerId", "an id"},
		{`{"Total": "ten"}`, "Total", "an amount"},
		{`{"Total": "10 eur"}`, "Total", "an amount"},
		{`{"Total": {"amount": "1", "currency": "EUR", "x": 1}}`, "Total", "an amount"},
		{`{"Quantity": "1e1000000000"}`, "Quantity", "decimal"},
		{`{"Quantity": 1e3}`, "Quantity", "decimal"},
		{`{"PlacedOn": "2026-02-30"}`, "PlacedOn", "a date"},
		{`{"PlacedOn": "2026-02-01T00:00:00Z"}`, "PlacedOn", "a date"},
		{`{"PlacedAt": "2026-02-01"}`, "PlacedAt", "a time"},
		{`{"Paid": "true"}`, "Paid", "true or false"},
		{`{"$sort": ["Ordernumber"]}`, "$sort[0]", "did you mean OrderNumber?"},
		{`{"$sort": ["Lines"]}`, "$sort[0]", "does not sort"},
		{`{"$sort": ["OrderNumber", "-OrderNumber"]}`, "$sort[1]", "twice"},
		{`{"$sort": "OrderNumber"}`, "$sort", "list of columns"},
		{`{"$size": 0}`, "$size", "from 1 to 500"},
		{`{"$size": 501}`, "$size", "from 1 to 500"},
		{`{"$size": "5"}`, "$size", "whole number"},
		{`{"$minSequenceNumber": -1}`, "$minSequenceNumber", "whole number"},
		{`{"$wait": "31s"}`, "$wait", "duration"},
		{`{"$wait": 5}`, "$wait", "duration"},
		{`{"$after": 5}`, "$after", "next of an answer"},
		{`{"$sizes": 5}`, "$sizes", "did you mean $size?"},
	} {
		e := w.refused(t, test.body)
		if e.Kind != fault.Rejected || len(e.Details) != 1 || e.Details[0].Path != test.path || !strings.Contains(e.Details[0].Message, test.says) {
			t.Errorf("%s: %v %+v, want rejected at %s with %q", test.body, e.Kind, e.Details, test.path, test.says)
		}
	}
}

func TestAllViolationsAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	if e := newWorld(t).refused(t, `{"Statu": 1, "OrderNumber": "x", "$size": 0, "$sort": ["?"]}`); len(e.Details) != 4 {
		t.Errorf("%d violations, want 4: %+v", len(e.Details), e.Details)
	}
}

func TestBodiesThatAreNoObjectAreInvalid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, body := range []string{``, `[]`, `null`, `5`, `{`, `{"Status"}`, `{"Status": }`, `{} {}`, `{"Status": "placed", "Status": null}`, `{"a": [}`} {
		if e := w.refused(t, body); e.Kind != fault.Invalid {
			t.Errorf("%s: %v, want invalid", body, e.Kind)
		}
	}
}

func TestWhoMayAskWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ask := func(name string, roles ...string) error {
		r := w.request(`{}`)
		r.Name, r.Principal.Roles = name, roles
		_, err := w.handler.Handle(t.Context(), r)
		return err
	}
	if err := ask("GetOrder"); !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "did you mean GetOrders?") {
		t.Errorf("an unknown query: %v", err)
	}
	if err := ask("GetSecretOrders", "clerk"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("without the role: %v", err)
	}
	for _, role := range []string{"controller", "*"} {
		if err := ask("GetSecretOrders", role); err != nil {
			t.Errorf("as %s: %v", role, err)
		}
	}
	w.account.State = "erased"
	if err := ask("GetOrders"); !fault.Is(err, fault.NotFound) {
		t.Errorf("an erased account: %v", err)
	}
}

func FuzzBody(f *testing.F) {
	for _, seed := range []string{`{"OrderNumber": {"gte": 1}}`, `{"Total": {"amount": 1}}`, `{"$after": "e30", "$sort": ["-Total"]}`, `{"CustomerName": {"prefix": "ü"}}`} {
		f.Add(seed)
	}
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, body string) {
		r := w.request("{}")
		r.Body = json.RawMessage(body)
		if _, err := w.handler.Handle(t.Context(), r); err != nil && fault.Is(err, fault.Internal) {
			t.Errorf("%q is our defect: %v", body, err)
		}
	})
}
