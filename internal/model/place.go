package model

import (
	"strconv"
	"strings"
)

// place is where a value stands in a body. Places are chained on the stack; the text is made
// only for a violation.
type place struct {
	outer *place
	name  string
	index int // of a row, when name is empty
}

// String returns the path, like "OrderLines[2].Quantity".
func (p *place) String() string {
	var b strings.Builder
	p.write(&b)
	return b.String()
}

func (p *place) write(b *strings.Builder) {
	if p == nil {
		return
	}
	p.outer.write(b)
	if p.name == "" {
		b.WriteString("[" + strconv.Itoa(p.index) + "]")
		return
	}
	if b.Len() > 0 {
		b.WriteByte('.')
	}
	b.WriteString(p.name)
}
