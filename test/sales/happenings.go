package sales

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/google/uuid"
)

// Happenings is what happens to a few customers and their orders, the same for the same seed.
func Happenings(seed uint64, length int) []Event {
	random := rand.New(rand.NewPCG(seed, 3))
	one := func(kind string, of int) uuid.UUID {
		return uuid.NewSHA1(uuid.Nil, fmt.Appendf(nil, "%s %d of %d", kind, random.IntN(of), seed))
	}
	amount := func() Fields {
		return Fields{"amount": fmt.Sprintf("%d.%d", random.IntN(30), random.IntN(10)), "currency": []string{"EUR", "EUR", "EUR", "USD"}[random.IntN(4)]}
	}
	lines := func() (list []Fields) {
		for n := range random.IntN(4) {
			list = append(list, Fields{"LineId": fmt.Sprint(n), "Count": random.IntN(4)})
		}
		return slices.Clip(list)
	}
	kinds := []func() Event{
		func() Event {
			return Happened("Person", one("person", 3), "PersonRegisteredEvent", Fields{"Name": fmt.Sprint("person\t", random.IntN(9))})
		},
		func() Event {
			return Happened("Organisation", one("organisation", 2), "OrganisationRenamedEvent", Fields{"Name": fmt.Sprint("\\N organisation ", random.IntN(9))})
		},
		func() Event {
			return Happened("Customer", one("customer", 4), "CustomerAssignedEvent", Fields{"PartyId": one([]string{"person", "organisation"}[random.IntN(2)], 2)})
		},
		func() Event {
			return Happened("Customer", one("customer", 4), "CustomerCreditedEvent", Fields{"Credit": amount()})
		},
		func() Event {
			return Happened("Order", one("order", 20), "OrderPlacedEvent", Fields{"OrderNumber": random.IntN(99), "CustomerId": one("customer", 5),
				"Total": amount(), "Paid": random.IntN(2) == 0, "PlacedOn": fmt.Sprintf("2026-11-%02d", 1+random.IntN(20)), "Lines": lines(), "Quantity": "1.50", "Price": amount()})
		},
		func() Event { return Happened("Order", one("order", 20), "OrderConfirmedEvent", nil) },
		func() Event {
			return Happened("Order", one("order", 20), "OrderChangedEvent", Fields{"CustomerId": one("customer", 5), "Paid": random.IntN(2) == 0})
		},
		func() Event {
			return Happened("Order", one("order", 20), "OrderChangedEvent", Fields{"Lines": lines(), "Total": amount(), "PlacedOn": nil})
		},
	}
	events := make([]Event, length)
	for i := range events {
		events[i] = kinds[random.IntN(len(kinds))]()
	}
	return events
}
