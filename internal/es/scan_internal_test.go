package es

import (
	"bytes"
	"testing"
)

// Payloads of all sizes stay what they were, also when the place that they were read from
// is used again, and when a caller appends to one of them.
func TestCollectorKeepsPayloadsApart(t *testing.T) {
	t.Parallel()
	var c collector
	place := make([]byte, 3*lastBlock)
	sizes := []int{0, 1, firstBlock - 1, firstBlock, 5000, lastBlock / 8, lastBlock/8 + 1, 3 * lastBlock}
	for round := range 20 {
		for i, size := range sizes {
			payload := place[:size]
			for b := range payload {
				payload[b] = byte(round + i)
			}
			if err := c.add(&Event{Payload: payload}); err != nil {
				t.Fatal(err)
			}
			_ = append(c.events[len(c.events)-1].Payload, "more"...)
		}
	}
	for n, e := range c.events {
		round, i := n/len(sizes), n%len(sizes)
		if want := bytes.Repeat([]byte{byte(round + i)}, sizes[i]); !bytes.Equal(e.Payload, want) {
			t.Fatalf("the payload of %d bytes of round %d changed", sizes[i], round)
		}
	}
}
