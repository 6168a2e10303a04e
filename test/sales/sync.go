package sales

import "github.com/polderhq/polder/internal/model"

// Tables of the projections that WithSync adds.
const (
	OrderNow   = "order_d00000000001"
	OrderLater = "order_d00000000002"
)

// WithSync is a change for Release: OrderNow shows orders and is written with their events.
// OrderLater is the same but for that, to hold the two against each other.
func WithSync(ir *model.IR) {
	ir.Projections = append(ir.Projections, orderNow("OrderNow", OrderNow, true), orderNow("OrderLater", OrderLater, false))
	ir.Queries = append(ir.Queries, ask("GetOrderNow", "OrderNow", "OrderNumber", "Status"), ask("GetOrderLater", "OrderLater", "OrderNumber", "Status"))
}

func orderNow(name, table string, sync bool) model.Projection {
	p := orders()
	p.Name, p.Sync, p.Fingerprint, p.Indexes = name, sync, table[len("order_"):], indexes("Get"+name, "OrderNumber", "Status")
	for i := range p.Columns {
		p.Columns[i].Join = nil
	}
	for i, c := range p.Columns {
		if c.Name == "PartyName" {
			p.Columns = append(p.Columns[:i], p.Columns[i+1:]...)
			break
		}
	}
	return p
}
