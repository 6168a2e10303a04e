package projectionbench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
)

const (
	upcastEvents = 8000 // a round is short, so that what else the machine does is in all of its parts
	upcastRounds = 31
	versions     = 20 // that the events are old
)

// placedChanges are what happened to the event of a placed order, set by set.
func placedChanges() [versions]string {
	return [versions]string{
		"update attribute: {of: OrderPlacedEvent, attribute: Client, to: Debtor}",
		"update attribute: {of: OrderPlacedEvent, attribute: PoNumber, to: Ref}",
		`merge attributes: {of: OrderPlacedEvent, attributes: {FirstName: {type: text, optional: true}, LastName: {type: text, optional: true}},
    into: CustomerName, value: "FirstName + ' ' + LastName"}`,
		`add attribute: {of: OrderPlacedEvent, attribute: Channel, value: "'counter'"}`,
		"update attribute: {of: OrderPlacedEvent, attribute: Lines, to: Items}",
		`update attribute: {of: OrderPlacedEvent, attribute: Freight, from: {type: "decimal(12,2)", optional: true}, value: "money(Freight, 'EUR')"}`,
		"update attribute: {of: OrderPlacedEvent, attribute: Nr, to: Number}",
		"delete attribute: {of: OrderPlacedEvent, attribute: Fax, type: {type: text, optional: true}}",
		`split attribute: {of: OrderPlacedEvent, attribute: Kind, type: "enum(normal, rush, gift)", into: {Rush: "Kind == 'rush'", Gift: "Kind == 'gift'"}}`,
		"update attribute: {of: OrderPlacedEvent, attribute: Debtor, to: CustomerId}",
		`add attribute: {of: OrderPlacedEvent, attribute: Priority, value: "Freight > money('50') ? 'high' : 'normal'"}`,
		"update attribute: {of: OrderPlacedEvent, attribute: Ref, to: Reference}",
		`update attribute: {of: OrderPlacedEvent, attribute: Reference, value: "'PO-' + Reference"}`,
		"update attribute: {of: OrderPlacedEvent, attribute: Items, to: OrderLines}",
		`add attribute: {of: OrderPlacedEvent, attribute: Terms, value: "30"}`,
		`update attribute: {of: OrderPlacedEvent, attribute: Ordered, to: OrderDate, from: {type: text, optional: true}, value: "date(Ordered)"}`,
		"update attribute: {of: OrderPlacedEvent, attribute: Number, to: OrderNumber}",
		"delete attribute: {of: OrderPlacedEvent, attribute: Terms, type: int}",
		"update attribute: {of: OrderPlacedEvent, attribute: Address, to: ShipTo}",
		"delete attribute: {of: OrderPlacedEvent, attribute: Channel, type: text}",
	}
}

// placedOf20 is what a placed order said twenty versions ago.
type placedOf20 struct {
	Client              json.RawMessage `json:",omitempty"`
	FirstName, LastName string          `json:",omitempty"`
	PoNumber            string
	Ordered             json.RawMessage
	Address             json.RawMessage
	Freight             string
	Lines               json.RawMessage
	Nr                  json.RawMessage
	Kind                string
	Fax                 string
}

// older returns the event as it would have been stored twenty versions ago.
func older(e told) (json.RawMessage, error) {
	if e.name != "OrderPlacedEvent" {
		return json.RawMessage(strings.Replace(string(e.payload), `"OrderLines":`, `"Rows3":`, 1)), nil
	}
	var now struct {
		CustomerId, OrderDate, ShipTo, OrderLines, OrderNumber json.RawMessage
		CustomerName                                           string
		Freight                                                struct{ Amount string }
	}
	if err := json.Unmarshal(e.payload, &now); err != nil {
		return nil, err
	}
	was := placedOf20{
		Client: now.CustomerId, PoNumber: strings.Trim(string(now.OrderNumber), "SO-\""), Ordered: now.OrderDate, Address: now.ShipTo,
		Freight: now.Freight.Amount, Lines: now.OrderLines, Nr: now.OrderNumber, Kind: "normal", Fax: "033-4345678",
	}
	if names := strings.SplitN(now.CustomerName, " of ", 2); len(names) == 2 {
		was.FirstName, was.LastName, was.Kind = names[0], "of "+names[1], "rush"
	}
	return json.Marshal(was)
}

// otherChanges are twenty sets for an event that is called as it is now at the end: it gets other
// names, and attributes that go again, and what it carries is called otherwise as well. They
// come with what it was called at first.
func otherChanges(event, attribute string) (sets [versions]string, was string) {
	base := strings.TrimSuffix(event, "Event")
	for set := versions; set > 0; set-- {
		extra := fmt.Sprint("By", (set+2)/4)
		earlier := fmt.Sprintf("%s%dEvent", base, set)
		switch {
		case set%4 == 0:
			sets[set-1] = fmt.Sprintf("delete attribute: {of: %s, attribute: %s, type: text}", event, extra)
		case set%4 == 2:
			sets[set-1] = fmt.Sprintf(`add attribute: {of: %s, attribute: %s, value: "'nobody'"}`, event, extra)
		case set%4 == 3 && attribute != "":
			before := fmt.Sprint("Rows", set)
			sets[set-1] = fmt.Sprintf("update attribute: {of: %s, attribute: %s, to: %s}", event, before, attribute)
			attribute = before
		default:
			sets[set-1] = fmt.Sprintf("rename event: {event: %s, to: %s}", earlier, event)
			event = earlier
		}
	}
	return sets, event
}

