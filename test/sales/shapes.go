package sales

import "github.com/polderhq/polder/internal/model"

// Tables of the sales model with shapes, without schema. What differs from the plain model
// has a fingerprint of its own.
const (
	ShapedCustomers = "customer_c00000000001"
	ShapedOrders    = "order_a00000000001"
	OrderLines      = "order_a00000000002"
	PaidOrders      = "order_a00000000003"
	CustomerTotals  = "order_a00000000004"
	LineTotals      = "order_a00000000005"
)

// WithShapes is a change for Release: WithCopies, and four projections that are fed by the
// rows of others. They are
//
//	OrderLines      a row per line of an order
//	PaidOrders      a row per order that is paid
//	CustomerTotals  a row per customer
//	LineTotals      a row per line's id, over OrderLines
func WithShapes(ir *model.IR) {
	WithCopies(ir)
	ir.Projections = append(ir.Projections, orderLines(), paidOrders(), customerTotals(), lineTotals())
	ir.Queries = append(ir.Queries,
		ask("GetOrderLines", "OrderLines", "OrderNumber", "LineId", "Count", "PartyName"),
		ask("GetPaidOrders", "PaidOrders", "OrderNumber", "CustomerId", "PartyName"),
		ask("GetCustomerTotals", "CustomerTotals", "CustomerId", "Orders", "Total"),
		ask("GetLineTotals", "LineTotals", "LineId", "Count"))
}

// WithCopies is a change for Release: orders keep copies of their customer's name and
// credit. The name comes over two copies: CustomerLookup keeps that of the party, orders
// keep that of CustomerLookup.
func WithCopies(ir *model.IR) {
	for i := range ir.Streams {
		if ir.Streams[i].Name == "Customer" {
			addCredit(&ir.Streams[i])
		}
	}
	for i := range ir.Projections {
		switch p := &ir.Projections[i]; p.Name {
		case "CustomerLookup":
			shapeCustomers(p)
		case "Orders":
			shapeOrders(p)
		}
	}
	ir.Queries[0].Filter = append(ir.Queries[0].Filter, "CustomerCredit")
	ir.Queries[0].Sort = append(ir.Queries[0].Sort, "CustomerCredit")
}

// addCredit gives customers something to copy that is money, and an event that changes it.
func addCredit(customers *model.Stream) {
	credit := attribute("Credit", money())
	customers.Attributes = append(customers.Attributes, credit)
	customers.Events = append(customers.Events, event("CustomerCreditedEvent", credit))
}

func shapeCustomers(p *model.Projection) {
	p.Fingerprint = "c00000000001"
	p.Columns = append(p.Columns, column("Credit", money(), "Credit"),
		silent(copied("PartyName", text(), partyName()[1])))
	p.Events = append(p.Events, "CustomerCreditedEvent")
	p.Indexes = append(p.Indexes, indexes("GetOrders", "Credit")...)
}

func shapeOrders(p *model.Projection) {
	p.Fingerprint = "a00000000001"
	byCustomer := func(wanted string) model.Hop {
		return model.Hop{Ref: "CustomerId", Helpers: []string{"CustomerLookup"}, Column: wanted}
	}
	for i := range p.Columns {
		switch c := &p.Columns[i]; c.Name {
		case "CustomerName":
			*c = copied("CustomerName", text(), byCustomer("PartyName"), partyName()...)
			c.Own = "OwnCustomerName"
		case "PartyName":
			*c = copied("PartyName", text(), byCustomer("PartyName"), partyName()...)
		}
	}
	p.Columns = append(p.Columns, silent(column("OwnCustomerName", text(), "CustomerName")),
		copied("CustomerCredit", money(), byCustomer("Credit"), byCustomer("Credit")))
	p.Indexes = append(p.Indexes, indexes("GetOrders", "PartyName", "OwnCustomerName", "CustomerCredit")...)
}

func copied(name string, kind model.Type, from model.Hop, path ...model.Hop) model.Column {
	c := column(name, kind, "", path...)
	c.Copy = &from
	return c
}

func silent(c model.Column) model.Column {
	c.Silent = true
	return c
}

func folded(name string, kind model.Type, fold, over string) model.Column {
	c := column(name, kind, over)
	c.Fold = fold
	return c
}

func indexes(query string, columns ...string) []model.Index {
	out := make([]model.Index, len(columns))
	for i, name := range columns {
		out[i] = model.Index{Columns: []string{name}, Serves: []string{query}}
	}
	return out
}

// ask is a query that filters and sorts by the columns.
func ask(name, from string, columns ...string) model.Query {
	return model.Query{Name: name, From: from, Page: 50, Filter: columns, Sort: columns, Allow: []string{}, Origin: "test:1"}
}

// chained is a projection of orders by way of another's rows.
func chained(name, of, table string, columns ...model.Column) model.Projection {
	return model.Projection{
		Name: name, From: "Order", Of: of, Columns: columns, Fingerprint: table[len("order_"):], Origin: "test:1",
		Events: []string{"OrderChangedEvent", "OrderConfirmedEvent", "OrderPlacedEvent"},
	}
}

func orderLines() model.Projection {
	p := chained("OrderLines", "Orders", OrderLines,
		column("OrderNumber", number(), "OrderNumber"), column("CustomerId", customer(), "CustomerId"),
		column("PartyName", text(), "PartyName"), column("LineId", text(), "LineId"), column("Count", number(), "Count"))
	p.Each, p.Key = "Lines", "OrderLineId"
	p.Indexes = indexes("GetOrderLines", "OrderNumber", "LineId", "Count", "PartyName")
	return p
}

func paidOrders() model.Projection {
	p := chained("PaidOrders", "Orders", PaidOrders,
		column("OrderNumber", number(), "OrderNumber"), column("CustomerId", customer(), "CustomerId"),
		column("PartyName", text(), "PartyName"), column("Total", money(), "Total"))
	p.Where = "Paid"
	p.Indexes = indexes("GetPaidOrders", "OrderNumber", "CustomerId", "PartyName")
	return p
}

func customerTotals() model.Projection {
	on := model.Type{Kind: model.Date}
	p := chained("CustomerTotals", "Orders", CustomerTotals,
		column("CustomerId", customer(), "CustomerId"), folded("Orders", number(), "count", ""),
		folded("Total", money(), "sum", "Total"), folded("FirstOn", on, "min", "PlacedOn"), folded("LastOn", on, "max", "PlacedOn"))
	p.Grouped, p.Key = true, "CustomerTotalId"
	p.Indexes = indexes("GetCustomerTotals", "CustomerId", "Orders", "Total")
	return p
}

func lineTotals() model.Projection {
	p := chained("LineTotals", "OrderLines", LineTotals,
		column("LineId", text(), "LineId"), folded("Orders", number(), "count", ""), folded("Count", number(), "sum", "Count"))
	p.Grouped, p.Key = true, "LineTotalId"
	p.Indexes = indexes("GetLineTotals", "LineId", "Count")
	return p
}
