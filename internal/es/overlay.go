package es

// overlay holds changed values over an underlying source. Most hold one or two, so it
// searches linearly until it has grown.
type overlay[K comparable, V any] struct {
	entries []overlayEntry[K, V]
	index   map[K]int // nil while it is small
}

type overlayEntry[K comparable, V any] struct {
	key   K
	value V
}

// indexedFrom is the size from which a map is faster than a search.
const indexedFrom = 16

func (o *overlay[K, V]) find(key K) int {
	if o.index != nil {
		if i, ok := o.index[key]; ok {
			return i
		}
		return -1
	}
	for i := range o.entries {
		if o.entries[i].key == key {
			return i
		}
	}
	return -1
}

func (o *overlay[K, V]) get(key K) (value V, ok bool) {
	if i := o.find(key); i >= 0 {
		return o.entries[i].value, true
	}
	return value, false
}

func (o *overlay[K, V]) set(key K, value V) {
	if i := o.find(key); i >= 0 {
		o.entries[i].value = value
		return
	}
	o.entries = append(o.entries, overlayEntry[K, V]{key, value})
	if o.index != nil {
		o.index[key] = len(o.entries) - 1
		return
	}
	if len(o.entries) > indexedFrom {
		o.index = make(map[K]int, 4*indexedFrom)
		for i := range o.entries {
			o.index[o.entries[i].key] = i
		}
	}
}

func (o *overlay[K, V]) merge(newer *overlay[K, V]) {
	for i := range newer.entries {
		o.set(newer.entries[i].key, newer.entries[i].value)
	}
}

// reset empties the overlay and keeps its room.
func (o *overlay[K, V]) reset() {
	clear(o.entries) // lets go of what the values hold
	o.entries, o.index = o.entries[:0], nil
}
