package generated

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/test/sales"
)

// streamsPerType are few, so that the events of a history meet.
const streamsPerType = 6

// History returns what happened by the seed: n events over a few streams of each type.
func History(seed uint64, n int) []sales.Event {
	random := rand.New(rand.NewPCG(seed, 4))
	happened := make([]sales.Event, n)
	for i := range happened {
		which := random.IntN(len(streams))
		suffix := []string{"MadeEvent", "ChangedEvent", "ChangedEvent"}[random.IntN(3)]
		happened[i] = sales.Happened(streams[which], id(seed, which, random.IntN(streamsPerType)), streams[which]+suffix, payload(random, seed, which))
	}
	return happened
}

func id(seed uint64, stream, n int) uuid.UUID {
	return uuid.NewSHA1(uuid.Nil, fmt.Appendf(nil, "%d/%d/%d", seed, stream, n))
}

// payload sets some attributes, a few of them to nothing.
func payload(random *rand.Rand, seed uint64, which int) sales.Fields {
	values := sales.Fields{
		streams[next(which)] + "Id": id(seed, next(which), random.IntN(streamsPerType)), // may not exist yet, or never
		"PeerId":                    id(seed, which, random.IntN(streamsPerType)),
		"Name":                      fmt.Sprint("name ", random.IntN(4)), "Code": fmt.Sprint("c\t\\", random.IntN(3)), "N": random.IntN(9) - 4,
		"D": fmt.Sprintf("%d.%d", random.IntN(9), random.IntN(999)), "M": money(random), "B": random.IntN(2) == 0,
		"On": fmt.Sprintf("2026-11-%02d", 1+random.IntN(28)), "At": fmt.Sprintf("2026-11-23T04:05:%02d.%dZ", random.IntN(60), random.IntN(1000)),
		"Items": items(random), model.CustomName: custom(random),
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch random.IntN(6) {
		case 0:
			values[name] = nil
		case 1, 2, 3:
			delete(values, name)
		}
	}
	return values
}

func money(random *rand.Rand) sales.Fields {
	currency := "EUR"
	if random.IntN(6) == 0 {
		currency = "USD"
	}
	return sales.Fields{"amount": fmt.Sprintf("%d.%d", random.IntN(99), random.IntN(99)), "currency": currency}
}

// custom are keys that jsonb puts in another order, and numbers that it writes in another form.
func custom(random *rand.Rand) sales.Fields {
	values := sales.Fields{"Zip": fmt.Sprint("é <\t ", random.IntN(3)), "Accent": json.Number(fmt.Sprintf("%d.50", random.IntN(9))),
		"b": random.IntN(2) == 0, "Large": json.Number(fmt.Sprintf("%de20", random.IntN(3)))}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if random.IntN(2) == 0 {
			delete(values, key)
		}
	}
	return values
}

func items(random *rand.Rand) []sales.Fields {
	rows := []sales.Fields{}
	for n := range random.IntN(4) {
		rows = append(rows, sales.Fields{"ItemId": fmt.Sprint(n + random.IntN(2)), "Count": random.IntN(5), "Price": money(random)})
	}
	return rows
}
