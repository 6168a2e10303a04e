package es

import (
	"encoding/binary"
	"math/bits"

	"github.com/google/uuid"
)

// partitions is the number of partitions of the events table.
const partitions = 16

// partition is the partition that PostgreSQL puts the account's events in. A lane takes
// whole partitions, because a statement pays for each partition that it inserts into: a
// third of the partitions makes a small group a third cheaper. Were the answer wrong,
// nothing else would be.
func partition(account uuid.UUID) int {
	const combine = 0x49a0f4dd15e5a8e3 // hash_combine64 with nothing before it
	return int((hashExtended(account) + combine) % partitions)
}

// hashExtended is PostgreSQL's hash_bytes_extended of an id under the seed of hash
// partitions; it is the last of Bob Jenkins' lookup functions.
func hashExtended(id uuid.UUID) uint64 {
	const seed = 0x7a5b22367996dcfd
	start := uint32(0x9e3779b9) + uint32(len(id)) + 3923095
	a, b, c := mix(start+seed>>32, start+seed&0xffffffff, start)
	a, b, c = mix(a+word(id, 0), b+word(id, 1), c+word(id, 2))
	b, c = finish(a+word(id, 3), b, c)
	return uint64(b)<<32 | uint64(c)
}

func word(id uuid.UUID, i int) uint32 { return binary.LittleEndian.Uint32(id[4*i:]) }

func mix(a, b, c uint32) (uint32, uint32, uint32) {
	for _, turn := range [...][3]int{{4, 6, 8}, {16, 19, 4}} {
		a = (a - c) ^ bits.RotateLeft32(c, turn[0])
		c += b
		b = (b - a) ^ bits.RotateLeft32(a, turn[1])
		a += c
		c = (c - b) ^ bits.RotateLeft32(b, turn[2])
		b += a
	}
	return a, b, c
}

func finish(a, b, c uint32) (uint32, uint32) {
	c = (c ^ b) - bits.RotateLeft32(b, 14)
	a = (a ^ c) - bits.RotateLeft32(c, 11)
	b = (b ^ a) - bits.RotateLeft32(a, 25)
	c = (c ^ b) - bits.RotateLeft32(b, 16)
	a = (a ^ c) - bits.RotateLeft32(c, 4)
	b = (b ^ a) - bits.RotateLeft32(a, 14)
	return b, (c ^ b) - bits.RotateLeft32(b, 24)
}