// evolved is the ERP after twenty sets of changes, of which each touches every event of an order
// that the history has. It comes with what the events were called at first.
func evolved() (*model.Release, map[string]string, error) {
	const orders = "orders/Order.yaml"
	edits := []edit{
		{orders, "\n  X:            {type: custom", "\n  Priority: {type: \"enum(normal, high)\", optional: true}\n  Rush: {type: bool, optional: true}\n" +
			"  Gift: {type: bool, optional: true}\n  X:            {type: custom"},
		{orders, "Freight, OrderLines, X]", "Freight, OrderLines, Priority, Rush, Gift, X]"},
		{orders, "\n      Payable: ~\n", "\n      Payable: ~\n      Priority: ~\n      Rush: ~\n      Gift: ~\n"},
	}
	sets, names := [][versions]string{placedChanges()}, map[string]string{"OrderPlacedEvent": "OrderPlacedEvent"}
	for event, attribute := range map[string]string{"OrderLinesChangedEvent": "OrderLines", "OrderConfirmedEvent": "", "OrderClosedEvent": ""} {
		others, was := otherChanges(event, attribute)
		sets, names[event] = append(sets, others), was
	}
	for set := range versions {
		var text strings.Builder
		for _, changes := range sets {
			fmt.Fprintf(&text, "- %s\n", changes[set])
		}
		edits = append(edits, edit{fmt.Sprintf("changes/%d.0.yaml", set+1), "", text.String()})
	}
	release, err := erpWith(edits...)
	return release, names, err
}

// aged is an event twice: as it was stored twenty versions ago, and as it is stored today.
type aged struct {
	stream   uuid.UUID
	old, now model.Stored
}

// upcasts reads events in either way.
type upcasts struct {
	release *model.Release
	events  []aged
}

// Upcast measures what it takes to read events through a chain of twenty upcasts, up to what a
// build folds and to what a live projector makes of them, beside the same events in their
// current version.
func Upcast(ctx context.Context, out io.Writer) (map[string]float64, error) {
	u, err := newUpcasts()
	if err != nil {
		return nil, err
	}
	old := func(e *aged) *model.Stored { return &e.old }
	now := func(e *aged) *model.Stored { return &e.now }
	parts := []part{
		{"bulk, 20 versions old", u.bulk(old)}, {"bulk, current", u.bulk(now)}, {"by row, 20 versions old", u.byRow(old)}, {"by row, current", u.byRow(now)},
	}
	m, err := inRounds(ctx, io.Discard, upcastRounds, parts)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		fmt.Fprintf(out, "  %-24s %8.0f ns an event, the median of %d rounds\n", p.name, 1e9*m.median(p.name), upcastRounds)
	}
	return map[string]float64{
		"upcast.20.ratio_bulk": m.ratio("bulk, 20 versions old", "bulk, current"), "upcast.20.ratio_row": m.ratio("by row, 20 versions old", "by row, current"),
		"upcast.20.bulk_events_per_s": 1 / m.median("bulk, 20 versions old"), "upcast.20.row_events_per_s": 1 / m.median("by row, 20 versions old"),
	}, nil
}

func newUpcasts() (*upcasts, error) {
	release, names, err := evolved()
	if err != nil {
		return nil, err
	}
	teller, err := newStoryteller(release)
	if err != nil {
		return nil, err
	}
	u := &upcasts{release: release}
	for h := teller.history(accountID(0), upcastEvents); h.Next(); {
		e := h.queue[0]
		payload, err := older(e.told)
		if err != nil {
			return nil, err
		}
		old := model.Stored{StreamType: "Order", Name: names[e.name], Version: 1, Payload: payload}
		now, err := release.Upcast(old)
		if err != nil || len(now) != 1 || now[0].Name != e.name || now[0].Version != versions+1 {
			return nil, fmt.Errorf("%s of %d versions ago is read as %v: %w", e.name, versions, now, err)
		}
		u.events = append(u.events, aged{e.stream, old, now[0]})
	}
	return u, nil
}

// bulk gives the seconds that an event takes as a build reads it, with all that its fold keeps.
func (u *upcasts) bulk(which func(*aged) *model.Stored) func(context.Context) (float64, error) {
	return func(context.Context) (float64, error) {
		folder := model.NewFolder([]*model.ProjectionType{u.release.Projection("Orders")})
		state := folder.New(uuid.Nil) // of one stream: what more of them take is not reading
		return u.each(func(n int, e *aged) error {
			if refused := folder.FoldStored(state, *which(e), int64(n+1)); len(refused) > 0 {
				return refused[0].Cause
			}
			return nil
		})
	}
}

// byRow gives the seconds that an event takes as a live projector reads it, with the row.
func (u *upcasts) byRow(which func(*aged) *model.Stored) func(context.Context) (float64, error) {
	return func(context.Context) (float64, error) {
		p, rows := u.release.Projection("Orders"), map[uuid.UUID]*model.Row{}
		return u.each(func(_ int, e *aged) error {
			read, err := u.release.Upcast(*which(e))
			for i := range read {
				if err == nil {
					rows[e.stream], err = p.Fold(rows[e.stream], model.Fact{Stream: e.stream, Name: read[i].Name, Version: read[i].Version, Payload: read[i].Payload})
				}
			}
			return err
		})
	}
}

// each gives the seconds of processor time, which other work on the machine does not change much.
func (u *upcasts) each(do func(n int, e *aged) error) (float64, error) {
	began, err := processorTime()
	if err != nil {
		return 0, err
	}
	for n := range u.events {
		if err := do(n, &u.events[n]); err != nil {
			return 0, err
		}
	}
	ended, err := processorTime()
	return (ended - began).Seconds() / float64(len(u.events)), err
}

// processorTime is what this process has used so far.
func processorTime() (time.Duration, error) {
	var used syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), err
}
